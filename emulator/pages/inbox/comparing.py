"""Then versus now: what the event says beside both evaluations, and what in the flag changed between them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from emulator.inbox.record import Record
from emulator.pages.inbox.cut import cut
from emulator.ufc.timestamps import format_timestamp
from emulator.wording import printable

_Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """*differs* is whether it is not what the event says; *text* is None where there is nothing to say."""

    text: str | None
    differs: bool = False


def _said(found: Any, event: str | None = None, *, compares: bool = False) -> Said:
    return Said(None if found is None else cut(str(found)), compares and found != event)


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    event: str | None
    then: Said
    now: Said


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    *then* and *now* head the columns. *same* is whether the client held what is served now; *changes* are sentences on
    what is different now.
    """

    then: str
    now: str
    lines: tuple[Line, ...]
    same: bool
    changes: tuple[str, ...]


def compared(record: Record, told: Mapping[str, _Told | None]) -> Comparison | None:
    """Return the comparison of both evaluations in *told*; None where the flags say nothing of such an event."""
    then, now = told["then"], told["now"]
    if now is None:
        return None
    same = then is not None and (then["revision"], then["publishedAt"]) == (now["revision"], now["publishedAt"])
    return Comparison(
        then="not known any more" if then is None else f"revision {then['revision']}",
        now=f"revision {now['revision']}",
        lines=tuple(_lines(record, then, now)),
        same=same,
        changes=() if then is None or same else _changes(then["trace"], now["trace"]) or _UNCHANGED,
    )


_UNCHANGED = ("Nothing in this flag changed; something else in the configuration did.",)


def _lines(record: Record, then: _Told | None, now: _Told) -> Iterator[Line]:
    sides = (then, now)
    # A bandit's event names an action; which variation that was only some SDKs say.
    is_assignment = record.kind == "assignment"
    for name, said in (("variation", record.variation), ("allocation", record.allocation)):
        yield _line(name.capitalize(), said, sides, itemgetter(name), compares=is_assignment)
    if not is_assignment:
        version = record.event.choice.model_version if record.event.choice else None
        yield _line("Bandit", record.bandit, sides, lambda side: _bandit(side, "banditKey"), compares=True)
        yield _line("Model version", version, sides, lambda side: _bandit(side, "modelVersion"), compares=True)
    published = record.event.published_at
    yield _line("Published", format_timestamp(published) if published else None, sides, lambda one: one["publishedAt"])
    yield _line("Verdict", None, sides, _verdict)


def _line(
    name: str,
    event: str | None,
    sides: tuple[_Told | None, ...],
    of: Callable[[_Told], str | None],
    *,
    compares: bool = False,
) -> Line:
    found = (Said(None) if side is None else _said(of(side), event, compares=compares) for side in sides)
    return Line(name, None if event is None else cut(event), *found)


def _bandit(side: _Told, member: str) -> str | None:
    found: str | None = side["trace"].get("bandit", {}).get(member)
    return found


def _verdict(side: _Told) -> str:
    return f"{side['verdict']}: {side['reason']}" if side["reason"] else str(side["verdict"])


def _changes(then: _Told, now: _Told) -> tuple[str, ...]:
    before, after = ({one["key"]: one for one in side["allocations"]} for side in (then, now))
    if not before or not after:
        words = "has no allocations now" if before else "had no allocations then"
        return (f"The flag is not served, or {words}.",) if before or after else ()
    return (*_order(before, after), *(line for key in (before | after) for line in _change(key, before, after)))


def _order(before: _Told, after: _Told) -> Iterator[str]:
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield "The allocations stand in another order now."


def _change(key: str, before: _Told, after: _Told) -> Iterator[str]:
    named = f'Allocation "{printable(key, 80)}"'
    if key not in after:
        yield f"{named} has gone."
    elif key not in before:
        yield f"{named} is new."
    else:
        changed = [words for words, part in _PARTS if part(before[key]) != part(after[key])]
        if changed:
            yield f"{named} has other {_listed(changed)} now."


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _rules(allocation: _Told) -> Any:
    return [
        [tuple(condition[name] for name in ("attribute", "operator", "value")) for condition in rule["conditions"]]
        for rule in allocation["rules"]
    ]


def _window(allocation: _Told) -> Any:
    window = allocation["window"]
    return window and (window["startAt"], window["endAt"])


def _splits(allocation: _Told) -> Any:
    return [
        (
            split["variationKey"],
            [
                (shard["salt"], [(one["start"], one["end"]) for one in shard["ranges"]], shard["totalShards"])
                for shard in split["shards"]
            ],
        )
        for split in allocation["splits"]
    ]


_PARTS = (("rules", _rules), ("times", _window), ("shares", _splits))
