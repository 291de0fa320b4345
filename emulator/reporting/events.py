"""One event as a line for a terminal."""

from collections.abc import Mapping
from typing import Any

from emulator.reporting.ink import cyan, faint, green, printable, red, yellow

_COLOURS = {"ok": green, "drift": red, "unknown-flag": red, "malformed": red}


def event_lines(record: Mapping[str, Any]) -> str:
    """Return the line of a ``Record``, and a second one where its verdict has a reason."""
    verdict = record["verdict"] or ""
    number, at, word = faint(f"{record['seq']:>6}"), faint(_time(record)), _COLOURS.get(verdict, yellow)(verdict)
    parts = (number, at, _what(record), word)
    reason = f"{' ' * 7}{faint(printable(record['reason']))}\n" if record["reason"] else ""
    return f"{' '.join(filter(None, parts))}\n{reason}"


def _time(record: Mapping[str, Any]) -> str:
    return str(record["receivedAt"])[11:19]


def _what(record: Mapping[str, Any]) -> str:
    if record["kind"] not in ("assignment", "bandit"):
        return str(record["kind"])
    answer = record["action"] if record["kind"] == "bandit" else record["variation"]
    return f"{cyan(_text(record['flag']))} = {_text(answer)} for {_text(record['subject'])}"


def _text(value: str | None) -> str:
    return "?" if value is None else printable(value)
