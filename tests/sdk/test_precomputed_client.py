"""E48: the real precomputed client of js-client-sdk-common reads what is precomputed, and answers what we answer."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from emulator.evaluation import Prepared, assignment_event, evaluate, prepare
from emulator.evaluation.bandit_evaluation import evaluate_bandit
from emulator.evaluation.bandit_events import bandit_event
from emulator.evaluation.precompute import precompute
from tests.conformance.cases import PUBLIC_VARIABLE, Case, found, parameters, public_folder
from tests.evaluation.bandit_cases import RECORDED, recorded
from tests.sdk.programs import LineProgram, node_program

pytestmark = pytest.mark.ci

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SALT = "c29kaXVtY2hsb3JpZGU"
_MOMENTS = ("timestamp", "metaData")


@pytest.fixture(scope="module")
def client() -> Iterator[LineProgram]:
    with node_program("precomputed.mjs") as program:
        yield program


@pytest.fixture(scope="module")
def public() -> Prepared:
    folder = public_folder()
    assert folder is not None, f"{PUBLIC_VARIABLE} names no checkout of the public test data"
    return prepare(json.loads((folder / "ufc" / "flags-v1.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def own() -> Prepared:
    path = Path(__file__).parents[2] / "sdk_testdata" / "ufc" / "flags.json"
    return prepare(json.loads(path.read_text(encoding="utf-8")))


def asked(client: LineProgram, prepared: Prepared, subject: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the client answers and logs for every flag, each asked by its own type."""
    flags = {key: flag for key in prepared.flag_keys if (flag := prepared.flag(key)) and flag.type}
    document = precompute(prepared, subject, attributes, now=NOW, salt=SALT)
    client.ask(do="load", document=document, subject=subject, attributes=attributes)
    questions = [{"flag": key, "type": flag.type, "default": "the default"} for key, flag in flags.items()]
    return dict(zip(flags, client.ask(do="assignAll", questions=questions), strict=True))


def answered(prepared: Prepared, key: str, subject: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return our own answer in the words of that client."""
    direct = evaluate(prepared, key, subject, attributes, now=NOW, default="the default")
    event = assignment_event(direct)
    logged = [] if event is None else [{name: one for name, one in event.items() if name not in _MOMENTS}]
    return {
        "value": direct.value,
        "assignments": [{**one, "format": "PRECOMPUTED"} for one in logged],
        "banditActions": [],
    }


def distinct(folder: Path | None) -> list[Any]:
    """Return one case per subject and attributes; every flag is asked for each."""
    seen: dict[str, Any] = {}
    for one in parameters(folder):
        case = one.values[0]
        name = json.dumps([case.subject, case.attributes]) if isinstance(case, Case) else str(case)
        seen.setdefault(name, one)
    return list(seen.values())


@pytest.mark.parametrize("case", distinct(public_folder()))
def test_e48_the_client_answers_every_public_flag_as_we_do(
    client: LineProgram, public: Prepared, case: Case | str
) -> None:
    wanted = found(case)

    given = asked(client, public, wanted.subject, wanted.attributes)

    assert given == {key: answered(public, key, wanted.subject, wanted.attributes) for key in given}


@pytest.mark.parametrize("subject", ["ann", "größe 日本", "x" * 1000])
def test_e48_the_client_answers_our_own_flags_as_we_do(client: LineProgram, own: Prepared, subject: str) -> None:
    attributes = {"which": "picture", "size": 0.5, "role": "staff", "country": "NO"}

    given = asked(client, own, subject, attributes)

    assert given == {key: answered(own, key, subject, attributes) for key in given}


@pytest.mark.parametrize("case", recorded("shape/both", "tie/", "weights/floor", "nonascii/").values())
def test_e48_the_client_takes_the_precomputed_action(client: LineProgram, case: dict[str, Any]) -> None:
    documents = RECORDED["configs"][case["config"]]
    prepared = prepare(documents["flags"], documents["models"])
    subject, context, actions = case["subject"], case["context"], case["actions"]
    document = precompute(prepared, subject, context, {"f": actions}, now=NOW, salt=SALT)
    client.ask(do="load", document=document, subject=subject, attributes=context)

    given = client.ask(do="bandit", flag="f", default="the default")

    direct = evaluate_bandit(prepared, "f", subject, context, actions, now=NOW)
    event = bandit_event(direct)
    assert event is not None
    (logged,) = given["banditActions"]
    assert (given["variation"], given["action"]) == (direct.variation, direct.action)
    assert [logged[name] for name in ("action", "actionProbability", "optimalityGap", "modelVersion", "bandit")] == [
        event[name] for name in ("action", "actionProbability", "optimalityGap", "modelVersion", "banditKey")
    ]
