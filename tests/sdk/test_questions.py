"""What the control API answers is what the real eppo-server-sdk 4 does, against the same server and the same flags."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import eppo_client
import pytest
from eppo_client import AssignmentLogger, ClientConfig

from emulator import Emulator

SAMPLES = Path(__file__).parents[2] / "flags"
KINDS = {
    "accessory-banner": "string",
    "card-payments": "boolean",
    "discount": "numeric",
    "fitting-guide": "string",
    "free-shipping": "boolean",
    "new-checkout": "boolean",
    "old-spare-parts-page": "boolean",
    "photo-size": "integer",
    "route-planner-2": "boolean",
    "search-ranking": "json",
    "signup-headline": "string",
    "summer-sale": "string",
}
DEFAULTS: Mapping[str, Any] = {"boolean": False, "integer": -1, "json": {"mine": 1}, "numeric": -0.5, "string": "mine"}
SUBJECTS = ("qa-robot", "1042", *(f"user-{number}" for number in range(198)))
# Each subject has the next ones: what the rules of the samples look at, in several shapes.
ATTRIBUTES: tuple[Mapping[str, Any], ...] = (
    {},
    {"email": "ann@bikes.example", "country": "NO"},
    {"country": "US", "app_version": "2.10.0", "plan": "club"},
    {"country": "CA", "app_version": "2.2.9", "plan": "rider", "cancelled_at": "2025-01-01"},
    {"country": "DE", "platform": "ios", "app_version": "1.9.9"},
    {"country": "CH", "platform": "ios", "app_version": "2.0.0", "build": 1999},
    {"country": "AT", "build": 2000, "season": "winter", "km_per_week": 12.5, "returning": True},
)
ACTIONS: Mapping[str, Any] = {"helmet": {"price": 39.9}, "lights": {}, "lock": {"price": 20, "color": "red"}}
# When it was asked, which SDK was, and what this one adds to an event when details are asked for.
NOT_COMPARED = ("timestamp", "metaData", "evaluationDetails")
KEYS = ("local-test", "local-production")


class Heard(NamedTuple):
    """What a call comes to, for the SDK and for us; *matched* is the key of the allocation, if there is one."""

    value: Any
    action: str | None
    variation: str | None
    matched: list[str]
    assignment: Mapping[str, Any] | None
    bandit: Mapping[str, Any] | None


class Recorder(AssignmentLogger):
    """Keeps what the SDK logs until it is taken."""

    def __init__(self) -> None:
        self._assignments: list[dict[str, Any]] = []
        self._bandit_actions: list[dict[str, Any]] = []

    def log_assignment(self, event: dict[str, Any]) -> None:
        self._assignments.append(event)

    def log_bandit_action(self, event: dict[str, Any]) -> None:
        self._bandit_actions.append(event)

    def taken(self) -> tuple[Any, Any]:
        return _only(self._assignments), _only(self._bandit_actions)


class Sdk:
    """A client that fetched its configuration from the emulator."""

    def __init__(self, emulator: Emulator, key: str) -> None:
        self._logged = Recorder()
        config = ClientConfig(api_key=key, base_url=emulator.base_url, assignment_logger=self._logged)
        self.client = eppo_client.init(config)
        self.client.wait_for_initialization()

    def assigned(self, flag: str, subject: str, attributes: Mapping[str, Any]) -> Heard:
        kind = KINDS[flag]
        ask = getattr(self.client, f"get_{kind}_assignment_details")
        return self._heard(ask(flag, subject, attributes, DEFAULTS[kind]))

    def chosen(self, flag: str, subject: str, attributes: Mapping[str, Any]) -> Heard:
        return self._heard(self.client.get_bandit_action_details(flag, subject, attributes, ACTIONS, "mine"))

    def _heard(self, result: Any) -> Heard:
        told = result.evaluation_details
        matched = [one["key"] for one in told["allocations"] if one["allocationEvaluationCode"] == "MATCH"]
        return Heard(result.variation, result.action, told["variationKey"], matched, *self._logged.taken())


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(SAMPLES, watch=False) as running:
        yield running


@pytest.fixture
def sdk(emulator: Emulator, request: pytest.FixtureRequest) -> Iterator[Sdk]:
    connected = Sdk(emulator, request.param)
    yield connected
    connected.client.shutdown()


def attributes_of(number: int) -> Mapping[str, Any]:
    return ATTRIBUTES[number % len(ATTRIBUTES)]


def answers(emulator: Emulator, key: str, flag: str, **more: Any) -> list[Heard]:
    common = {"flag": flag, "sdkKey": key, "trace": False, "type": KINDS[flag], "default": DEFAULTS[KINDS[flag]]}
    requests = [
        {**common, "subject": subject, "attributes": attributes_of(number), **more}
        for number, subject in enumerate(SUBJECTS)
    ]
    body = json.dumps({"requests": requests}).encode()
    with urlopen(Request(f"{emulator.url}/emulator/v1/evaluate/bulk", body), timeout=30) as reply:
        return [_told(one) for one in json.load(reply)["results"]]


def _told(answer: Mapping[str, Any]) -> Heard:
    details, events = answer["evaluationDetails"], answer["events"]
    matched = [details["matchedAllocation"]["key"]] if details["matchedAllocation"] else []
    logged = (_comparable(events[name]) for name in ("assignment", "bandit"))
    return Heard(answer["variation"], answer["action"], details["variationKey"], matched, *logged)


def _only(events: list[dict[str, Any]]) -> Any:
    assert len(events) < 2
    return _comparable(events.pop()) if events else None


def _comparable(event: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if event is None else {name: one for name, one in event.items() if name not in NOT_COMPARED}


def test_every_sample_is_asked_about(emulator: Emulator) -> None:
    build = emulator.workspace.current.build

    assert build is not None
    assert KINDS.keys() == build.definitions.flags.keys()


@pytest.mark.parametrize("flag", KINDS)
@pytest.mark.parametrize(("sdk", "key"), [(key, key) for key in KEYS], ids=KEYS, indirect=["sdk"])
def test_an_evaluation_is_what_the_sdk_does(emulator: Emulator, sdk: Sdk, key: str, flag: str) -> None:
    expected = [sdk.assigned(flag, subject, attributes_of(number)) for number, subject in enumerate(SUBJECTS)]

    assert answers(emulator, key, flag) == expected


@pytest.mark.parametrize("flag", ["accessory-banner", "signup-headline"])
@pytest.mark.parametrize(("sdk", "key"), [(key, key) for key in KEYS], ids=KEYS, indirect=["sdk"])
def test_a_bandit_call_is_what_the_sdk_does(emulator: Emulator, sdk: Sdk, key: str, flag: str) -> None:
    expected = [sdk.chosen(flag, subject, attributes_of(number)) for number, subject in enumerate(SUBJECTS)]

    assert answers(emulator, key, flag, actions=ACTIONS) == expected
