"""
Events as rows of the tables that a warehouse has of them. Pure.

Source: the columns that Eppo's documentation asks for.
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.events import Choice, Event, raw_json
from emulator.inbox.columns import is_short, rest_of, safe_json, safe_text
from emulator.inbox.match import Term, Terms
from emulator.ufc.timestamps import format_timestamp

Row = dict[str, Any]
_Cell = Callable[[Event], Any]
_NO_CHOICE = Choice()
_METADATA = ("metaData", "metadata", "MetaData")


def _time(event: Event) -> str | None:
    return format_timestamp(event.timestamp) if event.timestamp else None


def _choice(event: Event) -> Choice:
    return event.choice or _NO_CHOICE


def _metadata(event: Event) -> Any:
    members = event.raw if isinstance(event.raw, Mapping) else {}
    return next((members[name] for name in _METADATA if name in members), None)


_CELLS: Mapping[str, Mapping[str, _Cell]] = {
    "assignments": {
        "experiment": lambda event: event.experiment,
        "subject": lambda event: event.subject,
        "variation": lambda event: event.variation,
        "timestamp": _time,
        "subject_attributes": lambda event: event.attributes,
        "feature_flag": lambda event: event.flag,
        "allocation": lambda event: event.allocation,
        "holdout_key": lambda event: event.extra.get("holdoutKey"),
        "holdout_variation": lambda event: event.extra.get("holdoutVariation"),
    },
    "bandit_actions": {
        "timestamp": _time,
        "bandit_key": lambda event: event.bandit,
        "subject": lambda event: event.subject,
        "subject_numeric_attributes": lambda event: _choice(event).subject_numeric,
        "subject_categorical_attributes": lambda event: _choice(event).subject_categorical,
        "action": lambda event: event.action,
        "action_numeric_attributes": lambda event: _choice(event).action_numeric,
        "action_categorical_attributes": lambda event: _choice(event).action_categorical,
        "feature_flag": lambda event: event.flag,
        "experiment": lambda event: event.experiment,
        "variation": lambda event: event.variation,
        "model_version": lambda event: _choice(event).model_version,
        "action_probability": lambda event: _choice(event).probability,
        "optimality_gap": lambda event: _choice(event).optimality_gap,
        "metadata": _metadata,
    },
}
TABLES = tuple(_CELLS)
COLUMNS: Mapping[str, tuple[str, ...]] = {table: tuple(cells) for table, cells in _CELLS.items()}
DOUBLES = frozenset({"action_probability", "optimality_gap"})
TIME = "timestamp"
# The one of an assignment's members that SQL reads from its body.
IN_BODY, OF_BODY = "subjectAttributes", "subject_attributes"
_MOST_NESTED = 500
# Columns whose texts the table of events has, under its own names.
TEXTS: Mapping[str, str] = {
    "experiment": "experiment",
    "subject": "subject",
    "variation": "variation",
    "feature_flag": "flag",
    "allocation": "allocation",
    "bandit_key": "bandit",
    "action": "action",
}
_KINDS = {"assignments": "assignment", "bandit_actions": "bandit"}
_TABLES_BY_KIND = {kind: table for table, kind in _KINDS.items()}
KINDS = tuple(_TABLES_BY_KIND)
_ADDED: Mapping[str, Mapping[str, _Cell]] = {
    table: {name: cell for name, cell in cells.items() if name not in TEXTS and name != TIME}
    for table, cells in _CELLS.items()
}
_SHARED = {table: tuple((name, TEXTS[name]) for name in cells if name in TEXTS) for table, cells in _CELLS.items()}

_ASSIGNMENT_FIELDS = tuple(field for _, field in _SHARED["assignments"])


def row_of(table: str, event: Event) -> Row:
    """Return the row of *event*, whose cells may hold anything that JSON does."""
    return {name: cell(event) for name, cell in _CELLS[table].items()}


def flat(name: str, value: Any) -> Any:
    """Return *value* as one cell of a flat table's column *name*: a text that every reader can have, or a double."""
    if value is None or name in DOUBLES:
        return value
    return safe_text(value) if isinstance(value, str) else safe_json(raw_json(value).decode("ascii"))


def table_of(kind: str) -> str | None:
    """Return the table that events of *kind* are in; None for none."""
    return _TABLES_BY_KIND.get(kind)


def kind_of(table: str) -> str:
    return _KINDS[table]


def added_cells(table: str, event: Event, columns: Mapping[str, Any], body: bytes) -> Row | None:
    """
    Return the flat cells that *columns*, those of the table of events, lack: not there at all, or not all of it.

    None where *body* has them where SQL finds them, as most assignments have: they need no cells of their own.
    """
    if table == "assignments" and _is_in_body(event, body) and is_short(map(columns.get, _ASSIGNMENT_FIELDS)):
        return None
    rests = {name: rest_of(getattr(event, field), columns[field]) for name, field in _SHARED[table]}
    return {name: flat(name, cell(event)) for name, cell in _ADDED[table].items()} | rests


def _is_in_body(event: Event, body: bytes) -> bool:
    attributes = event.raw.get(IN_BODY)
    return (
        (attributes is event.attributes or (attributes is None and not event.attributes))
        and event.extra.get("holdoutKey") is None
        and event.extra.get("holdoutVariation") is None
        # Databases refuse to read what is nested deeper than they like, and some escapes.
        and body.count(b"{") + body.count(b"[") < _MOST_NESTED
        and b"\\u" not in body
    )


def terms_of_table(table: str) -> Terms:
    """Return what holds for the events of *table*: what was sent again is in it once."""
    return Term("kind", _KINDS[table]), Term("verdict", "duplicate", negated=True)
