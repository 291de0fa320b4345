"""
W36: the real precomputed client of js-client-sdk-common fetches from a running emulator, in Node and in Chromium.

What it answers and logs is what the same emulator evaluates in process, and what the real Python SDK answers.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from tests.oracle.checking import draw_case
from tests.oracle.python_sdk import PythonSdk
from tests.sdk.browser import page_at_another_origin, shown_by_chromium
from tests.sdk.flag_files import FlagFolder
from tests.sdk.pages import BUNDLE
from tests.sdk.precomputed_visits import Visit, bandit_flags
from tests.sdk.programs import NODE, LineProgram, node_program
from tests.sdk.waiting import eventually

pytestmark = pytest.mark.ci

SAMPLES = Path(__file__).parents[2] / "flags"
# The package's own bundle reads its log level from `process`, which an application's bundler would put in.
PAGE = """<!doctype html><title>visiting</title><pre id="answers"></pre>
<script>globalThis.process = { env: { LOG_LEVEL: 'silent' } };</script>
<script src="eppo-sdk.js"></script><script type="module">
import { commandsOf } from './precomputing.mjs';
const commands = commandsOf(eppo);
const answers = [];
for (const message of await (await fetch('messages.json')).json()) {
  answers.push(await commands[message.do](message).catch((error) => ({ error: String(error?.stack ?? error) })));
}
document.getElementById('answers').textContent = JSON.stringify(answers);
</script>"""
SUBJECTS: dict[str, dict[str, Any]] = {
    "ann": {},
    "qa-robot": {"email": "robot@bikes.example"},
    "1042": {"country": "CA", "app_version": "2.10.0", "plan": "rider"},
    "user-4": {"country": "US", "app_version": "2.3.0", "km_per_week": 70, "season": "winter"},
    "user-7": {"country": "DE", "platform": "ios", "app_version": "1.9.9", "build": 1999, "vip": True},
    "user-9": {"country": "CH", "plan": "club", "cancelled_at": None, "km_per_week": 0.5},
    "größe 日本 😀": {"country": "NO", "größe": "grün"},
}
ACCESSORIES: dict[str, dict[str, Any]] = {
    "helmet": {"price": 59.9, "colour": "grün", "sale": True},
    "lights": {"price": 20},
    "unheard-of": {},
}


@pytest.fixture(scope="module")
def client() -> Iterator[LineProgram]:
    with node_program("precomputed.mjs") as program:
        yield program


@pytest.fixture(scope="module")
def sdk() -> PythonSdk:
    return PythonSdk()


@pytest.fixture(scope="module")
def samples() -> Iterator[Emulator]:
    with Emulator(SAMPLES, watch=False) as emulator:
        yield emulator


def sample_visit(emulator: Emulator, environment: str, subject: str) -> Visit:
    """Return a visit to the sample flags, with actions for each of their bandits."""
    served = emulator.workspace.current.by_key[environment]
    return Visit(emulator, served, subject, SUBJECTS[subject], dict.fromkeys(bandit_flags(served), ACCESSORIES))


def generated_visits(started: ExitStack, folder: Path, seed: str) -> Iterator[Visit]:
    """Yield visits to an emulator of its own that serves the flag files of *seed*."""
    case = draw_case(seed, 8)
    for name, text in {**case.files.texts, **case.files.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    emulator = started.enter_context(Emulator(folder / "flags", watch=False))
    for environment in emulator.workspace.current.environments:
        for subject in case.subjects:
            yield Visit(emulator, environment, subject.key, subject.attributes)
        flags = sorted(bandit_flags(environment))
        for offer in case.offers if flags else ():
            context = offer.subject.attributes
            yield Visit(emulator, environment, offer.subject.key, context, dict.fromkeys(flags, offer.actions))


@pytest.mark.parametrize("environment", ["test", "production"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_w36_in_node_the_client_answers_the_sample_flags_as_we_do(
    samples: Emulator, client: LineProgram, sdk: PythonSdk, environment: str, subject: str
) -> None:
    visit = sample_visit(samples, environment, subject)

    assert list(visit.differences(client.ask(**visit.message()), sdk)) == []


@pytest.mark.parametrize("part", range(10))
def test_w36_in_node_the_client_answers_generated_flags_as_we_do(
    client: LineProgram, sdk: PythonSdk, tmp_path: Path, run_seed: str, part: int
) -> None:
    print(f"EPPO_EMULATOR_SEED={run_seed}")
    with ExitStack() as started:
        visits = [
            visit
            for number in range(5)
            for visit in generated_visits(started, tmp_path / str(number), f"{run_seed}/precomputed-{part}/{number}")
        ]
        found = [one for visit in visits for one in visit.differences(client.ask(**visit.message()), sdk)]

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n".join(found[:3])


def test_w36_in_chromium_the_client_answers_as_we_do(
    samples: Emulator, sdk: PythonSdk, tmp_path: Path, run_seed: str
) -> None:
    print(f"EPPO_EMULATOR_SEED={run_seed}")
    page = tmp_path / "page"
    with ExitStack() as started:
        visits = [sample_visit(samples, one, subject) for one in ("test", "production") for subject in SUBJECTS]
        for number in range(5):
            visits += generated_visits(started, tmp_path / str(number), f"{run_seed}/chromium/{number}")
        answers = asked_in_chromium(page, [visit.message() for visit in visits])
        found = [
            one
            for visit, given in zip(visits, answers, strict=True)
            for one in visit.differences(answer_in(given), sdk)
        ]

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}\n" + "\n".join(found[:3])


def asked_in_chromium(folder: Path, messages: list[dict[str, Any]]) -> list[Any]:
    """Return the page's answers; it is at another origin than the emulators that it asks."""
    folder.mkdir()
    for script in (BUNDLE, NODE / "precomputing.mjs", NODE / "assigning.mjs"):
        shutil.copy(script, folder)
    (folder / "messages.json").write_text(json.dumps(messages), encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    with page_at_another_origin(folder) as url:
        answers: list[Any] = shown_by_chromium(url, folder / "profile")
    return answers


def answer_in(given: Any) -> Any:
    assert "error" not in given, given["error"]
    return given


def fetch(client: LineProgram, emulator: Emulator, **whom: Any) -> Any:
    return client.ask(do="fetch", **{"baseUrl": emulator.base_url, "key": "local-test", "attributes": {}, **whom})


def test_an_edit_is_answered_after_the_next_fetch(emulator: Emulator, folder: FlagFolder, client: LineProgram) -> None:
    question = {"flag": "headline", "type": "STRING", "default": ""}

    def headline() -> Any:
        fetch(client, emulator, subject="ann")
        return client.ask(do="assignAll", questions=[question])[0]["value"]

    before = headline()
    folder.serve_headline("long")

    assert (before, eventually(lambda: bool(headline() == "long"))) == ("short", True)


@pytest.mark.parametrize(
    ("whom", "words"),
    [({"subject": "ann", "key": "nobody"}, "Invalid SDK key."), ({"subject": ""}, "cannot be empty")],
)
def test_a_refused_client_is_told_why(
    strict_emulator: Emulator, client: LineProgram, whom: dict[str, Any], words: str
) -> None:
    with pytest.raises(AssertionError, match=words):
        fetch(client, strict_emulator, **whom)
