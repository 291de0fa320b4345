"""
The core of Eppo's browser SDK under generated layers: it reads out of the obfuscated form what the layers say.

Flag files only: of odd content the two SDKs make different things.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.overrides import override
from emulator.ufc.obfuscate import obfuscate
from tests.differential.flag_questions import DEFAULTS, Question
from tests.overrides.documents import NO_MODELS
from tests.overrides.generated import Drawn, draw_authored, expected
from tests.sdk.programs import LineProgram, node_program

pytestmark = pytest.mark.ci

REAL = datetime.now(UTC).replace(microsecond=0)
ROUNDS = 40


@pytest.fixture(scope="module")
def client() -> Iterator[LineProgram]:
    with node_program("browser.mjs") as program:
        yield program


def asked(question: Question) -> dict[str, Any]:
    return {
        "flag": question.flag,
        "type": question.kind.lower(),
        "subject": question.subject,
        "attributes": dict(question.attributes),
        "default": DEFAULTS[question.kind],
    }


def answers(client: LineProgram, config: Any, drawn: Drawn) -> list[Any]:
    client.ask(do="load", config=config)
    given: list[Any] = client.ask(do="assignAll", questions=[asked(question) for question in drawn.questions])
    for answer in given:
        for event in answer["logged"]:
            # The one field that says which form was read.
            del event["format"]
    return given


@pytest.mark.parametrize("part", range(4))
def test_both_forms_are_answered_as_the_layers_say(part: int, client: LineProgram, run_seed: str) -> None:
    for seed in (f"{run_seed}/javascript-{part}/{number}" for number in range(ROUNDS)):
        drawn = draw_authored(seed, 4, real=REAL)
        config = override(drawn.config, NO_MODELS, drawn.overrides, drawn.elsewhere).config

        plain, hidden = (answers(client, one, drawn) for one in (config, obfuscate(config)))

        assert hidden == plain, seed
        for question, answer in zip(drawn.questions, plain, strict=True):
            layers = drawn.overrides.flags.get(question.flag)
            assert answer["value"] == expected(drawn, question, REAL).value, f"[{seed}] {question} under {layers}"
