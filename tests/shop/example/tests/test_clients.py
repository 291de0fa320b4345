"""Clients other than the SDK's singleton, and the shop in another process."""

import os
import subprocess
import sys
from pathlib import Path

import eppo_client
from flask.testing import FlaskClient

from emulator import Emulator
from emulator.testing import RemoteEmulator, Sandbox

ROOT = Path(__file__).parents[1]


def test_a_client_of_the_tests_own(eppo: Sandbox) -> None:
    eppo.serve("headline", "short")

    assert eppo.client().get_string_assignment("headline", "ann", {}, "default") == "short"


def test_the_applications_own_client(eppo: Sandbox, shop: FlaskClient) -> None:
    config = eppo_client.ClientConfig(api_key="none", assignment_logger=eppo.logger, poll_interval_seconds=None)
    own = eppo_client.init(config)
    eppo.serve("headline", "playful")

    with eppo.attach(own):
        page = shop.get("/?user=ann").text

    assert page == "Hop on!"
    assert eppo.assignments.one(flag="headline").variation == "playful"


def test_two_shops_in_one_test(eppo: Sandbox, eppo_emulator: Emulator | RemoteEmulator, shop: FlaskClient) -> None:
    with eppo_emulator.sandbox("production") as other:
        other.serve("headline", "short")

        assert other.client().get_string_assignment("headline", "ann", {}, "default") == "short"
        assert shop.get("/?user=ann").text == "Bicycles"


def test_the_shop_in_a_process_of_its_own(eppo: Sandbox) -> None:
    eppo.serve("headline", "short")
    address = {"EPPO_BASE_URL": eppo.base_url, "EPPO_SDK_KEY": eppo.sdk_key}

    page = subprocess.run(
        [sys.executable, "visit.py", "/?user=ann"],
        cwd=ROOT,
        env={**os.environ, **address},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert page.stdout == "Ride.\n"
    (event,) = eppo.assignments.wait(flag="headline", subject="ann", timeout_s=20)
    assert event.variation == "short"
    assert {client["sdkName"] for client in eppo.clients()} == {"python"}
