"""
Flags over OpenFeature's remote evaluation protocol: from a context to the answers that providers read. Pure.

A flag that serves the subject nothing is an error of that flag, alone and among all flags: the protocol has success
and failure, and a provider turns the failure into the caller's default with our reason beside it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.errors import EmulatorError
from emulator.evaluation import Evaluation, evaluate
from emulator.evaluation.attributes import kind_of
from emulator.evaluation.contexts import attributes_of, context_of
from emulator.evaluation.flag import ASSIGNMENT_ERROR
from emulator.queries import Result, Served, encoded
from emulator.server.answers import Answer
from emulator.server.ofrep_answers import failure, failure_document, json_answer, tagged_answer
from emulator.suggest import closest
from emulator.ufc.encode import canonical, etag_of
from emulator.wording import printable

_SUBJECT = "targetingKey"
# The endpoint left the specification in May 2025 (github.com/open-feature/protocol, #38); this is its last form.
_CONFIGURATION = canonical(
    {
        "name": "eppo-emulator",
        "capabilities": {
            "cacheInvalidation": {"polling": {"enabled": True, "minPollingIntervalMs": 0}},
            "flagEvaluation": {"supportedTypes": ["int", "float", "string", "boolean", "object"]},
            # An edit is to be seen at the next question.
            "caching": {"enabled": False},
        },
    }
)


class ContextError(EmulatorError):
    """A request whose context cannot be evaluated; *code* is OpenFeature's word for it."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Context:
    """Whom flags are evaluated for; *attributes* are the other members of the context, nested ones as they came."""

    subject: str
    attributes: Mapping[str, Any]


def read_context(document: Any) -> Context:
    """
    Return the context in the body of an evaluation; without a ``context`` it is empty, as Python's provider has it.

    Raises:
        ContextError: it is no object, or names no subject.
    """
    if not isinstance(document, dict):
        raise ContextError("PARSE_ERROR", f'expected an object with "context", found {kind_of(document)}')
    context = document.get("context", {})
    if not isinstance(context, dict):
        raise ContextError("INVALID_CONTEXT", f'"context": expected an object, found {kind_of(context)}')
    attributes = {name: value for name, value in context.items() if name != _SUBJECT}
    return Context(_subject_of(context), attributes_of(context_of(attributes)))


def flag_answer(key: str, context: Context, where: Served) -> Answer:
    """Return the answer to ``POST /ofrep/v1/evaluate/flags/{key}``."""
    found = _evaluated(key, context, where)
    if not found.is_match:
        return failure(_error_code(found), _why(found, where), key)
    document = _success(key, found, where)
    document["metadata"]["revision"] = where.revision
    return json_answer(encoded(document))


def bulk_answer(context: Context, where: Served, held: str | None) -> Answer:
    """
    Return the answer to ``POST /ofrep/v1/evaluate/flags``: every flag, in the order of the configuration.

    The tag is over the context and all that is said, the revision included; *held* is the one the client has. Each flag
    is encoded by itself, so that none can spoil the others.

    Raises:
        ContextError: the context is nested too deeply to be told from others.
    """
    found = {key: _evaluated(key, context, where) for key in where.environment.prepared.flag_keys}
    flags = b",".join(encoded(_item(key, one, where)) for key, one in found.items())
    metadata = canonical({"environment": where.environment.key, "revision": where.revision})
    body = b'{"flags":[' + flags + b'],"metadata":' + metadata + b"}"
    return tagged_answer(body, etag_of(_spelled(context) + body, "ofrep"), held)


def configuration_answer(held: str | None) -> Answer:
    """Return the answer to ``GET /ofrep/v1/configuration``."""
    return tagged_answer(_CONFIGURATION, etag_of(_CONFIGURATION, "ofrep"), held)


def reason_of(evaluation: Evaluation) -> str:
    """
    Return why a match is one, in the protocol's words.

    ``SPLIT`` where a shard was drawn, ``TARGETING_MATCH`` where rules held and nothing was drawn, else ``STATIC``.
    """
    assert evaluation.flag
    assert evaluation.verdict.place is not None
    if evaluation.flag.allocations[evaluation.verdict.place].sole is None:
        return "SPLIT"
    return "STATIC" if evaluation.rule is None else "TARGETING_MATCH"


def _subject_of(context: Mapping[str, Any]) -> str:
    subject = context.get(_SUBJECT)
    if subject is None or subject == "":
        near = closest(_SUBJECT, (name for name in context if name != _SUBJECT))
        hint = f'; did you mean it by "{printable(near)}"?' if near else ""
        raise ContextError("TARGETING_KEY_MISSING", f"context.{_SUBJECT} is missing or empty; it is the subject{hint}")
    if not isinstance(subject, str):
        found = kind_of(subject)
        raise ContextError("INVALID_CONTEXT", f"context.{_SUBJECT}: expected a text, found {found}; put it in quotes")
    return subject


def _evaluated(key: str, context: Context, where: Served) -> Evaluation:
    return evaluate(where.environment.prepared, key, context.subject, context.attributes, now=where.now)


def _item(key: str, found: Evaluation, where: Served) -> dict[str, Any]:
    # Whoever holds these answers compares each with its next one, to tell the application which flags have changed: the
    # revision stands beside them, not in them, and they do not say what time it is.
    if found.is_match:
        return _success(key, found, where)
    return failure_document(_error_code(found), _why(found, where).partition("; now it is ")[0], key)


def _success(key: str, found: Evaluation, where: Served) -> dict[str, Any]:
    return {
        "key": key,
        "value": found.value,
        "reason": reason_of(found),
        "variant": found.variation_key,
        # Numbers, texts and booleans only: providers drop, or choke on, anything else.
        "metadata": {
            "allocation": found.allocation_key,
            "doLog": found.log,
            "environment": where.environment.key,
        },
    }


def _error_code(found: Evaluation) -> str:
    return "GENERAL" if found.code == ASSIGNMENT_ERROR else "FLAG_NOT_FOUND"


def _why(found: Evaluation, where: Served) -> str:
    """Return why nothing is served: the description, the flag that may be meant, or what came nearest to matching."""
    result = Result(found, where)
    nearest = result.trace["nearest"]
    return "; ".join(filter(None, (found.description, result.hint, nearest and f"nearest: {nearest}")))


def _spelled(context: Context) -> bytes:
    """Return one spelling of the context, whatever the order of its members."""
    try:
        return json.dumps([context.subject, context.attributes], sort_keys=True).encode("ascii")
    except RecursionError:
        raise ContextError("INVALID_CONTEXT", "the context is nested too deeply") from None
