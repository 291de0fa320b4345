"""One attribute of the playground's form: what stands in its field, how that is read, and what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.evaluation.attributes import kind_of
from emulator.pages.wording import plural
from emulator.queries import written
from emulator.ufc.json_text import JsonTextError, parse_json

ATTRIBUTE, KIND = "attr.", "kind."
_LONGEST = 5_000
LONGEST_NAME = 200
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
        return f"{ATTRIBUTE}{self.name}{':' if self.name.endswith(':') else ''}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that is about it."""
        if self.name.endswith(":"):
            return (self.parameter,)
        return self.parameter, f"{self.parameter}:", f"{KIND}{self.name}"


# Its name, its value, and the field as it is shown again.
Read = tuple[str, Any, Field]


def known_kind(kind: str | None) -> str:
    return kind if kind is not None and kind in KINDS else ""


def read_field(name: str, text: str, kind: str, suggestions: tuple[str, ...] = ()) -> Read:
    """Read one attribute; as JSON, a text that needs no quotes is shown without them."""
    if not text:
        return name, None, Field(name, "", kind, suggestions=suggestions)
    try:
        value = _valued(name, text, kind)
    except ValueError as error:
        return name, None, Field(name, text, kind, error=sentence(error), suggestions=suggestions)
    shown, settled = _shown(name, value)
    return name, value, Field(name, shown, settled, kind_of(value), suggestions=suggestions)


def _valued(name: str, text: str, kind: str) -> Any:
    if error := too_long(text) or too_long(name, LONGEST_NAME):
        raise ValueError(error)
    if kind == "text":
        return text
    value = _json(text) if kind == "json" else written.typed(text.strip() if kind else text)
    if kind in _UNFIT and kind_of(value) != kind:
        raise ValueError(_UNFIT[kind])
    _check_that_it_can_be_sent(value)
    return value


def _json(text: str) -> Any:
    try:
        return parse_json(text)
    except JsonTextError as error:
        raise ValueError(f'This is {error}; write a text in quotes, "NO", or choose another type.') from None


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


def too_long(text: str, most: int = _LONGEST) -> str:
    return f"This is too long: {plural(len(text), 'character')}, of at most {most:,}." if len(text) > most else ""


def sentence(error: ValueError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}" if text else text
