"""
The playground's form: read from the parameters of the page's address, and written as parameters again.

An address has one spelling of each question, :func:`canonical`: ``subject``, ``attr.NAME``, ``at``, ``actions``. What
a form without script adds to it, such as the types that somebody chose, is read too, and leads there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.pages.playground.fields import (
    ATTRIBUTE,
    KIND,
    LONGEST_NAME,
    Field,
    Read,
    known_kind,
    read_field,
    sentence,
    too_long,
)
from emulator.pages.playground.offers import Offers
from emulator.queries import members, written

Pairs = Sequence[tuple[str, str]]

_LONGEST_ACTIONS = 50_000
_MOST_ATTRIBUTES = 100
# What the form adds for itself; "want" and the buttons are the view's.
_OWN = ("subject", "at", "actions", "new.name", "new.value", "new.kind")
BUTTONS = ("want", "find", "random")


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
        subject_error=too_long(subject),
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
        *((f"{ATTRIBUTE}{name}", text) for name, text in attributes),
        *form.others,
    ]


def _is_own(name: str) -> bool:
    return name in _OWN or name in BUTTONS or name.startswith((ATTRIBUTE, KIND))


def _fields(pairs: Pairs, offers: Offers) -> dict[str, Read]:
    kinds = {name.removeprefix(KIND): kind for name, kind in pairs if name.startswith(KIND)}
    suggested = {offer.name: offer.suggestions for offer in offers.attributes}
    found: dict[str, Read] = {
        name: (name, None, Field(name, kind=known_kind(kinds.get(name)), suggestions=suggestions))
        for name, suggestions in suggested.items()
    }
    for name, text in pairs:
        if name.startswith(ATTRIBUTE) and name not in (ATTRIBUTE, f"{ATTRIBUTE}:"):
            read = _read(name.removeprefix(ATTRIBUTE), text, kinds, suggested)
            if text or read[0] in suggested:
                found[read[0]] = read
    return found


def _read(name: str, text: str, kinds: Mapping[str, str], suggested: Mapping[str, tuple[str, ...]]) -> Read:
    marked = name.endswith(":")
    name = name[:-1] if marked else name
    kind = "json" if marked else known_kind(kinds.get(name))
    return read_field(name, text, kind, suggested.get(name, ()))


def _draft(given: Mapping[str, str]) -> Read:
    name, text, kind = (given.get(f"new.{member}", "") for member in ("name", "value", "kind"))
    read = read_field(name, text, known_kind(kind))
    if text and not name:
        return name, None, Field(name, text, read[2].kind, error="Give the attribute a name.")
    if error := too_long(name, LONGEST_NAME):
        return name, None, Field(name, text, read[2].kind, error=error)
    return read


def _moment(text: str) -> tuple[str, str, datetime | None]:
    if not text:
        return "", "", None
    try:
        return text, "", members.moment(text)
    except ValueError as error:
        return text, sentence(error), None


def _actions(text: str, offers: Offers) -> tuple[str, str, Any]:
    """Return the field's text, what is wrong with it, and the actions; what is offered anyway needs no text."""
    usual = offers.actions if offers.is_bandit else None
    if not text:
        return "", "", usual
    try:
        if error := too_long(text, _LONGEST_ACTIONS):
            raise ValueError(error)
        actions = members.actions(written.actions(text))
    except ValueError as error:
        return text, sentence(error), usual
    return ("", "", usual) if actions == usual and list(actions) == list(usual or ()) else (text, "", actions)


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
