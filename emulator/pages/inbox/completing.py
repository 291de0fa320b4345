"""How a query may go on: fields, and values that occur."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from emulator.events import KINDS
from emulator.inbox import FIELDS, write_term
from emulator.inbox.arrival import VERDICTS
from emulator.inbox.match import ATTRIBUTE

# A field and the beginning of a value → values that occur; ``attr.`` asks for the names of attributes.
Values = Callable[[str, str], Iterable[str]]

_MOST = 10
# What is being typed at the end of a query: a name and a colon, and a value that may have an open quote.
_TAIL = re.compile(
    r'(?:^|(?<=\s))(?P<minus>-?)(?:(?P<name>attr\.(?:"(?:[^"\\]|\\.)*"|[^\s":]+)|[^\s":]+):)?'
    r'(?P<value>"(?:[^"\\]|\\.)*|[^\s"]*)$'
)
_CHOICES = {"kind": KINDS, "verdict": VERDICTS}
_HINTS = {
    "kind": "assignment, bandit, tracked, invalid",
    "sdk": "python or python/4.4.1",
    "source": "the door it came through",
    "after": "a time such as 2026-03-01T09:00:00Z, or a number",
    "before": "a time such as 2026-03-01T09:00:00Z, or a number",
    ATTRIBUTE: "an attribute of the subject",
}
# Where a bare word may be one of the values.
_GUESSED = ("verdict", "flag")


@dataclass(frozen=True, slots=True)
class Offer:
    """*text* is what to put in the place of what is being typed; it *goes_on* where a value has to follow."""

    text: str
    note: str
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """*start* is where in the query that begins which is being typed, in characters."""

    start: int
    offers: tuple[Offer, ...]


def completion(query: str, values: Values) -> Completion:
    """Return how *query*, of which somebody types the end, may go on."""
    tail = _TAIL.search(query)
    if tail is None:
        return Completion(len(query), ())
    minus, name, value = tail["minus"], tail["name"], tail["value"].replace("\\", "").lstrip('"')
    offers = _named(minus, name.replace('"', ""), value, values) if name else _any(minus, value, values)
    return Completion(tail.start(), tuple(_different(offers))[:_MOST])


def _named(minus: str, field: str, begun: str, values: Values) -> Iterator[Offer]:
    found = _containing(_CHOICES[field], begun) if field in _CHOICES else values(field, begun)
    for value in found:
        yield Offer(write_term(field, value, negated=bool(minus)), "", goes_on=False)


def _any(minus: str, begun: str, values: Values) -> Iterator[Offer]:
    if begun.startswith(ATTRIBUTE):
        for name in values(ATTRIBUTE, begun.removeprefix(ATTRIBUTE)):
            # A value of its own is only there to have the name written as it must be.
            text = write_term(f"{ATTRIBUTE}{name}", "x", negated=bool(minus))
            yield Offer(text.removesuffix("x"), "attribute", goes_on=True)
        return
    for field in (*FIELDS, "after", "before"):
        if field.startswith(begun):
            yield Offer(f"{minus}{field}:", _HINTS.get(field, ""), goes_on=True)
    if ATTRIBUTE.startswith(begun):
        yield Offer(f"{minus}{ATTRIBUTE}", _HINTS[ATTRIBUTE], goes_on=True)
    for field in _GUESSED if len(begun) > 1 else ():
        yield from (Offer(offer.text, field, goes_on=False) for offer in _named(minus, field, begun, values))


def _containing(choices: Iterable[str], part: str) -> Iterator[str]:
    """Yield the *choices* with *part* in them, those first that begin with it."""
    found = (choice for choice in choices if part in choice)
    return iter(sorted(found, key=lambda choice: not choice.startswith(part)))


def _different(offers: Iterable[Offer]) -> Iterator[Offer]:
    return iter({offer.text: offer for offer in offers}.values())
