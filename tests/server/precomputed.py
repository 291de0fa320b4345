"""Precomputed documents, asked for and read as a client does."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Any

from tests.server.calling import Call

Document = Mapping[str, Any]

_READERS: Mapping[str, Callable[[str], Any]] = {
    "BOOLEAN": json.loads,
    "INTEGER": int,
    "NUMERIC": float,
    "STRING": str,
    "JSON": json.loads,
}


def precomputed(call: Call, query: str = "apiKey=local-test", **body: Any) -> Document:
    """Return the document for *body*; whatever is not 200 fails."""
    reply = call("POST", f"/assignments?{query}", None, json.dumps(body).encode())
    assert reply.status == 200, reply.text
    document: Document = json.loads(reply.body)
    return document


def decoded(text: str) -> str:
    return b64decode(text, validate=True).decode()


def entry(document: Document, flag: str, member: str = "flags") -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = document[member].get(md5((document["salt"] + flag).encode()).hexdigest())
    return found


def value(document: Document, flag: str, kind: str, default: Any) -> Any:
    """Return what a caller gets who asks for a value of *kind*."""
    found = entry(document, flag)
    if found is None or found["variationType"] != kind:
        return default
    return _READERS[kind](decoded(found["variationValue"]))


def action(document: Document, flag: str) -> str | None:
    found = entry(document, flag, "bandits")
    return None if found is None else decoded(found["action"])
