"""For every named divergence: a question to which it applies, and the canonical answer that the emulator gives."""

from collections.abc import Mapping

import pytest

from emulator.evaluation import prepare
from tests.differential.flag_answers import our_answer
from tests.differential.flag_divergences import NODE, RUST, Asked, Divergence
from tests.differential.flag_examples import NODE_EXAMPLES, RUST_EXAMPLES, Example
from tests.differential.flag_questions import Question
from tests.evaluation.configurations import allocation, condition, configuration, flag, rule

PAIRS = [
    *(pytest.param(one, RUST_EXAMPLES, id=f"rust-{one.name}") for one in RUST),
    *(pytest.param(one, NODE_EXAMPLES, id=f"node-{one.name}") for one in NODE),
]


@pytest.mark.parametrize(("divergence", "examples"), PAIRS)
def test_where_an_sdk_diverges_the_emulator_does_the_canonical_thing(
    divergence: Divergence, examples: Mapping[str, Example]
) -> None:
    example = examples[divergence.name]
    question = Question("f", example.kind, example.subject, example.attributes)

    ours = our_answer(prepare(configuration(f=example.raw)), question)

    assert divergence.applies(Asked(question, example.raw, ours))
    assert ours.value == example.value


@pytest.mark.parametrize(("divergence", "examples"), PAIRS)
def test_a_divergence_cites_a_row_and_excuses_no_plain_question(
    divergence: Divergence, examples: Mapping[str, Example]
) -> None:
    question = Question("f", "STRING", "alice", {"a": "x", "b": 5})
    raw = flag(allocation("one", rules=[rule(condition("ONE_OF", ["x"]), condition("GT", 3, "b"))]))

    ours = our_answer(prepare(configuration(f=raw)), question)

    assert divergence.evidence.startswith("D-")
    assert not divergence.applies(Asked(question, raw, ours))
