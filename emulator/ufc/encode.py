"""
Canonical bytes: one document, one spelling, one ETag.

Bytes are joined from one fragment per flag, so that an edit of one flag in ten thousand encodes one flag.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

# Level 6 on 85 KB costs about 2 ms; on the megabytes of a very large file the fast level keeps a reload quick.
_LARGE_BYTES = 500_000


class Document(Protocol):
    """What is served: *body*, its gzip form, and the quoted strong ETag that both share."""

    @property
    def body(self) -> bytes: ...

    @property
    def gzipped(self) -> bytes: ...

    @property
    def etag(self) -> str: ...

    @property
    def is_ready(self) -> bool:
        """Whether the bytes are there already."""
        ...


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document whose bytes are there."""

    body: bytes
    gzipped: bytes
    etag: str

    @property
    def is_ready(self) -> bool:
        return True


class Deferred:
    """A document that *make* makes when its bytes are first asked for: most sandboxes' are never sent."""

    def __init__(self, make: Callable[[], tuple[bytes, str]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> tuple[bytes, str]:
        return self._make()

    @property
    def body(self) -> bytes:
        return self._made[0]

    @property
    def etag(self) -> str:
        return self._made[1]

    @cached_property
    def gzipped(self) -> bytes:
        # It is sent once or twice before the next change.
        return gzip.compress(self.body, 1, mtime=0)

    @property
    def is_ready(self) -> bool:
        return "gzipped" in vars(self)


def canonical(value: Any) -> bytes:
    """
    Return *value* as compact UTF-8 JSON in member order; floats keep a fraction or an exponent, integers have none.

    A lone surrogate, which UTF-8 cannot carry, is written as its ``\\u`` escape.

    Raises:
        ValueError: *value* holds a number that JSON cannot write (NaN, infinity).
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def member(key: str, value: Any) -> bytes:
    """Return ``"key":value`` as canonical bytes: a fragment for :func:`join_object`."""
    return canonical(key) + b":" + canonical(value)


def join_object(members: Iterable[bytes]) -> bytes:
    """Return the object made of fragments from :func:`member`."""
    return b"{" + b",".join(members) + b"}"


def encode(stamp: tuple[str, str], content: bytes, etag: str) -> Encoded:
    """
    Return the document ``{"<stamp name>":"<stamp>",<content>}``; *content* is the comma-joined members after the stamp.

    *etag* is that of the content alone: a document published again, or by another process, keeps its ETag whenever it
    says the same.
    """
    name, moment = stamp
    return encoded(b"{" + member(name, moment) + b"," + content + b"}", etag)


def encoded(body: bytes, etag: str) -> Encoded:
    """Return *body* with its gzip form; equal bodies give equal gzip bytes."""
    level = 6 if len(body) < _LARGE_BYTES else 1
    return Encoded(body, gzip.compress(body, level, mtime=0), etag)


def etag_of(content: bytes, form: str) -> str:
    """Return the quoted ETag for *content* in *form* (``plain``, ``obfuscated`` or ``bandits``)."""
    return f'"{hashlib.sha256(form.encode() + b" " + content).hexdigest()[:32]}"'
