"""
Every page with something on it: the sample flags, events, a test's sandbox; and the same with broken files.

Time stands still at one moment, so that the same pages look the same on every day.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, expect

from emulator import Emulator
from tests.sdk.waiting import eventually

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_LIMIT_S = 30
_BIKER = {"country": "CA", "app_version": "2.10.0"}
_ACTIONS = {"helmet": {"price": 40}, "lights": {}, "lock": {}}
_BROKEN = """\
flags:
  delivery-date:
    type: boolean
    allocations:
      - { key: city, if: "city in [Oslo, Bergen]", serve: yes please }
    serve: false
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """One page to look at; *breaks* is whether a file is broken meanwhile."""

    name: str
    path: str
    breaks: bool = False


# The words in braces are SDK keys.
SCENES = (
    Scene("flags", "/"),
    Scene("flags-found", "/?q=head&environment=production"),
    Scene("flags-nothing", "/?q=nothing+like+it"),
    Scene("flags-sandbox", "/?sdkKey={sandbox}"),
    Scene("flags-broken", "/", breaks=True),
    Scene("flag", "/flags/new-checkout"),
    Scene("flag-trace", "/flags/new-checkout?subject=user-4&attr.country=CA&attr.app_version=2.10.0"),
    Scene("flag-experiment", "/flags/signup-headline?subject=user-4"),
    Scene("flag-bandit", "/flags/accessory-banner?subject=bob&attr.km_per_week=120&actions=helmet,lights,lock"),
    Scene("flag-schedule", "/flags/route-planner-2"),
    Scene("flag-holdout", "/flags/fitting-guide?subject=ann&attr.country=DE"),
    Scene("flag-json", "/flags/search-ranking"),
    Scene("flag-sandbox", "/flags/signup-headline?sdkKey={sandbox}&subject=ann"),
    Scene("flag-switch", "/flags/card-payments"),
    Scene("flag-off", "/flags/old-spare-parts-page"),
    Scene("flag-unknown", "/flags/nothing-like-it"),
    Scene("inbox", "/inbox"),
    Scene("inbox-found", "/inbox?q=-verdict%3Aok"),
    Scene("inbox-event", "/inbox/1"),
    Scene("inbox-drift", "/inbox?q=verdict%3Adrift"),
    Scene("sandboxes", "/sandboxes"),
    Scene("sandbox", "/sandboxes/{sandbox}"),
    Scene("sandbox-hand", "/sandboxes/{sandbox}?flag=signup-headline&difference=new-checkout"),
    Scene("sandbox-bandit", "/sandboxes/{sandbox}?bandit=accessory-bandit"),
    Scene("sandbox-ended", "/sandboxes/{ended}"),
    Scene("sign-in", "/sign-in"),
)


class Stage:
    """A running emulator with all that; *scenes* are its pages, by their names."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self.scenes: Mapping[str, Scene] = {}
        self.root = emulator.base_url.removesuffix("/api")
        self.folder = folder
        self._broken = folder / "delivery.yaml"

    def call(self, method: str, path: str, document: Any = None) -> Any:
        reply = requests.request(method, f"{self.root}/emulator/v1{path}", json=document, timeout=_LIMIT_S)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    def fill(self, keys: Mapping[str, str]) -> None:
        """Name the sandboxes that the scenes are about."""
        self.scenes = {one.name: replace(one, path=one.path.format(**keys)) for one in SCENES}

    def go_to(self, page: Page, scene: Scene) -> None:
        """Open the page, with its files broken or not, at the moment that it is here."""
        self._write(scene.breaks)
        page.clock.set_fixed_time(NOW)
        page.goto(scene.path)
        page.locator("#connection.live, form[action='/sign-in']").wait_for()
        # What is fetched after the first paint is there, too.
        expect(page.locator("[aria-busy]")).to_have_count(0, timeout=_LIMIT_S * 1000)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def _write(self, broken: bool) -> None:
        if broken == self._broken.exists():
            return
        if broken:
            self._broken.write_text(_BROKEN)
        else:
            self._broken.unlink()
        assert eventually(lambda: self.call("GET", "/status")["stale"] is broken)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Set everything up in *folder*, which is empty."""
    flags = folder / "flags"
    shutil.copytree(ROOT / "flags", flags)
    hands = [NOW - timedelta(minutes=40)]
    with Emulator(flags, clock=lambda: hands[0]) as emulator:
        here = Stage(emulator, flags)
        _log(here, hands)
        alive, ended = _sandbox(here), _new_sandbox(here, "over")
        here.call("DELETE", f"/sandboxes/{ended}")
        hands[0] = NOW
        here.fill({"sandbox": alive, "ended": ended})
        yield here


def _log(here: Stage, hands: list[datetime]) -> None:
    """Let subjects be evaluated, one every few seconds, and log what an SDK would; some of it wrongly."""
    for number in range(180):
        hands[0] += timedelta(seconds=12 if number % 9 else 25)
        for event in _events(here, number):
            here.call("POST", "/events?sdkKey=local-test", event)
    headline = {
        "featureFlag": "signup-headline",
        "allocation": "headline-test",
        "experiment": "signup-headline-headline-test",
    }
    wrong = (
        {**headline, "variation": "playful", "subject": "user-1", "subjectAttributes": {}},
        {
            **headline,
            "featureFlag": "signup-hedline",
            "variation": "short",
            "subject": "user-4",
            "subjectAttributes": {},
        },
        {"featureFlag": "new-checkout", "variation": "true"},
        {"event": "Order placed", "userId": "user-4", "properties": {"total": 129.5}},
    )
    for event in wrong:
        hands[0] += timedelta(seconds=3)
        here.call("POST", "/events?sdkKey=local-test", {**event, "timestamp": _text(hands[0])})


def _events(here: Stage, number: int) -> Iterator[dict[str, Any]]:
    subject = f"user-{number % 60}"
    flags = ("signup-headline", "new-checkout", "search-ranking", "discount", "accessory-banner")
    question = {"flag": flags[number % len(flags)], "subject": subject, "attributes": _BIKER}
    if question["flag"] == "accessory-banner":
        question["actions"] = _ACTIONS
    answered = here.call("POST", "/evaluate", question)["events"]
    yield from (event for event in answered.values() if event)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_sandbox(here: Stage, name: str) -> str:
    key: str = here.call("POST", "/sandboxes", {"name": name})["sdkKey"]
    return key


def _sandbox(here: Stage) -> str:
    for name in ("tests/test_search.py::test_old_apps", "tests/test_headline.py::test_each_headline[short]"):
        _new_sandbox(here, name)
    key = _new_sandbox(here, "tests/test_checkout.py::test_pays_on_one_page")
    mine = f"/sandboxes/{key}"
    here.call("PUT", f"{mine}/flags/new-checkout", {"serve": True})
    here.call(
        "PUT", f"{mine}/flags/signup-headline", {"serve": "short", "subjects": ["ann", "bob"], "via": "headline-test"}
    )
    here.call("PUT", f"{mine}/flags/card-payments", {"off": True})
    edit = "{ type: numeric, variations: { none: 0, half: 0.5 }, serve: half }"
    here.call("PUT", f"{mine}/flags/discount", {"yaml": edit})
    here.call("PUT", f"{mine}/bandits/accessory-bandit", {"pin": "lock"})
    here.call("PUT", f"{mine}/clock", {"at": "2025-03-28T00:00Z"})
    here.call("PUT", f"{mine}/faults", [{"on": "config", "status": 503, "times": 2}, {"on": "events", "delayMs": 500}])
    return key
