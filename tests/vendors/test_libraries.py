"""
Vendors' real client libraries, unmodified but for the host: what a real Eppo SDK logs through them arrives whole.

The emulator hears of them through a relay that counts requests, so that a library which is not satisfied with its
answer, and sends again, is seen.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from emulator import Emulator
from emulator.events import Event, read_event
from emulator.sandboxes.fault_changes import put_faults
from emulator.sandboxes.sandbox import Sandbox
from tests.sdk.flag_files import BANDITS, FlagFolder
from tests.sdk.programs import LineProgram
from tests.vendors.wire import CUT_OFF, Exchange, Wire

pytestmark = pytest.mark.ci

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node" / "node_modules"
COMMANDS = {"python": ([sys.executable, "program.py"], HERE), "node": (["node", "program.mjs"], HERE / "node")}
TEXT = 'Bjørn "日本語" 🎈 \\ <b>&amp; ?>~'
ATTRIBUTES = {"name": TEXT, "plan": "pro", "age": 30, "beta": True}
SUBJECTS = [f"ann-{number}-ø" for number in range(3)]


class Run(NamedTuple):
    """What a program told, what passed, and the emulator that took it."""

    report: dict[str, Any]
    exchanges: list[Exchange]
    emulator: Emulator

    @property
    def records(self) -> Any:
        return self.emulator.parts.inbox.since(limit=1_000)

    @property
    def paths(self) -> set[tuple[str, str]]:
        return {(exchange.method, exchange.path.partition("?")[0]) for exchange in self.exchanges}


class Case(NamedTuple):
    """A library as it is set up: *statuses* of all its requests, its *path*, and whether it confirms each event."""

    vendor: str
    options: dict[str, Any]
    path: tuple[str, str]
    confirms: bool = True
    status: int = 200


_SEGMENT = ("POST", "/v1/batch")
_TP2 = ("POST", "/com.snowplowanalytics.snowplow/tp2")
CASES = {
    "python": [
        Case("segment", {}, _SEGMENT, confirms=False),
        Case("segment", {"gzip": True}, _SEGMENT, confirms=False),
        Case("rudderstack", {}, _SEGMENT, confirms=False),
        Case("rudderstack", {"gzip": False}, _SEGMENT, confirms=False),
        Case("amplitude", {}, ("POST", "/2/httpapi")),
        Case("amplitude", {"path": "/batch"}, ("POST", "/batch")),
        Case("mparticle", {}, ("POST", "/v2/events"), status=202),
        Case("mparticle", {"bulk": True}, ("POST", "/v2/bulkevents"), status=202),
        Case("snowplow", {}, _TP2),
        Case("snowplow", {"size": 4, "nested": True}, _TP2),
        Case("snowplow", {"base64": False}, _TP2),
        Case("snowplow", {"method": "get"}, ("GET", "/i")),
    ],
    "node": [
        Case("segment", {}, _SEGMENT, confirms=False),
        Case("rudderstack", {}, _SEGMENT),
        Case("rudderstack", {"gzip": False}, _SEGMENT),
        Case("amplitude", {}, ("POST", "/2/httpapi")),
        Case("amplitude", {"path": "/batch"}, ("POST", "/batch")),
        Case("mparticle", {}, ("POST", "/v2/events"), status=202),
        Case("mparticle", {"bulk": True}, ("POST", "/v2/bulkevents"), status=202),
        Case("snowplow", {}, _TP2),
        Case("snowplow", {"size": 4, "nested": True}, _TP2),
        Case("snowplow", {"base64": False}, _TP2),
        Case("snowplow", {"method": "get"}, ("GET", "/i")),
    ],
}
ALL = [
    pytest.param(language, case, id=f"{language} {case.vendor} {json.dumps(case.options)}")
    for language, cases in CASES.items()
    for case in cases
]


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    folder = FlagFolder(tmp_path / "flags")
    folder.add("bandits.yaml", BANDITS)
    with Emulator(folder.path) as running:
        yield running


@pytest.fixture
def sandbox(emulator: Emulator) -> Sandbox:
    parts = emulator.parts
    return parts.sandboxes.create(parts.world, emulator.url, "production")


def run(emulator: Emulator, language: str, case: Case, key: str = "local-prod", **more: Any) -> Run:
    command, folder = COMMANDS[language]
    assert NODE_MODULES.is_dir(), f"the vendors' libraries are missing: run `npm ci` in {NODE_MODULES.parent}"
    message = {"vendor": case.vendor, "options": case.options, "key": key, "baseUrl": emulator.base_url}
    with Wire(emulator.port) as wire, LineProgram(command, folder) as program:
        report = program.ask(url=wire.url, **{**message, "subjects": SUBJECTS, "attributes": ATTRIBUTES, **more})
    return Run(report, wire.exchanges, emulator)


def essence(event: Event) -> Any:
    """Return everything of an event but how it travelled."""
    told = (event.kind, event.flag, event.allocation, event.experiment, event.variation, event.subject, event.bandit)
    held = (event.sdk, event.environment, event.published_at, event.timestamp, event.faults, event.action, event.choice)
    return *told, *held, sorted(event.attributes.items()), sorted(event.extra)


@pytest.mark.parametrize(("language", "case"), ALL)
def test_what_an_sdk_logs_arrives_whole_and_once(emulator: Emulator, language: str, case: Case) -> None:
    done = run(emulator, language, case)

    logged = [read_event(event) for event in done.report["logged"]]
    records = done.records
    assert done.report["errors"] == []
    assert sorted(map(essence, (record.event for record in records)), key=repr) == sorted(
        map(essence, logged), key=repr
    )
    assert [record.kind for record in records].count("bandit") == len(records) / 3 == len(SUBJECTS)
    assert {(record.environment, record.verdict) for record in records} == {("production", "ok")}
    assert done.paths == {case.path}
    assert {exchange.status for exchange in done.exchanges} == {case.status}
    assert len(done.report["confirmed"]) == (len(logged) if case.confirms else 0)


_RESENDING = [
    one for one in ALL if one.values[1].vendor != "mparticle" and one.values[1].options in ({}, {"method": "get"})
]
# Amplitude's libraries give up when a connection is cut off, and mParticle's at every failure.
_UNTIRING = [one for one in _RESENDING if one.values[1].vendor != "amplitude"]
LOSSES = [
    *(pytest.param(*one.values, {"status": 503}, 503, id=f"{one.id} 503") for one in _RESENDING),
    *(pytest.param(*one.values, {"body": "truncated"}, CUT_OFF, id=f"{one.id} cut off") for one in _UNTIRING),
]


@pytest.mark.parametrize(("language", "case", "fault", "status"), LOSSES)
def test_what_a_library_sends_again_counts_once(
    emulator: Emulator, sandbox: Sandbox, language: str, case: Case, fault: dict[str, Any], status: int
) -> None:
    put_faults(sandbox, [{"on": "events", "times": 1, **fault}])

    done = run(emulator, language, case, sandbox.sdk_key, subjects=SUBJECTS[:1])

    inbox = emulator.parts.inbox
    resent = inbox.count(duplicates=True) - inbox.count()
    assert [exchange.status for exchange in done.exchanges].count(status) == 1
    assert (inbox.count(), resent > 0) == (len(done.report["logged"]), status == CUT_OFF)
    assert {record.sandbox for record in done.records} == {sandbox.sdk_key}


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("bulk", [False, True])
def test_mparticle_is_told_of_a_failure_and_sends_nothing_again(
    emulator: Emulator, sandbox: Sandbox, language: str, bulk: bool
) -> None:
    put_faults(sandbox, [{"on": "events", "times": 1, "status": 503}])
    case = Case("mparticle", {"bulk": bulk}, ("POST", ""))

    done = run(emulator, language, case, sandbox.sdk_key, subjects=SUBJECTS[:1])

    assert (len(done.report["errors"]), len(done.exchanges), len(done.records)) == (1, 3, 2)
    assert {record.sandbox for record in done.records} == {sandbox.sdk_key}


# As much as each library lets pass; Segment's and RudderStack's Node library refuse a message beyond 32 KiB, and
# Amplitude's cut a text at 1,024 characters in Python.
LARGE = {"segment": 25_000, "rudderstack": 25_000, "amplitude": 1_000, "mparticle": 1_000_000, "snowplow": 1_000_000}


@pytest.mark.parametrize("language", COMMANDS)
@pytest.mark.parametrize("vendor", LARGE)
def test_as_much_as_a_library_lets_pass_arrives_whole(emulator: Emulator, language: str, vendor: str) -> None:
    attributes = {"note": "x" * LARGE[vendor], "name": TEXT}

    done = run(emulator, language, Case(vendor, {}, ("", "")), subjects=SUBJECTS[:1], attributes=attributes)

    assert done.report["errors"] == []
    assert [record.attributes for record in done.records if record.flag == "headline"] == [attributes]
    assert max(exchange.size_bytes for exchange in done.exchanges) > LARGE[vendor] / 100
