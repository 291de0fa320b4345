"""What an entry may demand of an answer: one row per demand, each left open where the entry does not make it."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.definitions.model import Expectation
from emulator.evaluation.attributes import text_of
from emulator.expectations.answers import Answer

Demand = Callable[[Expectation, Answer], bool]


def _variation(expected: Expectation, answer: Answer) -> bool:
    """Without a variation to get, any will do: the entry then is about the action, or says ``falls_through: false``."""
    if expected.gets is not None:
        return answer.variation == expected.gets.text
    return (answer.variation is None) == expected.falls_through


def _allocation(expected: Expectation, answer: Answer) -> bool:
    return expected.via in (None, answer.allocation)


def _logs(expected: Expectation, answer: Answer) -> bool:
    if isinstance(expected.logs, Mapping):
        fields = answer.fields
        return all(name in fields and _same(fields[name], value) for name, value in expected.logs.items())
    return expected.logs in (None, answer.logged)


def _action(expected: Expectation, answer: Answer) -> bool:
    return expected.action in (None, answer.action)


def _same(found: Any, wanted: Any) -> bool:
    """Compare as JSON does, but extra logging is text, whatever it looks like: there 7 is the text ``7``."""
    if isinstance(found, str) and not isinstance(wanted, str):
        return found == text_of(wanted)
    # To Python, true is 1.
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


# What is behind the variation; an entry about shares counts only those for whom they hold.
BEHIND: Mapping[str, Demand] = {"allocation": _allocation, "logs": _logs, "action": _action}
DEMANDS: Mapping[str, Demand] = {"variation": _variation, **BEHIND}


def unmet(expected: Expectation, answer: Answer, demands: Mapping[str, Demand] = DEMANDS) -> str | None:
    """Return the name of the first demand that does not hold; None where all do."""
    return next((name for name, holds in demands.items() if not holds(expected, answer)), None)
