"""
Events as rows of the tables that a warehouse has of them. Pure.

Source: the columns that Eppo's documentation asks for.
"""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.events import Choice
from emulator.inbox.match import Term, Terms
from emulator.inbox.record import Record
from emulator.ufc.timestamps import format_timestamp

Row = dict[str, Any]
_NO_CHOICE = Choice()
_METADATA = ("metaData", "metadata", "MetaData")


def assignment_row(record: Record) -> Row:
    extra = record.event.extra
    return {
        "experiment": record.experiment,
        "subject": record.subject,
        "variation": record.variation,
        "timestamp": _time(record),
        "subject_attributes": dict(record.attributes),
        "feature_flag": record.flag,
        "allocation": record.allocation,
        "holdout_key": extra.get("holdoutKey"),
        "holdout_variation": extra.get("holdoutVariation"),
    }


def bandit_action_row(record: Record) -> Row:
    choice = record.event.choice or _NO_CHOICE
    return {
        "timestamp": _time(record),
        "bandit_key": record.bandit,
        "subject": record.subject,
        "subject_numeric_attributes": dict(choice.subject_numeric),
        "subject_categorical_attributes": dict(choice.subject_categorical),
        "action": record.action,
        "action_numeric_attributes": dict(choice.action_numeric),
        "action_categorical_attributes": dict(choice.action_categorical),
        "feature_flag": record.flag,
        "experiment": record.experiment,
        "variation": record.variation,
        "model_version": choice.model_version,
        "action_probability": choice.probability,
        "optimality_gap": choice.optimality_gap,
        "metadata": _metadata(record.event.raw),
    }


# A table, the kind of events in it, and how one becomes a row.
_ROWS: Mapping[str, tuple[str, Callable[[Record], Row]]] = {
    "assignments": ("assignment", assignment_row),
    "bandit_actions": ("bandit", bandit_action_row),
}
TABLES = tuple(_ROWS)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "assignments": (
        "experiment", "subject", "variation", "timestamp", "subject_attributes", "feature_flag", "allocation",
        "holdout_key", "holdout_variation",
    ),
    "bandit_actions": (
        "timestamp", "bandit_key", "subject", "subject_numeric_attributes", "subject_categorical_attributes", "action",
        "action_numeric_attributes", "action_categorical_attributes", "feature_flag", "experiment", "variation",
        "model_version", "action_probability", "optimality_gap", "metadata",
    ),
}  # fmt: skip
NUMBERS = frozenset({"action_probability", "optimality_gap"})


def row_of(table: str, record: Record) -> Row:
    return _ROWS[table][1](record)


def terms_of_table(table: str) -> Terms:
    """Return what holds for the events of *table*: what was sent again is in it once."""
    return Term("kind", _ROWS[table][0]), Term("verdict", "duplicate", negated=True)


def _time(record: Record) -> str | None:
    return format_timestamp(record.timestamp) if record.timestamp else None


def _metadata(raw: Any) -> Any:
    members = raw if isinstance(raw, Mapping) else {}
    return next((members[name] for name in _METADATA if name in members), None)
