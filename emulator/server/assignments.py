"""
Precomputed assignments, ``POST <any prefix>/assignments``: every flag, evaluated for the one subject of the request.

Pure. Refusals have the texts of Eppo's own edge, word for word, for clients put them into their own messages; the
exception says more, to whoever reads the terminal. Source: protocol.md section 1.7.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.errors import EmulatorError
from emulator.evaluation import precompute
from emulator.evaluation.attributes import kind_of
from emulator.evaluation.contexts import CATEGORICAL, NUMERIC, is_split
from emulator.queries.members import text
from emulator.server.answers import NO_CACHE, Answer, json_answer, text_answer
from emulator.server.bodies import BodyUnreadableError, decoded_body
from emulator.server.json_bodies import BodyMalformedError, read_json
from emulator.server.parts import Settings
from emulator.server.scopes import Asker
from emulator.snapshot.keys import refusal
from emulator.ufc.encode import canonical
from emulator.wording import printable

_NO_KEY = "Missing required query parameter: apiKey"
_UNKNOWN_KEY = "Invalid SDK key."
_NO_SUBJECT = "subject_key is required in the request body"
_EMPTY_SUBJECT = "subject_key is required and cannot be empty"
_BAD_BODY = "Invalid request body format"


class AssignmentsRefusedError(EmulatorError):
    """A request that is refused; the message says why, and *answer* is what its sender gets."""

    def __init__(self, status: int, told: str, reason: str) -> None:
        self.answer = text_answer(status, told, end="")
        super().__init__(f"POST /assignments is refused with {status}: {reason}")


@dataclass(frozen=True, slots=True)
class AssignmentsQuery:
    """
    Whom to evaluate for.

    *attributes* are plain or split; *actions* are those offered to bandits, by the key of the flag.
    """

    subject: str
    attributes: Mapping[str, Any]
    actions: Mapping[str, Any]


def assignments_answer(asker: Asker, body: bytes, content_encoding: str, settings: Settings, salt: str) -> Answer:
    """
    Return what every flag serves the subject in *body*, obfuscated with *salt* whichever SDK asks (W38).

    Raises:
        AssignmentsRefusedError: *body* cannot be read, or the key is unknown or missing where keys are strict.
        BodyTooLargeError: see :func:`emulator.server.bodies.decoded_body`.
    """
    # In the order of Eppo's edge: is there a key, can the body be read, does anybody have that key.
    if settings.strict_keys and not asker.has_key:
        raise AssignmentsRefusedError(400, _NO_KEY, "the query parameter apiKey is missing or empty")
    query = read_assignments(body, content_encoding, settings.body_limit_bytes)
    selection = asker.selection
    if selection.is_of_a_sandbox:
        reason = refusal(selection, asker.snapshot)
        raise AssignmentsRefusedError(404, f"404 Not Found: {reason}", reason)
    if settings.strict_keys and selection.unknown_key:
        raise AssignmentsRefusedError(401, _UNKNOWN_KEY, refusal(selection, asker.snapshot))
    prepared = selection.environment.prepared
    document = precompute(prepared, query.subject, query.attributes, query.actions, now=asker.now, salt=salt)
    return json_answer(canonical(document), NO_CACHE)


def read_assignments(body: bytes, content_encoding: str, limit_bytes: int) -> AssignmentsQuery:
    """
    Return the query in *body*, in which unknown members are ignored.

    Raises:
        AssignmentsRefusedError: it cannot be read.
        BodyTooLargeError: see :func:`emulator.server.bodies.decoded_body`.
    """
    try:
        document = _object(read_json(decoded_body(body, content_encoding, limit_bytes)), "an object")
    except (BodyUnreadableError, BodyMalformedError, ValueError) as error:
        raise AssignmentsRefusedError(400, _BAD_BODY, str(error)) from None
    if "subject_key" not in document:
        raise AssignmentsRefusedError(400, _NO_SUBJECT, "subject_key is missing")
    subject = _member(document, "subject_key", text)
    if not subject:
        raise AssignmentsRefusedError(400, _EMPTY_SUBJECT, "subject_key is empty")
    attributes = _member(document, "subject_attributes", _context)
    return AssignmentsQuery(subject, attributes, _member(document, "bandit_actions", _offers))


def _member(document: Mapping[str, Any], name: str, read: Callable[[Any], Any]) -> Any:
    try:
        return read(document.get(name))
    except ValueError as error:
        raise AssignmentsRefusedError(400, _BAD_BODY, f"{name}: {error}") from None


def _offers(value: Any) -> Mapping[str, Any]:
    """Read the actions offered to each flag; a list of names will do where no action has attributes."""
    offers = _object_or_none(value, "an object of flags")
    for flag, actions in offers.items():
        if not isinstance(actions, list):
            for context in _object_or_none(actions, f'an object of actions for "{printable(flag)}"').values():
                _context(context)
    return offers


def _context(value: Any) -> Mapping[str, Any]:
    """Read attributes, plain or split; what is in them the evaluator takes as it is."""
    attributes = _object_or_none(value, "an object of attributes")
    for half in (NUMERIC, CATEGORICAL) if is_split(attributes) else ():
        _object_or_none(attributes.get(half), f"an object as {half}")
    return attributes


def _object_or_none(value: Any, expected: str) -> Mapping[str, Any]:
    return {} if value is None else _object(value, expected)


def _object(value: Any, expected: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"expected {expected}, found {kind_of(value)}")
    return value
