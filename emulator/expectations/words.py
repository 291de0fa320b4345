"""Both sides of an entry in the same words: what it expects, and what there was."""

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from emulator.definitions.model import Expectation
from emulator.expectations.answers import Answer
from emulator.wording import printable

NO_VARIATION = "the caller's default"
_SHOWN = 80


def subject_words(expected: Expectation) -> str:
    """Return whom the entry is about: ``nils``, or ``10,000 subjects``."""
    return f"{expected.subjects:,} subjects" if expected.shares else printable(str(expected.subject), _SHOWN)


def expected_words(expected: Expectation) -> str:
    """Return what has to be: ``true via staff, not logged``, or ``true 20%, false 80%``."""
    shares = shares_words((one.variation.text, one.share) for one in expected.shares)
    logs = _fields(expected.logs, expected.logs) if isinstance(expected.logs, Mapping) else _logged(expected.logs)
    return _joined((shares or _goal(expected)) + _via(expected.via), logs, _action(expected, expected.action))


def got_words(expected: Expectation, answer: Answer) -> str:
    """Return what one subject got, told as far as the entry asks."""
    given = NO_VARIATION if answer.variation is None else f"{answer.variation}{_via(answer.allocation)}"
    logs = _logged(None if expected.logs is None else answer.logged)
    if isinstance(expected.logs, Mapping) and answer.fields:
        logs = _fields(expected.logs, answer.fields)
    return _joined(given, logs, _action(expected, answer.action))


def shares_words(shares: Iterable[tuple[str, Fraction]]) -> str:
    """Return ``true 20%, false 80%``."""
    return ", ".join(f"{variation} {percent(share)}" for variation, share in shares)


def percent(share: Fraction) -> str:
    """Return a share as people write it, with up to four decimals: ``33.33%``."""
    return f"{points(share)}%"


def points(share: Fraction) -> str:
    return f"{float(share * 100):.4f}".rstrip("0").rstrip(".")


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _goal(expected: Expectation) -> str:
    if expected.falls_through:
        return NO_VARIATION
    return "a variation" if expected.gets is None else expected.gets.text


def _via(allocation: str | None) -> str:
    return "" if allocation is None else f" via {allocation}"


def _logged(logged: bool | None) -> str:
    return "" if logged is None else "logged" if logged else "not logged"


def _fields(wanted: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    """Return what an event's *fields* hold of the wanted ones: ``logged with squad "growth", no tier``."""
    held = [f"{name} {json.dumps(fields[name], ensure_ascii=False)}" for name in wanted if name in fields]
    return _joined(
        f"logged with {', '.join(held)}" if held else "logged", *(f"no {name}" for name in wanted if name not in fields)
    )


def _action(expected: Expectation, action: str | None) -> str:
    """Return the action in words, where the entry asks for one."""
    if expected.action is None:
        return ""
    return "no action" if action is None else f"action {action}"
