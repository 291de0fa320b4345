"""Numbers of events, and whether experiments share out their subjects as configured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.inbox.arrival import VERDICTS
from emulator.pages.inbox.address import Address, term_of
from emulator.pages.inbox.cut import cut
from emulator.pages.inbox.rows import Cell
from emulator.pages.inbox.verdicts import MEANINGS
from emulator.pages.wording import percent, plural
from emulator.wording import printable

_MOST_EXPERIMENTS = 50
_HUES = 8


@dataclass(frozen=True, slots=True)
class Count:
    cell: Cell
    number: int
    tone: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """What one variation got, and should have got; percents for bars, and in words. *hue* names its colour."""

    variation: str
    subjects: int
    observed: float
    observed_text: str
    configured: float | None
    configured_text: str
    hue: str


@dataclass(frozen=True, slots=True)
class Experiment:
    """*tone* is how the *sentence* on its shares is coloured."""

    name: str
    where: tuple[str, ...]
    href: str
    shares: tuple[Share, ...]
    tone: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Counts:
    """
    *total* leaves out what was sent again. *experiments* with a mismatch come first, then those that can be tested;
    *hidden* are not shown. *single* are allocations with one variation, which have no shares to look at.
    """

    total: int
    verdicts: tuple[Count, ...]
    kinds: tuple[Count, ...]
    experiments: tuple[Experiment, ...]
    mismatches: int
    hidden: int
    single: int


def counts(summary: Mapping[str, Any], address: Address) -> Counts:
    """Return the *summary* that the control API gives, as people read it."""
    shared = [one for one in summary["experiments"] if not _is_single(one)]
    experiments = sorted(shared, key=_importance)
    return Counts(
        total=sum(summary["kinds"].values()),
        verdicts=tuple(_counts("verdict", VERDICTS, summary["verdicts"], address)),
        kinds=tuple(_counts("kind", ("assignment", "bandit", "tracked", "invalid"), summary["kinds"], address)),
        experiments=tuple(_experiment(one, address) for one in experiments[:_MOST_EXPERIMENTS]),
        mismatches=sum(one["mismatch"] for one in experiments),
        hidden=max(0, len(experiments) - _MOST_EXPERIMENTS),
        single=len(summary["experiments"]) - len(shared),
    )


def _is_single(told: Mapping[str, Any]) -> bool:
    """Return whether an allocation is configured to serve one variation, and did."""
    configured = [name for name, share in (told["shares"] or {}).items() if share > 0]
    return len(configured) == 1 and told["subjects"].keys() <= set(configured)


def _importance(told: Mapping[str, Any]) -> tuple[bool, bool, int]:
    return not told["mismatch"], not told["meaningful"], -sum(told["subjects"].values())


def _counts(field: str, names: Sequence[str], numbers: Mapping[str, int], address: Address) -> Iterator[Count]:
    for name in names:
        if numbers.get(name):
            term = term_of(field, name)
            cell = Cell(name, term, address.narrowed(term))
            meaning = MEANINGS.get(name) if field == "verdict" else None
            tone, sentence = (meaning.tone, meaning.sentence) if meaning else ("plain", "")
            yield Count(cell, numbers[name], tone, sentence)


def _experiment(told: Mapping[str, Any], address: Address) -> Experiment:
    subjects, configured = told["subjects"], told["shares"] or {}
    total = sum(subjects.values())
    names = [*configured, *(name for name in subjects if name not in configured)]
    shares = tuple(
        _share(name, place, subjects.get(name, 0), total, configured.get(name))
        for place, name in enumerate(names)
        if name in subjects or configured.get(name)
    )
    return Experiment(
        name=cut(told["experiment"]),
        where=tuple(cut(told[name]) for name in ("flag", "allocation", "environment")),
        href=address.narrowed(term_of("experiment", told["experiment"])),
        shares=shares,
        tone="bad" if told["mismatch"] else "ok" if told["meaningful"] else "plain",
        sentence=_sentence(told, shares, total),
    )


def _share(name: str, place: int, subjects: int, total: int, configured: float | None) -> Share:
    observed = subjects / total if total else 0.0
    return Share(
        variation=cut(name),
        subjects=subjects,
        observed=round(100 * observed, 2),
        observed_text=f"{100 * observed:.1f}%",
        configured=None if configured is None else round(100 * configured, 2),
        configured_text="" if configured is None else percent(round(configured, 4)),
        hue=f"hue-{place % _HUES}" if configured is not None else "hue-none",
    )


def _sentence(told: Mapping[str, Any], shares: Sequence[Share], total: int) -> str:
    seen = plural(total, "subject")
    # Of a test that says something, the reason is what it had to leave out.
    left_out = f" Beside them {told['reason']}." if told["meaningful"] and told["reason"] else ""
    if told["mismatch"]:
        worst = max(shares, key=lambda one: abs(one.observed - (one.configured or 0.0)))
        return (
            f'Sample ratio mismatch: "{printable(worst.variation)}" has {worst.observed_text} of {seen}, where '
            f"{worst.configured_text or 'none'} is configured. Chance alone does that in {_chance(told['pValue'])}."
            f"{left_out}"
        )
    if not told["meaningful"]:
        return f"{seen}; the shares say little yet: {told['reason']}."
    return f"{seen}, shared out as configured.{left_out}"


def _chance(p_value: float) -> str:
    return "fewer than one case in a million" if p_value < 1e-6 else f"one case in {round(1 / p_value):,}"
