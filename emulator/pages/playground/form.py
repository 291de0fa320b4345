"""
The playground's form: read from the parameters of the page's address, and written as parameters again.

An address has one spelling of each question, :func:`canonical`: ``subject``, ``attr.NAME``, ``at``, ``actions``. What
a form without script adds to it, such as the types that somebody chose, is read too, and leads there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.evaluation.attributes import kind_of
from emulator.pages.playground.offers import Offers
from emulator.pages.wording import plural
from emulator.queries import members, written

Pairs = Sequence[tuple[str, str]]

_LONGEST = 5_000
_LONGEST_ACTIONS = 50_000
_LONGEST_NAME = 200
_MOST_ATTRIBUTES = 100
_ATTRIBUTE, _KIND = "attr.", "kind."
# What the form adds for itself; "want" and the buttons are the view's.
_OWN = ("subject", "at", "actions", "new.name", "new.value", "new.kind")
BUTTONS = ("want", "find", "random")
KINDS: Mapping[str, str] = {"": "Auto", "text": "Text", "number": "Number", "boolean": "True or false", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class Field:
    """
    One attribute: *text* as it stands in its field, *kind* as it is chosen (a key of :data:`KINDS`).

    *seen* is the word for what it is read as; empty where nothing is given.
    """

    name: str
    text: str = ""
    kind: str = ""
    seen: str = ""
    error: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def parameter(self) -> str:
        """The parameter that its text is; one whose name ends like a mark takes JSON only."""
        return f"{_ATTRIBUTE}{self.name}{':' if self.name.endswith(':') else ''}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that is about it."""
        if self.name.endswith(":"):
            return (self.parameter,)
        return self.parameter, f"{self.parameter}:", f"{_KIND}{self.name}"


@dataclass(frozen=True, slots=True)
class Form:
    """
    What somebody filled in, and what is wrong with it.

    *fields* are the attributes that the flag asks for, then the others; *draft* is one that is being added. *offered*
    are the actions for a bandit, None where nobody asks one. *others* are parameters of the page that are not ours.
    """

    subject: str
    subject_error: str
    attributes: Mapping[str, Any]
    fields: tuple[Field, ...]
    draft: Field
    too_many: str
    at: str
    at_error: str
    moment: datetime | None
    actions: str
    actions_error: str
    offered: Any
    others: tuple[tuple[str, str], ...]

    @property
    def is_sound(self) -> bool:
        errors = (self.subject_error, self.draft.error, self.too_many, self.at_error, self.actions_error)
        return not any(errors) and not any(field.error for field in self.fields)


def read_form(pairs: Pairs, offers: Offers, scope: Iterable[str] = ()) -> Form:
    """Return the form that *pairs*, the parameters of an address, fill in; of a name twice the last one counts."""
    given = dict(pairs)
    subject = given.get("subject", "")
    fields, draft = _fields(pairs, offers), _draft(given)
    values = [(name, value) for name, value, field in (*fields.values(), draft) if not field.error and field.seen]
    at, at_error, moment = _moment(given.get("at", "").strip())
    actions, actions_error, offered = _actions(given.get("actions", "").strip(), offers)
    # An attribute that was complete stands among the others from now on.
    taken = draft[2].seen and not draft[2].error
    if taken:
        fields[draft[0]] = draft
    return Form(
        subject=subject,
        subject_error=_too_long(subject),
        attributes=dict(values),
        fields=tuple(field for _, _, field in fields.values()),
        draft=Field("") if taken else draft[2],
        too_many=_too_many(len(values)),
        at=at,
        at_error=at_error,
        moment=moment,
        actions=actions,
        actions_error=actions_error,
        offered=offered,
        others=tuple(pair for pair in pairs if not _is_own(pair[0]) and pair[0] not in scope),
    )


def canonical(form: Form, scope: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the parameters that ask for *form*, which is sound, and for the environment or sandbox *scope*."""
    own = {"subject": form.subject, "at": form.at, "actions": form.actions, "new.name": form.draft.name}
    attributes = [written.written(name, value) for name, value in form.attributes.items()]
    return [
        *scope.items(),
        *((name, text) for name, text in own.items() if text),
        *((f"{_ATTRIBUTE}{name}", text) for name, text in attributes),
        *form.others,
    ]


def _is_own(name: str) -> bool:
    return name in _OWN or name in BUTTONS or name.startswith((_ATTRIBUTE, _KIND))


_Read = tuple[str, Any, Field]


def _fields(pairs: Pairs, offers: Offers) -> dict[str, _Read]:
    kinds = {name.removeprefix(_KIND): kind for name, kind in pairs if name.startswith(_KIND)}
    suggested = {offer.name: offer.suggestions for offer in offers.attributes}
    found: dict[str, _Read] = {
        name: (name, None, Field(name, kind=_known(kinds.get(name)), suggestions=suggestions))
        for name, suggestions in suggested.items()
    }
    for name, text in pairs:
        if name.startswith(_ATTRIBUTE) and name not in (_ATTRIBUTE, f"{_ATTRIBUTE}:"):
            read = _read(name.removeprefix(_ATTRIBUTE), text, kinds, suggested)
            if text or read[0] in suggested:
                found[read[0]] = read
    return found


def _read(name: str, text: str, kinds: Mapping[str, str], suggested: Mapping[str, tuple[str, ...]]) -> _Read:
    marked = name.endswith(":")
    name = name[:-1] if marked else name
    kind = "json" if marked else _known(kinds.get(name))
    return _field(name, text, kind, suggested.get(name, ()))


def _known(kind: str | None) -> str:
    return kind if kind is not None and kind in KINDS else ""


def _field(name: str, text: str, kind: str, suggestions: tuple[str, ...] = ()) -> _Read:
    """Read one attribute; as JSON, a text that needs no quotes is shown without them."""
    if not text:
        return name, None, Field(name, "", kind, suggestions=suggestions)
    try:
        value = _valued(name, text, kind)
    except ValueError as error:
        return name, None, Field(name, text, kind, error=_sentence(error), suggestions=suggestions)
    shown, settled = _shown(name, value)
    return name, value, Field(name, shown, settled, kind_of(value), suggestions=suggestions)


def _valued(name: str, text: str, kind: str) -> Any:
    if error := _too_long(text) or _too_long(name, _LONGEST_NAME):
        raise ValueError(error)
    if kind == "text":
        return text
    value = written.after_mark(text, name) if kind == "json" else written.typed(text.strip() if kind else text)
    if kind in _UNFIT and kind_of(value) != kind:
        raise ValueError(_UNFIT[kind])
    _check_that_it_can_be_sent(value)
    return value


def _check_that_it_can_be_sent(value: Any) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("There is a number in it that is too large for any computer.") from None
    except RecursionError:
        raise ValueError("This is nested too deeply.") from None


_UNFIT: Mapping[str, str] = {
    "number": "This is no number; write 18 or 2.5, or choose another type.",
    "boolean": "Write true or false, or choose another type.",
}


def _shown(name: str, value: Any) -> tuple[str, str]:
    """Return how *value* stands in its field, and which type has to be chosen there so that it is read so."""
    side, text = written.written(name, value)
    if side == name:
        return text, ""
    # An empty field is an attribute that is not given.
    if name.endswith(":"):
        return text, "json"
    return (value, "text") if isinstance(value, str) and value else (text, "json")


def _draft(given: Mapping[str, str]) -> _Read:
    name, text, kind = (given.get(f"new.{member}", "") for member in ("name", "value", "kind"))
    read = _field(name, text, _known(kind))
    if text and not name:
        return name, None, Field(name, text, read[2].kind, error="Give the attribute a name.")
    if error := _too_long(name, _LONGEST_NAME):
        return name, None, Field(name, text, read[2].kind, error=error)
    return read


def _moment(text: str) -> tuple[str, str, datetime | None]:
    if not text:
        return "", "", None
    try:
        return text, "", members.moment(text)
    except ValueError as error:
        return text, _sentence(error), None


def _actions(text: str, offers: Offers) -> tuple[str, str, Any]:
    """Return the field's text, what is wrong with it, and the actions; what is offered anyway needs no text."""
    usual = offers.actions if offers.is_bandit else None
    if not text:
        return "", "", usual
    try:
        if error := _too_long(text, _LONGEST_ACTIONS):
            raise ValueError(error)
        actions = members.actions(written.actions(text))
    except ValueError as error:
        return text, _sentence(error), usual
    return ("", "", usual) if actions == usual and list(actions) == list(usual or ()) else (text, "", actions)


def _sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}" if text else text


def _too_long(text: str, most: int = _LONGEST) -> str:
    return f"This is too long: {plural(len(text), 'character')}, of at most {most:,}." if len(text) > most else ""


def _too_many(number: int) -> str:
    most = _MOST_ATTRIBUTES
    return f"These are {number:,} attributes, of at most {most}; remove some." if number > most else ""


def differs(pairs: Pairs, wanted: Pairs) -> bool:
    """Return whether the address with *pairs* is another spelling of the one with *wanted*."""
    return sorted(pairs) != sorted(wanted)


def rest_of(pairs: Pairs, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield *pairs* but those called *names*."""
    kept = frozenset(names)
    return (pair for pair in pairs if pair[0] not in kept)
