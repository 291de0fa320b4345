"""
Draws layers over generated configurations, and says in plain steps what a subject then gets.

The saying knows nothing of allocations that are put in front or windows that are moved: it goes through the layers from
the last to the first, and asks the evaluator about an unchanged flag at the time that the sandbox's clock reads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from emulator.evaluation import Evaluation, evaluate, prepare
from emulator.evaluation.values import UnsuitableValueError, served_value
from emulator.overrides import Clock, Edited, FlagLayer, Frozen, Off, Overrides, Serve, Shifted
from emulator.ufc.instants import instant_of
from tests.differential.flag_questions import DEFAULTS, Question, draw_round
from tests.oracle.checking import compiled, draw_case

Flags = Mapping[str, Any]

SUBJECTS = ("alice", "bob", "carol")
# The generated windows; real clocks are nowhere near their edges.
_EDGES = tuple(map(instant_of, ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2090-01-01T00:00:00Z")))
_CLOSE = tuple(timedelta(milliseconds=one) for one in (-1, 0, 1, 123, 124, 499, 500, 501))
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """*elsewhere* holds flags that only another environment serves."""

    config: Any
    elsewhere: Flags
    overrides: Overrides
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """What a subject gets. *variation* and *allocation* are None where it is the caller's default."""

    value: Any
    variation: str | None = None
    allocation: str | None = None


def draw(seed: str, questions: int, *, real: datetime) -> Drawn:
    """Return the case of *seed*, of odd content; its clock, if it has one, reads a time near an edge of a window."""
    random = Random(seed)
    drawn = draw_round(f"{seed}/base", questions, broken=0)
    others = _readable(draw_round(f"{seed}/elsewhere", 0, broken=0).config["flags"])
    config = {**drawn.config, "flags": _readable(drawn.config["flags"])}
    # A frozen moment may be close to an edge; a clock that goes on may pass one.
    moment = random.choice(_EDGES) + random.choice((-_DAY, _DAY))
    frozen = Frozen(random.choice(_EDGES) + random.choice((*_CLOSE, -_DAY, _DAY)))
    clocks: list[Clock] = [frozen, Shifted(moment - real)]
    return _laid_over(random, config, others, clocks, drawn.questions)


def draw_authored(seed: str, subjects: int, *, real: datetime) -> Drawn:
    """Return the case of *seed*, of a compiled flag file; its schedules lie around *real*, and so does its clock."""
    random = Random(seed)
    case = draw_case(f"{seed}/base", subjects)
    environments = compiled(case.files).environments
    config: Any = random.choice(environments).config
    others = {key: flag for one in environments for key, flag in one.config["flags"].items()}
    offset = timedelta(days=random.uniform(-600, 600))
    questions = tuple(
        Question(key, flag["variationType"], subject.key, subject.attributes)
        for key, flag in others.items()
        for subject in case.subjects
    )
    return _laid_over(random, config, others, [Frozen(real + offset), Shifted(offset)], questions)


def _laid_over(
    random: Random, config: Any, others: Flags, clocks: Sequence[Clock], questions: Sequence[Question]
) -> Drawn:
    elsewhere = {f"elsewhere-{key}": {**flag, "key": f"elsewhere-{key}"} for key, flag in [*others.items()][:3]}
    flags = {**config["flags"], **elsewhere}
    overrides = Overrides.of(*random.choice(((), clocks[:1], clocks[1:])))
    for key in [*random.sample([*flags], min(len(flags), 6)), "no-such-flag"]:
        for _ in range(random.choice((1, 1, 2, 3, 4))):
            known = current(flags.get(key), overrides.flags.get(key, ()))
            overrides = overrides.plus(_layer(random, key, known, [*others.values()]))
    return Drawn(config, elsewhere, overrides, tuple(_asked(random, one, flags) for one in questions))


def expected(drawn: Drawn, question: Question, real: datetime) -> Served:
    """Return what *question* is answered with when it is *real* (aware) outside."""
    default = Served(DEFAULTS[question.kind])
    base = drawn.config["flags"].get(question.flag)
    known = drawn.elsewhere.get(question.flag) if base is None else base
    layers = drawn.overrides.flags.get(question.flag, ())
    if known is None or not question.subject:
        return default
    for place in reversed(range(len(layers))):
        layer, flag = layers[place], current(known, layers[:place])
        if isinstance(layer, Off):
            return default
        if isinstance(layer, Edited):
            return _plain(layer.wire, question, drawn.overrides.now(real))
        if _is_there(layer, flag) and (layer.subjects is None or question.subject in layer.subjects):
            return _value(flag, layer, question.kind, default)
    return default if base is None else _plain(base, question, drawn.overrides.now(real))


def served(evaluation: Evaluation) -> Served:
    if not evaluation.is_match:
        return Served(evaluation.value)
    return Served(evaluation.value, evaluation.variation_key, evaluation.allocation_key)


def current(flag: Any, layers: Sequence[FlagLayer]) -> Any:
    """Return the flag whose names count on top of *layers*."""
    return next((one.wire for one in reversed(layers) if isinstance(one, Edited)), flag)


def _plain(flag: Any, question: Question, now: datetime) -> Served:
    return served(ask({"flags": {question.flag: flag}}, question, now))


def ask(config: Mapping[str, Any], question: Question, now: datetime) -> Evaluation:
    return evaluate(
        prepare(config),
        question.flag,
        question.subject,
        question.attributes,
        now=now,
        expected_type=question.kind,
        default=DEFAULTS[question.kind],
    )


def _value(flag: Any, layer: Serve, kind: str, default: Served) -> Served:
    if flag["variationType"] != kind:
        return default
    try:
        value = served_value(kind, flag["variations"][layer.variation]["value"])
    except UnsuitableValueError:
        return default
    return Served(value, layer.variation, layer.via or f"override-{layer.variation}")


def _is_there(layer: Serve, flag: Any) -> bool:
    return layer.variation in flag["variations"] and layer.via in (None, *(one["key"] for one in flag["allocations"]))


def _readable(flags: Flags) -> dict[str, Any]:
    """Return the flags that can be evaluated at all; generated ones hold times that nobody can read."""
    prepared = prepare({"flags": flags})
    found = ((key, prepared.flag(key)) for key in flags)
    return {key: flags[key] for key, flag in found if flag is not None and flag.broken is None}


def _layer(random: Random, key: str, flag: Any, edits: Sequence[Any]) -> FlagLayer:
    """Return a layer on top of what *flag* is; now and then it names what is not there."""
    drawn = random.random()
    if drawn < 0.12:
        return Off(key)
    if drawn < 0.24 and edits:
        return Edited(key, {**random.choice(edits), "key": key})
    variations = [*flag["variations"]] if flag else []
    allocations = [one["key"] for one in flag["allocations"]] if flag else []
    subjects = tuple(random.sample(SUBJECTS, random.choice((1, 2)))) if random.random() < 0.5 else None
    variation = "gone" if random.random() < 0.05 or not variations else random.choice(variations)
    via = random.choice([*allocations, "gone"]) if random.random() < 0.3 else None
    return Serve(key, variation, subjects, via)


def _asked(random: Random, question: Question, flags: Flags) -> Question:
    """
    Return *question*, often by a subject that layers name.

    None brings an attribute ``id`` of his own, or what does not equal itself, such as not a number.
    """
    attributes = {name: one for name, one in question.attributes.items() if name != "id" and one == one}
    subject = random.choice(SUBJECTS) if random.random() < 0.6 else question.subject
    if random.random() < 0.5:
        return replace(question, subject=subject, attributes=attributes)
    key = random.choice([*flags])
    return Question(key, flags[key]["variationType"], subject, attributes)
