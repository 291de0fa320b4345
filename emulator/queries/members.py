"""Members of a question, typed by their position: one reader per kind of value."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.errors import EmulatorError
from emulator.evaluation.attributes import kind_of, text_of
from emulator.suggest import nearest
from emulator.ufc.timestamps import TimeTextError, parse_time
from emulator.wording import printable

Reader = Callable[[Any], Any]

VARIATION_TYPES = ("BOOLEAN", "INTEGER", "JSON", "NUMERIC", "STRING")


class QueryError(EmulatorError):
    """
    A question that cannot be read, or that names what there is not; the message says what and how to mend it.

    *word* is the stable ``type`` of the control API's problems.
    """

    def __init__(self, message: str, word: str = "bad-parameters") -> None:
        self.word = word
        super().__init__(message)


def read_members(document: Any, readers: Mapping[str, Reader], required: tuple[str, ...]) -> dict[str, Any]:
    """
    Return the members of *document* as their *readers* make them; null counts as absent.

    Raises:
        QueryError: no object, an unknown or a missing member, or a value that its reader refuses.
    """
    if not isinstance(document, Mapping):
        raise QueryError(f"expected an object, found {_shown(document)}")
    for name in document:
        if name not in readers:
            raise QueryError(f'"{printable(str(name))}" is not understood here; {nearest(str(name), readers)}')
    missing = [name for name in required if document.get(name) is None]
    if missing:
        raise QueryError(f'"{missing[0]}" is missing; it is required')
    return {name: _read(name, readers[name], value) for name, value in document.items() if value is not None}


def _read(name: str, reader: Reader, value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise QueryError(f'"{name}": {error}') from None


def anything(value: Any) -> Any:
    return value


def text(value: Any) -> str:
    found: str = _expected(value, str, "a text")
    return found


def boolean(value: Any) -> bool:
    found: bool = _expected(value, bool, "true or false")
    return found


def variation_name(value: Any) -> str:
    """Return a variation's key; ``true`` and ``3`` are keys that JSON reads as something else."""
    name = text_of(value)
    if name is None:
        raise ValueError(f"expected the key of a variation, found {_shown(value)}")
    return name


def variation_type(value: Any) -> str:
    name = text(value)
    if name.upper() not in VARIATION_TYPES:
        raise ValueError(f'expected one of {", ".join(VARIATION_TYPES)}, found "{printable(name)}"')
    return name.upper()


def moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"time {value} needs a zone; datetime(…, tzinfo=UTC) has one")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError(f"time {value} is beyond what a calendar has, in UTC") from None
    try:
        return parse_time(text(value))
    except TimeTextError as error:
        raise ValueError("; ".join(filter(None, (printable(str(error)), error.hint)))) from None


def attributes(value: Any) -> Mapping[str, Any]:
    """Read a subject's attributes, plain or split; what is in them the evaluator takes as it is."""
    found: Mapping[str, Any] = _expected(value, Mapping, "an object of attributes")
    return found


def actions(value: Any) -> Any:
    """Read the actions offered to a bandit: a map of names to attributes, or a list or set of names."""
    if isinstance(value, Mapping):
        for name, given in value.items():
            if given is not None and not isinstance(given, Mapping):
                raise ValueError(
                    f'expected an object of attributes for "{printable(str(name))}", found {_shown(given)}'
                )
        return value
    if isinstance(value, list | tuple | set | frozenset) and all(isinstance(name, str) for name in value):
        # A set has another order in each process; where actions are alike, the order decides.
        return sorted(value) if isinstance(value, set | frozenset) else value
    raise ValueError(f"expected a map of action names to attributes, or a list of names, found {_shown(value)}")


def whole_number(lowest: int, highest: int) -> Reader:
    """Return a reader of integers from *lowest* to *highest*."""

    def read(value: Any) -> int:
        # To JSON, 3.0 is 3.
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole or not lowest <= value <= highest:
            raise ValueError(f"expected a whole number from {lowest:,} to {highest:,}, found {_shown(value)}")
        return int(value)

    return read


def _expected(value: Any, kind: type[Any], words: str) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"expected {words}, found {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    """Return what *value* is, and the value itself where that is short."""
    if isinstance(value, str):
        return f'the text "{printable(value, 40)}"'
    brief = text_of(value)
    word = kind_of(value)
    return f"{word} {brief}" if brief is not None and len(brief) <= 40 else f"a {word}" if value is not None else word
