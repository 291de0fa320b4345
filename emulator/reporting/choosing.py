"""What ``bandit`` tells: the flag's part as ``eval`` has it, then every action with what it scored and was given."""

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.evaluation.bandit_trace import pin_words
from emulator.queries import Result
from emulator.reporting.evaluating import explanation, heading, rows
from emulator.reporting.ink import bold, faint, green, yellow
from emulator.reporting.tables import labelled, table
from emulator.wording import printable

_HEADER = ("", "Action", "Score", "Weight", "Bucket", "")
_NUMBERS = {2, 3}


def as_text(result: Result, *, explained: bool = False) -> str:
    """Return the choice and all it was made from; when *explained*, also what each attribute added to a score."""
    told: Mapping[str, Any] = result.trace["bandit"]
    lines = [heading(result), "", *labelled([*rows(result), *_choice(told)])]
    if "actions" in told:
        lines += ["", *table(_HEADER, [_cells(one, told) for one in told["actions"]], right=_NUMBERS)]
    if explained:
        lines += ["", *explanation(result)]
    return "\n".join(lines) + "\n"


def _choice(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if told["action"] is None:
        yield "Bandit", f"{yellow(told['code'])}  {printable(told['description'])}"
        return
    numbers = f"gamma {_short(told['gamma'])}, floor {_short(told['actionProbabilityFloor'])}"
    manner = numbers if told["pinned"] is None else pin_words(told)
    model = f"model {told['modelVersion']}, {manner}"
    yield "Bandit", f"{printable(told['banditKey'])}  {faint(printable(model))}"
    yield "Action", bold(printable(told["action"]))
    yield "Shard", f"{told['shard']} of {told['totalShards']}, so the bucket that holds {told['threshold']:g} is chosen"


def _cells(one: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[str, ...]:
    bucket = one["bucket"]
    name = printable(one["action"])
    return (
        green("✓") if one["chosen"] else "",
        bold(name) if one["chosen"] else name,
        _short(one["score"]),
        _short(one["weight"]),
        f"[{_short(bucket['start'])}, {_short(bucket['end'])})",
        faint(", ".join(_remarks(one, told))),
    )


def _remarks(one: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[str]:
    if one["action"] == told["bestAction"]:
        yield "best score"
    if one["intercept"] is None:
        yield "unknown to the model, so the default score"


def _short(number: float | str) -> str:
    """Return a number for reading; one that is not finite is a text already."""
    return number if isinstance(number, str) else f"{number:.4g}"
