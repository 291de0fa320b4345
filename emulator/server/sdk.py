"""
What SDKs call: the configuration and the bandit models, from a request to the bytes. Pure.

:func:`select` decides which document a request gets and :func:`deliver` answers with it; between the two a caller may
wait for a document that is slow to make. The front and the Flask views both go this way, so they answer alike.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, unquote_plus

from emulator.sandboxes import Peer, Sandboxes, Visit
from emulator.server.answers import ANY_ORIGIN, NO_CACHE, Answer, length_of, method_not_allowed, text_answer
from emulator.server.negotiation import accepts_gzip, etag_matches, preflight
from emulator.snapshot import Snapshot
from emulator.snapshot.keys import Selection, refusal, select_environment
from emulator.ufc.encode import Document

if TYPE_CHECKING:
    from emulator.sandboxes.sandbox import Sandbox

DocumentName = Literal["config", "bandits"]

READ_METHODS = "GET, HEAD, OPTIONS"
RELEVANT_HEADERS = frozenset(
    {
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-private-network",
        "authorization",
        "content-encoding",
        "if-none-match",
        "x-eppo-token",
    }
)
# The Vercel Edge SDK calls itself js-client-sdk. android-debug and dotnet-client read plain only (protocol.md §5).
OBFUSCATED_SDKS = frozenset({"js-client-sdk", "react-native-sdk", "android", "ios"})

_DOCUMENT = re.compile(r"/(?:.*/)?flag-config/v1/(config|bandits)")
_SLASHES = re.compile(r"//+")
_OWN_PREFIXES = ("/emulator/", "/ofrep/")
_HEALTHY = text_answer(200, "OK", end="")


@dataclass(frozen=True, slots=True)
class Request:
    """
    The parts of a request that matter: decoded *path*, raw *query*, and :data:`RELEVANT_HEADERS` in lower case.

    *peer* is the address of the client.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    peer: Peer | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    Which document of which environment to serve, and in which form.

    *sandbox* is the one whose key was sent, and *revision* the number of what it serves.
    """

    selection: Selection
    document: DocumentName
    obfuscated: bool
    sandbox: "Sandbox | None" = None
    revision: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether the bytes exist; making obfuscated ones takes most of a second for ten thousand flags."""
        if self.obfuscated:
            return "obfuscated" in vars(self.selection.environment)
        return self.encoded().is_ready

    def encoded(self) -> Document:
        """Return the document; blocks while an obfuscated one is made."""
        environment = self.selection.environment
        if self.document == "bandits":
            return environment.bandits
        return environment.obfuscated if self.obfuscated else environment.plain

    def make(self) -> None:
        """Have the bytes made; blocks for as long as it takes."""
        _ = self.encoded().gzipped


def collapsed(path: str) -> str:
    """
    Return *path* with repeated slashes made one.

    SDKs join a base URL with a trailing slash to their path (protocol.md Q1). The emulator's own routes are left as
    they are: a flag's key may hold two slashes.
    """
    return path if path.startswith(_OWN_PREFIXES) else _SLASHES.sub("/", path)


def document_of(path: str) -> DocumentName | None:
    """Return the document that *path* asks for under any prefix, or None for every other path."""
    if path.startswith(_OWN_PREFIXES):
        return None
    found = _DOCUMENT.fullmatch(collapsed(path))
    return ("bandits" if found[1] == "bandits" else "config") if found else None


def select(
    request: Request, snapshot: Snapshot, sandboxes: Sandboxes, *, strict_keys: bool
) -> Delivery | Answer | None:
    """
    Return what to deliver, or the answer when there is nothing to choose; None when this is no path of ours.

    Bodies come with ``HEAD`` as with ``GET``: the server that carries an answer leaves them out (W13).
    """
    document = document_of(request.path)
    if document is None and collapsed(request.path) != "/health":
        return None
    if request.method == "OPTIONS":
        return preflight(request.headers)
    if request.method not in ("GET", "HEAD"):
        return method_not_allowed(request.method, READ_METHODS)
    return _choose(document, request.query, snapshot, sandboxes, strict_keys) if document else _HEALTHY


def deliver(request: Request, delivery: Delivery) -> Answer:
    """Return the document, or 304 when the client says that it has it (W7 to W11)."""
    encoded = delivery.encoded()
    shared = (
        (b"ETag", encoded.etag.encode("ascii")),
        NO_CACHE,
        (b"Vary", b"Accept-Encoding"),
        ANY_ORIGIN,
    )
    held = request.headers.get("if-none-match")
    if held is not None and etag_matches(held, encoded.etag):
        return Answer(304, shared)
    content_type = (b"Content-Type", b"application/json; charset=utf-8")
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        gzipped = encoded.gzipped
        headers = (content_type, length_of(gzipped), (b"Content-Encoding", b"gzip"), *shared)
        return Answer(200, headers, gzipped)
    return Answer(200, (content_type, length_of(encoded.body), *shared), encoded.body)


def note(request: Request, delivery: Delivery) -> None:
    """Have the sandbox write down who was sent what."""
    if delivery.sandbox is not None and request.peer is not None:
        _, sdk_name, sdk_version = read_query(request.query)
        delivery.sandbox.visited(Visit(request.peer, sdk_name, sdk_version, delivery.document), delivery.revision)


def _choose(
    document: DocumentName, query: str, snapshot: Snapshot, sandboxes: Sandboxes, strict_keys: bool
) -> Delivery | Answer:
    spellings, sdk_name, _ = read_query(query)
    sandbox = sandboxes.find(spellings)
    if sandbox is not None:
        current = sandbox.current
        obfuscated = document == "config" and sdk_name in OBFUSCATED_SDKS
        return Delivery(Selection(current.environment), document, obfuscated, sandbox, current.number)
    if strict_keys and not spellings:
        return text_answer(400, "400 Bad Request: the query parameter apiKey is missing or empty")
    selection = select_environment(snapshot, spellings)
    if selection.is_of_a_sandbox:
        return text_answer(404, f"404 Not Found: {refusal(selection, snapshot)}")
    if strict_keys and selection.unknown_key:
        return text_answer(401, f"401 Unauthorized: {refusal(selection, snapshot)}")
    obfuscated = document == "config" and (selection.is_client_token or sdk_name in OBFUSCATED_SDKS)
    return Delivery(selection, document, obfuscated)


@lru_cache(maxsize=1024)
def read_query(query: str) -> tuple[Sequence[str], str, str]:
    """
    Return every key that ``apiKey`` may mean, likeliest first, and ``sdkName`` and ``sdkVersion`` (empty when missing).

    Android's precomputed client sends the key as it is, others encode it (protocol.md §2): a ``+`` may be itself or a
    space, and a ``%`` may be a letter of the key. The first of repeated parameters counts.
    """
    values: dict[str, str] = {}
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        values.setdefault(name, value)
    raw = values.get("apiKey", "")
    spellings = tuple(dict.fromkeys((unquote(raw), unquote_plus(raw), raw))) if raw else ()
    return spellings, unquote_plus(values.get("sdkName", "")), unquote_plus(values.get("sdkVersion", ""))
