"""
A flag as people read it: its allocations in order, each with whom it takes, what those get, and when.

``waterfall_of`` takes the flag as it is served, and for one subject the evaluator's trace, which is drawn on it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from emulator.evaluation.flag import Allocation, Flag, Rule
from emulator.evaluation.reading import prepare_flag
from emulator.pages.flag.bars import Draws, draws_of, marked
from emulator.pages.flag.origins import Origin
from emulator.pages.flag.phrases import Phrase, phrase_of
from emulator.pages.flag.variations import Choice, choices_of
from emulator.pages.flag.windows import Scale, Span, scale_of, span_of
from emulator.pages.playground.sentences import passed_on, seen

_MATCHED = "MATCH"
_MISSED = "TRAFFIC_EXPOSURE_MISS"
_NOT_REACHED = "UNEVALUATED"
# More parts of one allocation than that are folded while it is not their time.
_FEW = 4
_RESTING = {"ended": "have ended", "scheduled": "are still to come"}
# Shares are sums of floats.
_ALL = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """
    *mark* is ``passed`` or ``failed`` for the subject of a trace; empty without one.

    *note* says what was seen of the subject, *exact* the same as the evaluator puts it.
    """

    phrase: Phrase
    mark: str = ""
    note: str = ""
    exact: str = ""


@dataclass(frozen=True, slots=True)
class RuleLines:
    """Conditions that all have to hold."""

    conditions: tuple[ConditionLine, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """
    One allocation, at place *number* from 1.

    *kind* is ``override``, ``allocation``, ``holdout`` or ``default``; *title* says it in words where the key does not.
    One of *rules* has to hold; none at all hold for everybody, as *for_everybody* says. *part* names it among others of
    the same key. *takes_all* is true where nobody gets past it now, *behind* is the earlier one that takes everybody.

    *mark* is ``matched``, ``failed`` or ``unreached`` for the subject of a trace, and *note* says why.
    """

    number: int
    key: str
    kind: str
    title: str
    part: str
    origin: Origin | None
    rules: tuple[RuleLines, ...]
    for_everybody: bool
    draws: Draws
    has_splits: bool
    span: Span | None
    logs: bool
    experiment: str
    extra_logging: tuple[tuple[str, str], ...]
    takes_all: bool
    behind: int | None
    added: bool
    mark: str = ""
    note: str = ""

    @property
    def is_running(self) -> bool:
        return self.span is None or self.span.state == "running"


@dataclass(frozen=True, slots=True)
class Run:
    """Cards that are drawn together: one, or many of one key that are asleep, of which *words* say so."""

    cards: tuple[Card, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """
    *broken* says why no SDK can read the flag; it then has no cards. *left_out* is how many cards there are after
    these. *reaches_default* is false where some card takes everybody. *default_mark* is ``matched`` where the subject
    of a trace falls through to its caller's default.
    """

    key: str
    type: str
    enabled: bool
    broken: str
    choices: tuple[Choice, ...]
    cards: tuple[Card, ...]
    left_out: int
    scale: Scale | None
    reaches_default: bool
    traced: bool
    default_mark: str = ""
    verdict: str = ""

    @property
    def runs(self) -> tuple[Run, ...]:
        """The cards in order, with those together that a rollout or switchback made and whose time it is not."""
        runs: list[Run] = []
        for (key, state), group in groupby(self.cards, _rest):
            cards = tuple(group)
            if state and len(cards) > _FEW:
                runs.append(Run(cards, f"{len(cards)} parts of {key} {_RESTING[state]}"))
            else:
                runs.extend(Run((card,)) for card in cards)
        return tuple(runs)

    def choice(self, variation: str | None) -> Choice:
        """Return the variation of that key; one that the flag does not have, and None, the caller's default."""
        return next((one for one in self.choices if one.key == variation), Choice(variation or "", "hue-none", "", ""))


def waterfall_of(
    flag: Any,
    now: datetime,
    trace: Mapping[str, Any] | None = None,
    *,
    origins: Mapping[str, Origin] | None = None,
    bandits: Mapping[str, str] | None = None,
    base: Any = None,
    ready: Flag | None = None,
    first: int | None = None,
) -> Waterfall:
    """
    Return *flag*, which is served as it is and may be malformed, as it stands at *now* (aware).

    *trace* is the evaluator's for one subject. *origins* are what flag files know of its allocations, *bandits* those
    that variations stand for; *base* is the flag without a sandbox's changes, to tell what it added. *ready* is the
    flag as the evaluator has prepared it, where that has been done. Only the *first* cards are made, if that is given.
    """
    ready = ready or prepare_flag(flag)
    wire: Mapping[str, Any] = flag if isinstance(flag, Mapping) else {}
    scale = scale_of((one.window for one in ready.allocations), now)
    told = _told(trace, len(ready.allocations))
    drawing = _Drawing(ready, now, scale, origins or {}, _added(wire, base))
    cards = tuple(islice(drawing.cards(told), first))
    return Waterfall(
        key=ready.key,
        type=str(wire.get("variationType", "")),
        enabled=ready.enabled,
        broken=ready.broken or "",
        choices=choices_of(wire.get("variations"), ready.type, bandits or {}),
        cards=cards,
        left_out=len(ready.allocations) - len(cards),
        scale=scale,
        reaches_default=not any(map(drawing.takes_all, ready.allocations)),
        traced=trace is not None,
        default_mark=_default_mark(trace),
        verdict=str(trace.get("description", "")) if trace else "",
    )


def _rest(card: Card) -> tuple[str, str]:
    """Return what cards have in common that can be drawn together: key and state, which is empty for one awake."""
    is_asleep = card.span is not None and not card.is_running
    return card.origin.of if card.origin else card.key, card.span.state if card.span and is_asleep else ""


def _told(trace: Mapping[str, Any] | None, count: int) -> Sequence[Mapping[str, Any] | None]:
    """Return what *trace* tells of each allocation; nothing where it is of another flag, with other allocations."""
    allocations = trace.get("allocations", []) if trace else []
    return allocations if len(allocations) == count else [None] * count


def _default_mark(trace: Mapping[str, Any] | None) -> str:
    if trace is None:
        return ""
    return "unreached" if trace.get("code") == _MATCHED else "matched"


def _added(wire: Mapping[str, Any], base: Any) -> frozenset[int]:
    """Return the places, from 0, of the allocations that *base*, the flag without a sandbox's changes, has not."""
    if not isinstance(base, Mapping):
        return frozenset()
    known, allocations = (one.get("allocations") for one in (base, wire))
    if not isinstance(known, list) or not isinstance(allocations, list):
        return frozenset()
    return frozenset(place for place, one in enumerate(allocations) if one not in known)


@dataclass(frozen=True, slots=True)
class _Drawing:
    flag: Flag
    now: datetime
    scale: Scale | None
    origins: Mapping[str, Origin]
    added: frozenset[int]

    def cards(self, told: Sequence[Mapping[str, Any] | None]) -> Iterator[Card]:
        behind: int | None = None
        counts: dict[str, int] = {}
        for number, (allocation, one) in enumerate(zip(self.flag.allocations, told, strict=True), 1):
            if number - 1 not in self.added:
                counts[allocation.key] = counts.get(allocation.key, 0) + 1
            card = self._card(number, allocation, counts.get(allocation.key, 1), behind, one)
            yield card
            behind = number if behind is None and card.takes_all else behind

    def takes_all(self, allocation: Allocation) -> bool:
        """Return whether nobody gets past *allocation* now."""
        return not allocation.rules and self._runs(allocation) and draws_of(allocation, self.flag).taking_part > _ALL

    def _runs(self, allocation: Allocation) -> bool:
        span = self._span(allocation)
        return span is None or span.state == "running"

    def _span(self, allocation: Allocation) -> Span | None:
        return span_of(allocation.window, self.now, self.scale) if allocation.window else None

    def _card(
        self, number: int, allocation: Allocation, count: int, behind: int | None, told: Mapping[str, Any] | None
    ) -> Card:
        is_added = number - 1 in self.added
        # What a sandbox adds may have the key of what a file defines.
        origin = None if is_added else self.origins.get(allocation.key)
        draws = draws_of(allocation, self.flag)
        kind = _kind(allocation, origin, last=number == len(self.flag.allocations))
        verdict = allocation.splits[0].verdict if allocation.splits else None
        return Card(
            number=number,
            key=allocation.key,
            kind=kind,
            title=_title(kind, allocation, origin),
            part=_part(allocation, origin, count),
            origin=origin,
            rules=tuple(_rules(allocation.rules, told)),
            for_everybody=not allocation.rules or any(not rule.conditions for rule in allocation.rules),
            draws=marked(draws, _places(told)),
            has_splits=bool(allocation.splits),
            span=self._span(allocation),
            logs=bool(verdict and verdict.log),
            experiment=f"{self.flag.key}-{allocation.key}",
            extra_logging=_extra_logging(allocation),
            takes_all=self.takes_all(allocation),
            behind=behind,
            added=is_added,
            mark=_mark(told),
            note=_note(told),
        )


def _kind(allocation: Allocation, origin: Origin | None, *, last: bool) -> str:
    """Return what the flag files say it is; of published documents, what Eppo's names and extra fields say."""
    if origin is not None:
        return origin.kind
    extra = [split.verdict.extra_logging or {} for split in allocation.splits]
    if any("holdoutKey" in one for one in extra):
        return "holdout"
    by_key = bool(allocation.rules) and all(_asks_only_for_keys(rule) for rule in allocation.rules)
    if by_key and allocation.key.startswith("override-"):
        return "override"
    return "default" if last and allocation.key == "default" and not allocation.rules else "allocation"


def _asks_only_for_keys(rule: Rule) -> bool:
    return bool(rule.conditions) and all(one.attribute == "id" for one in rule.conditions)


def _title(kind: str, allocation: Allocation, origin: Origin | None) -> str:
    if kind == "override":
        return "Named subjects"
    if kind == "default":
        return "Everybody else"
    if kind == "holdout":
        return f"Held out by {_holdout(allocation, origin)}"
    return ""


def _holdout(allocation: Allocation, origin: Origin | None) -> str:
    if origin is not None and origin.holdout:
        return origin.holdout
    extra = (split.verdict.extra_logging or {} for split in allocation.splits)
    return next((str(one["holdoutKey"]) for one in extra if "holdoutKey" in one), "a holdout")


def _part(allocation: Allocation, origin: Origin | None, count: int) -> str:
    phases = origin.phases if origin else ()
    if phases:
        number = next((place for place, starts in enumerate(phases, 1) if starts == allocation.start), count)
        return f"phase {number} of {len(phases)}"
    # Its window tells it from the others otherwise.
    return f"part {count}" if count > 1 and allocation.window is None else ""


def _extra_logging(allocation: Allocation) -> tuple[tuple[str, str], ...]:
    """Return the fields that events of all its splits have beside their own."""
    extra = [split.verdict.extra_logging or {} for split in allocation.splits]
    if not extra:
        return ()
    return tuple(item for item in extra[0].items() if all(item in one.items() for one in extra))


def _rules(rules: Sequence[Rule], told: Mapping[str, Any] | None) -> Iterator[RuleLines]:
    marks: Iterable[Any] = told["rules"] if told else [None] * len(rules)
    for rule, mark in zip(rules, marks, strict=True):
        conditions: Iterable[Any] = mark["conditions"] if mark else [None] * len(rule.conditions)
        lines = tuple(
            ConditionLine(phrase_of(condition), _passed(one), seen(one) if one else "", one["note"] if one else "")
            for condition, one in zip(rule.conditions, conditions, strict=True)
        )
        yield RuleLines(lines, _passed(mark))


def _passed(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    return "passed" if told["matched"] else "failed"


def _mark(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    code = told["allocationEvaluationCode"]
    return {_MATCHED: "matched", _NOT_REACHED: "unreached"}.get(code, "failed")


def _note(told: Mapping[str, Any] | None) -> str:
    """Return why the subject of a trace was passed on, where neither a condition nor the window says it already."""
    if told is None or told["allocationEvaluationCode"] != _MISSED:
        return ""
    words = passed_on(told)
    return f"{words[0].upper()}{words[1:]}."


def _places(told: Mapping[str, Any] | None) -> dict[str, float]:
    """
    Return where the subject of a trace stands, from 0 to 1, by salt: in the middle of its shard.

    Nowhere in an allocation whose conditions or window it did not get past: it is not among those who are drawn.
    """
    if told is None or told["allocationEvaluationCode"] not in (_MATCHED, _MISSED):
        return {}
    shards = (shard for split in told["splits"] for shard in split["shards"])
    return {shard["salt"]: (shard["shard"] + 0.5) / shard["totalShards"] for shard in shards}
