"""Whether an event is the one that a test means, and how it differs. No I/O."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from emulator.events import Event, attribute_text
from emulator.suggest import nearest
from emulator.wording import printable

_SHOWN = 120
_NEAREST = 5

Finder = Callable[[Event], Any]


class Fields(NamedTuple):
    """
    What can be asked of one kind of event: *texts* and *numbers* by equality, of *mappings* the members that are named.

    *noun* is what one such event is called, *plural* what several are.
    """

    noun: str
    plural: str
    texts: Mapping[str, Finder]
    numbers: Mapping[str, Finder]
    mappings: Mapping[str, Finder]

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.texts, *self.numbers, *self.mappings)


class Difference(NamedTuple):
    """A field of an event is not as *expected*; *found* is ready to be read."""

    field: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.field} is {self.found}, expected {self.expected}"


def _text(name: str) -> Finder:
    return lambda event: getattr(event, name)


def _choice(name: str) -> Finder:
    return lambda event: getattr(event.choice, name, None)


def _action_attributes(event: Event) -> Mapping[str, Any]:
    choice = event.choice
    return {} if choice is None else {**choice.action_categorical, **choice.action_numeric}


_COMMON = {name: _text(name) for name in ("subject", "sdk", "environment")}
ASSIGNMENT = Fields(
    "assignment",
    "assignments",
    {**{name: _text(name) for name in ("flag", "variation", "allocation", "experiment")}, **_COMMON},
    {},
    {"attributes": _text("attributes"), "extra": _text("extra")},
)
BANDIT_ACTION = Fields(
    "bandit action",
    "bandit actions",
    {
        **{name: _text(name) for name in ("flag", "bandit", "action")},
        **_COMMON,
        "model_version": _choice("model_version"),
    },
    {"probability": _choice("probability"), "optimality_gap": _choice("optimality_gap")},
    {"attributes": _text("attributes"), "action_attributes": _action_attributes, "extra": _text("extra")},
)


def check_names(fields: Fields, match: Mapping[str, Any]) -> None:
    """
    Check what a test asks for, before there are any events.

    Raises:
        TypeError: it names a field that such events do not have, or asks for members of what is no mapping.
    """
    for name, expected in match.items():
        if name not in fields.names:
            hint = nearest(name, fields.names)
            raise TypeError(f'{_a(fields.noun)} has no "{printable(name)}"; {hint}')
        if name in fields.mappings and not isinstance(expected, Mapping):
            raise TypeError(
                f'{name}= takes the members to look at, such as {{"country": "NO"}}; found {_shown(expected)}'
            )


def differences(fields: Fields, event: Event, match: Mapping[str, Any]) -> list[Difference]:
    """Return where *event* is not as *match* says: nowhere, if it is the one."""
    return [found for name, expected in match.items() for found in _differences(fields, event, name, expected)]


def nearest_misses(
    fields: Fields, events: Sequence[Event], match: Mapping[str, Any]
) -> list[tuple[Event, list[Difference]]]:
    """Return the events that differ least, but do; the newest first among equals."""
    told = [(event, differences(fields, event, match)) for event in reversed(events)]
    near = [(event, found) for event, found in told if 0 < len(found) < max(len(match), 2)]
    return sorted(near, key=lambda miss: len(miss[1]))[:_NEAREST]


def words(match: Mapping[str, Any]) -> str:
    """Return ``with flag "banner" and variation "loud"``, or nothing."""
    said = " and ".join(f"{name} {_expected(value)}" for name, value in match.items())
    return f" with {said}" if said else ""


def line(event: Event) -> str:
    """Return *event* as one line for a person."""
    got = event.variation if event.kind == "assignment" else event.action
    via = event.allocation if event.kind == "assignment" else event.bandit
    attributes = f", attributes {_shown(event.attributes)}" if event.attributes else ""
    return f"{_quoted(event.flag)} → {_quoted(got)} for {_quoted(event.subject)} via {_quoted(via)}{attributes}"


def _differences(fields: Fields, event: Event, name: str, expected: Any) -> Iterator[Difference]:
    if name in fields.mappings:
        yield from _member_differences(name, fields.mappings[name](event), expected)
    elif name in fields.numbers:
        found = fields.numbers[name](event)
        if found != expected:
            yield Difference(name, _shown(expected), "missing" if found is None else _shown(found))
    else:
        found = fields.texts[name](event)
        if not _is(name, found, expected):
            yield Difference(name, _expected(expected), _quoted(found))


def _is(name: str, found: str | None, expected: Any) -> bool:
    if expected is None or found is None:
        return found is expected
    text = attribute_text(expected)
    return found == text or (name == "sdk" and found.startswith(f"{text}/"))


def _member_differences(name: str, members: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[Difference]:
    for member, value in expected.items():
        found = members.get(member, _ABSENT)
        if found is _ABSENT or attribute_text(found) != attribute_text(value):
            yield Difference(f"{name}.{printable(str(member))}", _shown(value), _member(found))


_ABSENT = object()


def _member(found: Any) -> str:
    return "missing" if found is _ABSENT else _shown(found)


def _expected(value: Any) -> str:
    if value is None:
        return "missing"
    return _shown(value) if isinstance(value, Mapping) else f'"{printable(attribute_text(value), _SHOWN)}"'


def _quoted(text: str | None) -> str:
    return "missing" if text is None else f'"{printable(text, _SHOWN)}"'


def _shown(value: Any) -> str:
    return printable(repr(dict(value) if isinstance(value, Mapping) else value), _SHOWN)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def bullets(lines: Iterable[str]) -> str:
    return "".join(f"\n  {one}" for one in lines)
