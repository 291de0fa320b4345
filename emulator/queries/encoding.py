"""Answers as bytes: valid JSON whatever callers put into them."""

from typing import Any

from emulator.evaluation.trace import jsonable
from emulator.ufc.encode import canonical

# Deeper than any answer's own structure with a JSON variation of a flag file in it.
_DEEPEST = 64


def encoded(answer: Any) -> bytes:
    """
    Return *answer* as compact JSON.

    Attributes come back in events and traces, and may be anything. Only where JSON cannot write one, all that is not
    finite, huge, deep or of no JSON type in the same answer becomes a text.
    """
    try:
        return canonical(answer)
    except (ValueError, TypeError, RecursionError):
        return canonical(jsonable(answer, _DEEPEST))
