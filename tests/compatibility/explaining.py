"""
Where two SDKs explain otherwise what they serve alike: the same divergences as in ``tests/differential``, recorded.

The values and events of these are those of the emulator; of what an SDK tells in details, the fields that a divergence
names differ. ``python -m tests.compatibility.observing`` writes them beside the others.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emulator.evaluation import prepare
from tests.differential import flag_node_sdk, flag_python_sdk
from tests.differential.flag_answers import Answer, our_answer
from tests.differential.flag_divergences import NODE, RUST, Divergence
from tests.differential.flag_examples import NODE_EXAMPLES, RUST_EXAMPLES, Example
from tests.differential.flag_questions import Question, Round
from tests.evaluation.configurations import configuration
from tests.sdk.programs import node_program

_EXCEPTION = re.compile("Assignment Error: .*")
TOLD = ("code", "variation", "allocations", "rule", "description")
Asker = Callable[[Sequence[Round]], list[Answer]]


def _python(rounds: Sequence[Round]) -> list[Answer]:
    sdk = flag_python_sdk.PythonFlags()
    answers = []
    for one in rounds:
        sdk.load(one.config)
        answers.append(sdk.answer(one.questions[0]))
    return answers


def _node(rounds: Sequence[Round]) -> list[Answer]:
    with node_program("flags.mjs") as program:
        given = [next(flag_node_sdk.answers(program, one)) for one in rounds]
    # An exception's own words are the engine's, and change with it.
    return [replace(one, description=_EXCEPTION.sub("Assignment Error: …", one.description)) for one in given]


# By the id of an SDK that tells details, and whose programs here ask for them.
EXPLAINING: Mapping[str, tuple[Sequence[Divergence], Mapping[str, Example], Asker]] = {
    "python-4": (RUST, RUST_EXAMPLES, _python),
    "node": (NODE, NODE_EXAMPLES, _node),
}


def explained_otherwise(sdk: str) -> list[Divergence]:
    """Return the divergences of *sdk* that concern its details alone; none, where it is not asked for them."""
    divergences = EXPLAINING[sdk][0] if sdk in EXPLAINING else ()
    return [one for one in divergences if not {"value", "event"} & one.fields]


def explanations(sdk: str) -> Iterator[dict[str, Any]]:
    """Yield each of these divergences with its smallest flag, and the fields that it names, as told by both."""
    if sdk not in EXPLAINING:
        return
    _, examples, ask = EXPLAINING[sdk]
    named = [(one, examples[one.name]) for one in explained_otherwise(sdk)]
    rounds = [_round(example) for _, example in named]
    for (one, example), asked, theirs in zip(named, rounds, ask(rounds), strict=True):
        question = asked.questions[0]
        mine = our_answer(prepare(asked.config), question)
        assert mine.value == theirs.value == example.value, one.name
        yield {
            "name": one.name,
            "evidence": one.evidence,
            "flag": example.raw,
            "question": {"type": question.kind, "subject": question.subject, "attributes": dict(question.attributes)},
            "emulator": _told(one, mine),
            "sdk": _told(one, theirs),
        }


def _round(example: Example) -> Round:
    question = Question("f", example.kind, example.subject, example.attributes)
    return Round(configuration(f=example.raw), (question,))


def _told(divergence: Divergence, answer: Answer) -> dict[str, Any]:
    told = {name: getattr(answer, name) for name in TOLD if name in divergence.fields}
    return {name: [list(each) for each in one] if name == "allocations" else one for name, one in told.items()}
