"""What ``eval`` tells: the value that a subject gets and why, for one flag or for all of them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.queries import Result, encoded
from emulator.reporting.ink import bold, faint, green, red, yellow
from emulator.reporting.tables import labelled, table
from emulator.reporting.words import count
from emulator.wording import printable

_LONGEST_CELL = 40
_LONGEST_SENTENCE = 400
_MARK = re.compile(r"^( *)([✓✗])")
_INKS = {"✓": green, "✗": red}


def as_text(result: Result, *, explained: bool = False) -> str:
    """Return what the subject gets, why, and what is logged; when *explained*, the whole way there."""
    lines = [heading(result), "", *labelled(rows(result))]
    if explained:
        lines += ["", *explanation(result)]
    return "\n".join(lines) + "\n"


def as_table(results: Mapping[str, Result], subject: str) -> str:
    """Return a line for each flag, by its key: what *subject* gets of it."""
    if not results:
        return "there are no flags\n"
    environment = next(iter(results.values())).served.environment.key
    title = f"{count(len(results), 'flag')} for {bold(printable(subject))} in {printable(environment)}"
    lines = table(("Flag", "Value", "Variation", "Allocation"), [_cells(key, one) for key, one in results.items()])
    return "\n".join([title, "", *lines]) + "\n"


def as_json(answer: Any) -> bytes:
    """Return *answer* as UTF-8 JSON for people and programs; what JSON cannot write becomes a text."""
    body = encoded(answer)
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")
    except RecursionError:
        # A value of some hundred levels: without indentation it can be written all the same.
        return body


def as_value(value: Any) -> str:
    """Return *value* as JSON on one line in which every character can be seen."""
    return _visible(encoded(value).decode())


def heading(result: Result) -> str:
    """Return the line that says who was evaluated against what, and where."""
    told = result.trace
    who = f"{bold(printable(told['flag']))} for {bold(printable(told['subject']))}"
    return f"{who} in {printable(result.served.environment.key)}"


def rows(result: Result) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of the flag, each with its label."""
    yield "Value", bold(as_value(result.variation)) + ("" if result.is_match else faint("  the default"))
    if result.variation_key is not None:
        yield "Variation", printable(result.variation_key)
    if result.allocation_key is not None:
        yield "Allocation", printable(result.allocation_key)
    # A bandit that cannot be evaluated has a code of its own here, though its flag matched.
    code, sentence = result.details["flagEvaluationCode"], result.details["flagEvaluationDescription"]
    yield "Reason", f"{(green if code == 'MATCH' else yellow)(code)}  {printable(sentence, _LONGEST_SENTENCE)}"
    if result.trace["nearest"]:
        yield "Nearest", printable(result.trace["nearest"], _LONGEST_SENTENCE)
    if result.hint:
        yield "Hint", printable(result.hint, _LONGEST_SENTENCE)
    yield "Logged", _logged(result)


def explanation(result: Result) -> Iterator[str]:
    """Yield the lines of the explanation with coloured marks, then the events as an SDK would log them."""
    for line in result.explain().split("\n"):
        yield _MARK.sub(lambda found: f"{found[1]}{_INKS[found[2]](found[2])}", printable(line, len(line)))
    for kind, event in result.events.items():
        if event is not None:
            yield ""
            yield f"{kind.capitalize()} event"
            yield from (f"  {_visible(line)}" for line in as_json(event).decode().split("\n"))


def _cells(key: str, result: Result) -> tuple[str, ...]:
    value = printable(as_value(result.variation), _LONGEST_CELL)
    if not result.is_match:
        return printable(key), faint(value), "", yellow(result.code)
    return printable(key), value, printable(result.variation_key or ""), printable(result.allocation_key or "")


def _logged(result: Result) -> str:
    event = result.events["assignment"]
    if event is not None:
        return f"yes, as experiment {printable(event['experiment'])}"
    if not result.is_match:
        return "no, a default is never logged"
    return f'no, allocation "{printable(result.allocation_key or "")}" does not log'


def _visible(text: str) -> str:
    """Return a line of JSON with escapes for what moves a cursor, or cannot be seen."""
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)
