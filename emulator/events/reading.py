"""From what was sent to an Event: what it is, by its content, and what its fields hold."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from emulator.events import values
from emulator.events.event import Choice, Event, Fault, Kind
from emulator.events.spelling import MEANINGS, SDK_NAMES, SDK_VERSIONS, SPELLINGS, USERS, WRAPPERS
from emulator.events.values import MistypedError, Reader, shown

# Snowplow's is the deepest: unstruct_event, its data, their data, and properties in them.
_DEPTH = 4
_OF_AN_ASSIGNMENT = frozenset({"flag", "allocation", "experiment", "variation", "subject"})
_OF_A_BANDIT = frozenset({"bandit", "probability", "model"})
_NOTHING: Mapping[str, Any] = {}


# How a field is spelled, the rank of that spelling, and its value. Plain tuples: ten of them are made per event.
_Member = tuple[str, int, Any]
_Members = dict[str, _Member]


def read_event(raw: Any) -> Event:
    """
    Return what *raw* is: recognised by its fields in any SDK's spelling, not by an event's name.

    Never raises. An object that holds an Eppo event in one of :data:`~emulator.events.spelling.WRAPPERS` is that event.
    """
    if not isinstance(raw, Mapping):
        return invalid_event(raw, f"expected an object with the fields of an event, found {shown(raw)}")
    if not raw:
        return invalid_event(raw, "expected the fields of an event, found an empty object")
    found = _found(raw, _DEPTH)
    if found is None:
        return Event("tracked", raw)
    kind, members, extra = found
    if "timestamp" not in members and "timestamp" in raw:
        members["timestamp"] = ("timestamp", 0, raw["timestamp"])
    if "subject" not in members:
        members.update(_user_around(raw))
    return _READERS[kind](raw, _Fields(members), extra)


def invalid_event(raw: Any, reason: str) -> Event:
    """Return the event for what cannot be read at all."""
    return Event("invalid", raw, faults=(Fault("", reason),))


def _found(raw: Mapping[str, Any], depth: int) -> tuple[Kind, _Members, dict[str, Any]] | None:
    members, extra = _members_of(raw)
    kind = _kind_of(members)
    if kind is not None:
        return kind, members, extra
    for wrapper in WRAPPERS if depth else ():
        inner = _only(raw.get(wrapper))
        found = _found(inner, depth - 1) if isinstance(inner, Mapping) else None
        if found is not None:
            return found
    return None


def _user_around(raw: Mapping[str, Any]) -> _Members:
    """Return the subject that a vendor's event names outside of ours; of an event without such a wrapping, none."""
    user = next((name for name in USERS if name in raw), None)
    if user is None or _kind_of(_members_of(raw)[0]) is not None:
        return {}
    return {"subject": (user, 0, raw[user])}


def _only(inner: Any) -> Any:
    """Return the one element of a list of one: mParticle has no event outside a list."""
    return inner[0] if isinstance(inner, list) and len(inner) == 1 else inner


def _members_of(raw: Mapping[str, Any]) -> tuple[_Members, dict[str, Any]]:
    members: _Members = {}
    extra: dict[str, Any] = {}
    for spelling, value in raw.items():
        found = MEANINGS.get(spelling)
        if found is None:
            extra[str(spelling)] = value
            continue
        meaning, rank = found
        if meaning not in members or rank < members[meaning][1]:
            members[meaning] = (spelling, rank, value)
    return members, extra


def _kind_of(members: _Members) -> Kind | None:
    """
    Return which of Eppo's events has such members, faulty ones included; None for none.

    Names like "experiment" and "variation" are everybody's: without a flag it takes three of them.
    """
    if "action" in members and "allocation" not in members and not _OF_A_BANDIT.isdisjoint(members):
        return "bandit"
    told = len(_OF_AN_ASSIGNMENT & members.keys())
    return "assignment" if told >= (2 if "flag" in members else 3) else None


class _Fields:
    """The members of one event, typed as they are asked for; *faults* are what was wrong."""

    def __init__(self, members: _Members) -> None:
        self._members = members
        self.faults: list[Fault] = []

    def required(self, meaning: str, reader: Reader) -> Any:
        member = self._members.get(meaning)
        if member is None or member[2] is None:
            self.faults.append(Fault(member[0] if member else SPELLINGS[meaning][0], "is missing"))
            return None
        return self._read(member, reader)

    def optional(self, meaning: str, reader: Reader) -> Any:
        member = self._members.get(meaning)
        return None if member is None or member[2] is None else self._read(member, reader)

    def key(self, meaning: str) -> str | None:
        """Return a required key; one of another type is a fault, and can be searched for all the same."""
        value = self._members[meaning][2] if meaning in self._members else None
        if value.__class__ is str and value:
            return str(value)
        found: str | None = self.required(meaning, values.name)
        if found is None and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
            return str(value)
        return found

    def object(self, meaning: str, reader: Callable[[Any], Mapping[str, Any]] = values.mapping) -> Mapping[str, Any]:
        return self.optional(meaning, reader) or _NOTHING

    def silent(self, meaning: str) -> Mapping[str, Any]:
        """Return an object that nobody depends on: anything else is taken for none."""
        member = self._members.get(meaning)
        try:
            return _NOTHING if member is None or member[2] is None else values.mapping(member[2])
        except MistypedError:
            return _NOTHING

    def _read(self, member: _Member, reader: Reader) -> Any:
        spelling, _, value = member
        try:
            return reader(value)
        except MistypedError as error:
            self.faults.append(Fault(spelling, f"is mistyped: {error}, found {shown(value)}"))
            return None


def _assignment(raw: Any, fields: _Fields, extra: dict[str, Any]) -> Event:
    return Event(
        "assignment",
        raw,
        flag=fields.key("flag"),
        allocation=fields.key("allocation"),
        experiment=fields.key("experiment"),
        variation=fields.key("variation"),
        subject=fields.key("subject"),
        timestamp=fields.required("timestamp", values.moment),
        attributes=fields.object("attributes"),
        **_common(fields, extra),
        faults=tuple(fields.faults),
    )


def _bandit(raw: Any, fields: _Fields, extra: dict[str, Any]) -> Event:
    flag, bandit, subject, action = map(fields.key, ("flag", "bandit", "subject", "action"))
    choice = Choice(
        probability=fields.required("probability", values.number),
        # Go leaves a gap of zero out.
        optimality_gap=fields.optional("gap", values.number),
        model_version=fields.key("model"),
        subject_numeric=fields.object("subject_numeric", values.numbers),
        subject_categorical=fields.object("subject_categorical"),
        action_numeric=fields.object("action_numeric", values.numbers),
        action_categorical=fields.object("action_categorical"),
    )
    return Event(
        "bandit",
        raw,
        flag=flag,
        bandit=bandit,
        subject=subject,
        action=action,
        choice=choice,
        timestamp=fields.required("timestamp", values.moment),
        attributes={**choice.subject_categorical, **choice.subject_numeric},
        **_common(fields, extra),
        faults=tuple(fields.faults),
    )


_READERS: Mapping[Kind, Callable[[Any, _Fields, dict[str, Any]], Event]] = {
    "assignment": _assignment,
    "bandit": _bandit,
}


def _common(fields: _Fields, extra: dict[str, Any]) -> dict[str, Any]:
    details = fields.silent("details")
    environment = details.get("environmentName")
    return {
        "sdk": _sdk_of(fields.silent("meta")),
        "environment": environment if isinstance(environment, str) and environment else None,
        "published_at": _time_or_none(details.get("configPublishedAt")),
        "extra": fields.silent("extra") or extra,
    }


def _sdk_of(meta: Mapping[str, Any]) -> str | None:
    name, version = _first_text(meta, SDK_NAMES), _first_text(meta, SDK_VERSIONS)
    return f"{name}/{version}" if name and version else name


def _first_text(meta: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((value for value in map(meta.get, names) if isinstance(value, str) and value), None)


def _time_or_none(value: Any) -> datetime | None:
    try:
        return values.moment(value)
    except MistypedError:
        return None
