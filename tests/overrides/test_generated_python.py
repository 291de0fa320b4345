"""
Generated layers, as the real eppo-server-sdk 4 answers them: what the layers say, with the events of the evaluator.

It reads the real clock, so that only what is served can make a frozen or a shifted clock true.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import eppo_client
import pytest
from eppo_client import AssignmentLogger, ClientConfig, Configuration

from emulator.evaluation import assignment_event, prepare
from emulator.overrides import override
from emulator.ufc.encode import canonical
from tests.differential.flag_answers import NOW, comparable, our_answer, with_doubles
from tests.differential.flag_divergences import RUST, Asked, apart
from tests.differential.flag_questions import DEFAULTS, Question
from tests.overrides.documents import NO_MODELS
from tests.overrides.generated import Drawn, ask, draw, draw_authored, expected

REAL = NOW.replace(microsecond=0)
Event = Mapping[str, Any] | None


class PythonSdk(AssignmentLogger):
    """
    The SDK's client (one per process), its configuration replaced at will.

    Asked without details, which the Rust core mixes up for allocations that share a key.
    """

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._client = eppo_client.init(
            ClientConfig(api_key="in-process", assignment_logger=self, poll_interval_seconds=None)
        )

    def log_assignment(self, event: dict[str, Any]) -> None:
        self._events.append(event)

    def load(self, config: Any) -> None:
        self._client.set_configuration(Configuration(flags_configuration=canonical(config)))

    def answer(self, question: Question) -> tuple[Any, Event]:
        self._events.clear()
        assign = getattr(self._client, f"get_{question.kind.lower()}_assignment")
        value = assign(question.flag, question.subject, dict(question.attributes), DEFAULTS[question.kind])
        assert len(self._events) < 2
        return value, comparable(self._events[0]) if self._events else None


@pytest.fixture(scope="module")
def sdk() -> PythonSdk:
    return PythonSdk()


def reports(sdk: PythonSdk, drawn: Drawn) -> Iterator[str]:
    """Yield one report per question that the SDK answers otherwise than layers and evaluator do."""
    config = override(drawn.config, NO_MODELS, drawn.overrides, drawn.elsewhere).config
    prepared = prepare(config)
    sdk.load(config)
    for question in drawn.questions:
        fields = apart(RUST, Asked(question, config["flags"].get(question.flag), our_answer(prepared, question)))
        said = expected(drawn, question, REAL)
        event = with_doubles(comparable(assignment_event(ask(config, question, NOW))))
        value, theirs = sdk.answer(question)
        if ("value" not in fields and value != said.value) or ("event" not in fields and theirs != event):
            layers = drawn.overrides.flags.get(question.flag)
            yield f"{question}\n  said {said} with {event}\n  answered {value} with {theirs}\n  under {layers}"


@pytest.mark.parametrize("part", range(4))
def test_odd_content_under_layers_is_answered_as_by_the_sdk(part: int, sdk: PythonSdk, run_seed: str) -> None:
    seeds = [f"{run_seed}/odd-{part}/{number}" for number in range(40)]

    found = [f"[{seed}] {one}" for seed in seeds for one in reports(sdk, draw(seed, 20, real=REAL))]

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}; {len(found)} differ, the first:\n{found[0]}"


@pytest.mark.parametrize("part", range(2))
def test_flag_files_under_layers_are_answered_as_by_the_sdk(part: int, sdk: PythonSdk, run_seed: str) -> None:
    seeds = [f"{run_seed}/own-{part}/{number}" for number in range(15)]

    found = [f"[{seed}] {one}" for seed in seeds for one in reports(sdk, draw_authored(seed, 3, real=REAL))]

    assert not found, f"repeat with EPPO_EMULATOR_SEED={run_seed}; {len(found)} differ, the first:\n{found[0]}"
