"""
Vendors' browser libraries, unmodified but for the host, on a page of another origin in a real Chromium.

mParticle's is not among them: it asks mParticle's identity service first, which nobody stands in for here.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from emulator.events import read_event
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.sdk.browser import page_at_another_origin, shown_by_chromium
from tests.vendors.test_libraries import essence

pytestmark = pytest.mark.ci

WEB = Path(__file__).parent / "web"
SCRIPTS = {
    "amplitude.js": "@amplitude/analytics-browser/lib/scripts/amplitude-min.umd.js",
    "segment.js": "@segment/analytics-next/dist/umd/index.js",
    "snowplow.js": "@snowplow/browser-tracker/dist/index.umd.min.js",
    "rudderstack.js": "@rudderstack/analytics-js/dist/npm/legacy/umd/index.js",
    "rudderstack-2.js": "rudder-sdk-js/dist/npm/index.js",
}
ATTRIBUTES = {"name": 'Bjørn "日本語" 🎈 \\ <b>&amp; ?>~', "age": 30, "beta": True}
EVENTS = [{**ASSIGNMENTS["javascript"], "subjectAttributes": ATTRIBUTES}, BANDITS["javascript"]]
LIBRARIES = (
    "segment", "segment in batches", "rudderstack 3", "rudderstack 2", "amplitude", "snowplow",
    "snowplow without base64", "snowplow by GET",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (WEB / "node_modules").is_dir(), f"the vendors' libraries are missing: run `npm ci` in {WEB}"
    folder = tmp_path_factory.mktemp("web")
    shutil.copy(WEB / "page.html", folder)
    for name, path in SCRIPTS.items():
        shutil.copy(WEB / "node_modules" / path, folder / name)
    return folder


@pytest.fixture(scope="module")
def done(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the page told, and what arrived."""
    flags = site / "flags.yaml"
    flags.write_text("flags:\n  gate: {type: boolean, serve: true}\n")
    with Emulator(flags) as emulator, page_at_another_origin(site) as url:
        asked = {"url": emulator.url, "key": "local-web", "events": EVENTS}
        (site / "asked.json").write_text(json.dumps(asked))
        told = shown_by_chromium(url, tmp_path_factory.mktemp("profile"))
        inbox = emulator.parts.inbox
        return told, inbox.since(limit=1_000), inbox.count(duplicates=True) - inbox.count()


def test_every_library_runs(done: Any) -> None:
    told, _, resent = done

    assert told == {"libraries": list(LIBRARIES), "errors": []}
    assert resent == 0


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_logged_arrives_whole_and_once(done: Any, library: str) -> None:
    _, records, _ = done
    subject = f"{library} ø"
    sent = [read_event({**event, "subject": subject}) for event in EVENTS]

    arrived = [record.event for record in records if record.subject == subject]

    assert sorted(map(essence, arrived), key=repr) == sorted(map(essence, sent), key=repr)
    assert {record.source for record in records if record.subject == subject} == {_source(library)}


def _source(library: str) -> str:
    name = library.split()[0]
    return "segment" if name == "rudderstack" else name
