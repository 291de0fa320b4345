"""What request headers ask for: a compressed body, a conditional answer, a cross-origin permission. Pure."""

import re
from collections.abc import Mapping

from emulator.server.answers import ANY_ORIGIN, Answer, Header

METHODS = b"GET, HEAD, POST, OPTIONS"
_REQUEST_HEADERS = b"content-type, x-eppo-token, if-none-match, authorization, x-api-key"
_HEADER_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,1000}")
_ENTITY_TAG = re.compile(r'(?:W/)?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^",\s][^",]*))')
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:;\s*q=(?P<weight>[0-9.]+)\s*)?(?=,|$)", re.IGNORECASE)


def accepts_gzip(accept_encoding: str) -> bool:
    """
    Return whether the client names gzip with a weight above zero.

    ``*`` alone is not taken as an offer: identity is always acceptable to those who send it, and SDKs of the Rust
    family, which cannot decompress, must never be guessed at (protocol.md Q5).
    """
    offer = _GZIP.search(accept_encoding)
    return offer is not None and (offer["weight"] is None or offer["weight"].strip("0.") != "")


def etag_matches(if_none_match: str, etag: str) -> bool:
    """
    Return whether *if_none_match* names the quoted *etag*.

    Accepted as .NET, PHP and proxies send it: quoted, without quotes, weakened by ``W/``, with a ``-gzip`` suffix, in
    a list, or ``*`` (protocol.md Q7, W9).
    """
    if if_none_match == etag or if_none_match.strip() == "*":
        return True
    wanted = etag.strip('"')
    tags = (found["quoted"] or (found["bare"] or "").strip() for found in _ENTITY_TAG.finditer(if_none_match))
    return any(tag.removesuffix("-gzip") == wanted for tag in tags)


def preflight(headers: Mapping[str, str]) -> Answer:
    """
    Return the answer to ``OPTIONS``: any origin, without credentials.

    *headers* are the request's, names in lower case. Chrome asks separately before a public site may call a private
    address (protocol.md Q19).
    """
    asked = headers.get("access-control-request-headers", "")
    allowed = asked.encode("ascii") if _HEADER_NAMES.fullmatch(asked) else _REQUEST_HEADERS
    answer: list[Header] = [
        ANY_ORIGIN,
        (b"Access-Control-Allow-Methods", METHODS),
        (b"Access-Control-Allow-Headers", allowed),
        (b"Access-Control-Max-Age", b"86400"),
    ]
    if headers.get("access-control-request-private-network", "").lower() == "true":
        answer.append((b"Access-Control-Allow-Private-Network", b"true"))
    return Answer(204, tuple(answer))
