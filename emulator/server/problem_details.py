"""Errors of the control API: ``application/problem+json`` with a stable ``type`` word. Never on SDK routes. Pure."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from emulator.server.answers import Answer, Header, length_of
from emulator.ufc.encode import canonical

# The words are a contract; the sentence in "detail" is for people and may change.
STATUS_OF: dict[str, int] = {
    "bad-parameters": 400,
    "unauthorized": 401,
    "foreign-host": 403,
    "foreign-origin": 403,
    "not-found": 404,
    "unknown-environment": 404,
    "unknown-event": 404,
    "unknown-flag": 404,
    "unknown-sandbox": 404,
    "unknown-sdk-key": 404,
    "method-not-allowed": 405,
    "not-in-step": 408,
    "not-arrived": 408,
    "no-subject": 409,
    "answer-too-large": 413,
    "body-too-large": 413,
    "bad-change": 422,
    "broken-flag": 422,
    "unknown-action": 422,
    "unknown-allocation": 422,
    "unknown-bandit": 422,
    "unknown-mode": 422,
    "unknown-variation": 422,
    "internal-error": 500,
    "closing": 503,
    "inbox-unavailable": 503,
}


def problem_answer(
    type_: str, detail: str, *headers: Header, status: int | None = None, more: Mapping[str, Any] | None = None
) -> Answer:
    """
    Return the problem of that *type_*, one of :data:`STATUS_OF`.

    *status* is for the few that another status suits better, *more* are members beside the usual ones.
    """
    document = {**problem_document(type_, detail, status), **(more or {})}
    return control_answer(
        canonical(document), *headers, status=document["status"], content_type=b"application/problem+json"
    )


def problem_document(type_: str, detail: str, status: int | None = None) -> dict[str, Any]:
    """
    Return the problem as a part of another answer.

    Source: RFC 9457.
    """
    status = status or STATUS_OF[type_]
    return {"type": type_, "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def control_answer(
    body: bytes, *headers: Header, status: int = 200, content_type: bytes = b"application/json; charset=utf-8"
) -> Answer:
    """Return JSON *body* for the emulator's own pages and tools: no other origin may read it."""
    fixed = ((b"Content-Type", content_type), length_of(body), (b"Cache-Control", b"no-store"))
    return Answer(status, (*fixed, (b"X-Content-Type-Options", b"nosniff"), *headers), body)
