"""Many tests of one flag, which would see each other if they could. One in three leaves everything lying about."""

import eppo_client
import pytest
from flask.testing import FlaskClient
from shop import HEADLINES

from emulator.testing import Sandbox

VARIATIONS = list(HEADLINES)


@pytest.mark.parametrize("number", range(115))
def test_each_sees_its_own(eppo: Sandbox, shop: FlaskClient, number: int) -> None:
    before = shop.get(f"/?user=before-{number}").text
    variation = VARIATIONS[number % 3]
    eppo.serve("headline", variation)

    page = shop.get(f"/?user=user-{number}").text

    assert (before, page) == ("Bicycles", HEADLINES[variation])
    assert eppo.assignments.count() == 2
    assert eppo.assignments.one(subject=f"user-{number}").variation == variation


@pytest.mark.parametrize("number", range(60))
def test_some_forget_to_clean_up(eppo: Sandbox, shop: FlaskClient, number: int) -> None:
    eppo.serve("headline", VARIATIONS[number % 3]).__enter__()
    eppo.at("2025-06-15T12:00Z")
    eppo.pin("accessories", "lock")
    eppo.unavailable()
    eppo.strict = number % 2 == 0
    config = eppo_client.ClientConfig(api_key="none", assignment_logger=eppo.logger, poll_interval_seconds=None)
    eppo.attach(eppo_client.init(config))

    assert shop.get("/cart?user=ann").get_json()["total"] == 100
