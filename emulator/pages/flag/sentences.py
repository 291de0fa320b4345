"""A waterfall as lines of text: the words of the page for those who do not look at it."""

from collections.abc import Iterator

from emulator.pages.flag.bars import Gate
from emulator.pages.flag.waterfall import Card, Waterfall
from emulator.pages.wording import percent

_DISABLED = "The flag is served as disabled: every call returns the default of its caller, whatever stands below."


def sentences_of(waterfall: Waterfall) -> tuple[str, ...]:
    """Return one line for each allocation, and one for the caller's default."""
    return tuple(_sentences(waterfall))


def _sentences(waterfall: Waterfall) -> Iterator[str]:
    if waterfall.broken:
        yield f"SDKs cannot read this flag: {waterfall.broken}. Every call returns the default of its caller."
        return
    if not waterfall.enabled:
        yield _DISABLED
    yield from map(_card, waterfall.cards)
    unreached = "" if waterfall.reaches_default else " Nobody comes this far now."
    yield f"Everybody else: the caller's default.{unreached}"


def _card(card: Card) -> str:
    name = f"{card.title} ({card.key})" if card.title else card.key
    part = f", {card.part}" if card.part else ""
    clauses = [_who(card), *(_gate(gate) for gate in card.draws.gates)]
    if card.span is not None:
        clauses.insert(0, f"{card.span.words}, {card.span.news}")
    logged = f"Logged as {card.experiment}." if card.logs else "Not logged."
    return f"{card.number}. {name}{part}: {'; '.join(clauses)} → {_outcome(card)}. {logged}"


def _who(card: Card) -> str:
    if card.for_everybody:
        return "everybody"
    rules = (
        " and ".join(_condition(line.phrase.text, line.phrase.never) for line in one.conditions) for one in card.rules
    )
    return f"if {', or '.join(rules)}"


def _condition(text: str, never: str) -> str:
    return f"{text} (never true: {never})" if never else text


def _gate(gate: Gate) -> str:
    return f"{percent(gate.share)} {gate.words} {gate.name}".rstrip()


def _outcome(card: Card) -> str:
    draws = card.draws
    if draws.split is None:
        return "too many combinations of shards to tell" if card.has_splits else "nobody, for it has no splits"
    if draws.sole is not None:
        return draws.sole
    parts = ((one.variation if one.variation is not None else "go on", one) for one in draws.parts)
    return ", ".join(f"{name}{f' ({one.note})' if one.note else ''} {percent(one.share)}" for name, one in parts)
