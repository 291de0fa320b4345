"""Faults in layers: the newest counts, and what was used up stays used up."""

import pytest
import requests

from emulator.testing import Sandbox


def status(sandbox: Sandbox) -> int:
    address = f"{sandbox.base_url}/flag-config/v1/config?apiKey={sandbox.sdk_key}"
    return requests.get(address, timeout=10).status_code


def test_the_newest_fault_counts_until_it_is_undone(sandbox: Sandbox) -> None:
    sandbox.fault(status=500)
    with sandbox.fault(status=429):
        newest = status(sandbox)

    assert (newest, status(sandbox)) == (429, 500)


def test_a_fault_happens_so_often_whatever_is_laid_over_it(sandbox: Sandbox) -> None:
    sandbox.fault(status=500, times=2)
    seen = [status(sandbox)]
    with sandbox.fault(status=429):
        seen.append(status(sandbox))

    assert [*seen, status(sandbox), status(sandbox)] == [500, 429, 500, 200]


def test_an_outage_concerns_every_request(sandbox: Sandbox) -> None:
    with sandbox.unavailable():
        address = f"{sandbox.base_url.removesuffix('/api')}/emulator/v1/events?sdkKey={sandbox.sdk_key}"
        posted = requests.post(address, json={}, timeout=10).status_code
        fetched = status(sandbox)

    assert (posted, fetched, status(sandbox)) == (503, 503, 200)


@pytest.mark.parametrize("body", ["garbage", "empty"])
def test_bodies_can_be_damaged(sandbox: Sandbox, body: str) -> None:
    sandbox.fault(body=body)
    address = f"{sandbox.base_url}/flag-config/v1/config?apiKey={sandbox.sdk_key}"

    with pytest.raises(ValueError, match="Expecting value"):
        requests.get(address, timeout=10).json()


@pytest.mark.parametrize("failed", [1, {"a"}], ids=["number", "ids"])
def test_a_part_of_a_batch_of_events_fails(sandbox: Sandbox, failed: int | set[str]) -> None:
    sandbox.fault("events", failed=failed, times=1)
    address = f"{sandbox.base_url}/v0/i"
    batch = {"eppo_events": [{"uuid": name, "type": "purchase", "payload": {}} for name in ("a", "b")]}

    replies = [requests.post(address, json=batch, headers={"x-eppo-token": sandbox.sdk_key}, timeout=10) for _ in "12"]

    assert [reply.json()["failed_events"] for reply in replies] == [["a"], []]
