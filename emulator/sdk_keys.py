"""
Development keys: SDK keys that carry this emulator's address and the environment they are for.

Pure. Whatever an SDK does with a key's payload must not break it, so a minted key is shaped for the strictest reader of
each kind. Which environment a key selects is decided by the server; nothing here knows environments.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from urllib.parse import parse_qs, quote

# Three bytes of payload become four characters: only a multiple of three needs no padding, which iOS and Dart
# demand and Rust forbids.
_GROUP_BYTES = 3
_FILLER = "&x="
_SERVER_URL = re.compile(r"https?://[^/?#\s]+(?:/[^?#\s]*)?")


@dataclass(frozen=True, slots=True)
class DevelopmentKey:
    """
    What a minted key says: where its server was, and which environment and kind of key it stands for.

    *sandbox* names the sandbox whose own key it is; empty for a key of a whole environment.
    """

    server_url: str
    environment: str
    is_client_token: bool
    sandbox: str = ""


def mint_key(server_url: str, environment: str, *, is_client_token: bool = False, sandbox: str = "") -> str:
    """
    Return the development key for *environment*, or for one *sandbox* of it; equal arguments give equal keys.

    The payload's ``eh`` sends the JavaScript and Ruby event dispatchers to *server_url*; ``ee``, ``ek`` and ``es`` are
    read back by :func:`read_key`. The key has exactly one dot and only letters and digits after it, so that every
    base64 dialect reads it and it needs no URL encoding.

    Raises:
        ValueError: *server_url* is not an http or https URL, or *environment* is empty.

    Source: js-sdk-common ``sdk-token-decoder.ts``, eppo_core ``sdk_key.rs``, eppo-ios-sdk ``SDKKey.swift``.
    """
    if not _SERVER_URL.fullmatch(server_url):
        raise ValueError(f'"{server_url}" is not a server URL; expected something like http://127.0.0.1:8378')
    if not environment:
        raise ValueError("a development key needs the key of an environment")
    kind = "client" if is_client_token else "server"
    own = f"&es={_quoted(sandbox)}" if sandbox else ""
    payload = f"eh={_quoted(server_url.rstrip('/'))}&ee={_quoted(environment)}&ek={kind}{own}"
    return f"emulator-{kind}.{b64encode(_padded(payload).encode('ascii')).decode('ascii')}"


def read_key(sdk_key: str) -> DevelopmentKey | None:
    """Return what a minted key says, or None for every other key, however it is made."""
    opaque, _, encoded = sdk_key.partition(".")
    if not opaque or not encoded or "." in encoded:
        return None
    values = parse_qs(_decoded(encoded))
    server_url, environment, kind = (values.get(name, [""])[0] for name in ("eh", "ee", "ek"))
    if not (server_url and environment) or kind not in ("server", "client"):
        return None
    return DevelopmentKey(server_url, environment, kind == "client", values.get("es", [""])[0])


def _quoted(text: str) -> str:
    # In ASCII text only ">", "?", "~" and DEL can put "+" or "/" into base64; quote() leaves the tilde alone.
    return quote(text, safe=":/").replace("~", "%7E")


def _padded(payload: str) -> str:
    missing = -len(payload) % _GROUP_BYTES
    return f"{payload}{_FILLER}{'0' * missing}" if missing else payload


def _decoded(encoded: str) -> str:
    standard = encoded.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode("ascii")
    except (Base64Error, ValueError):
        return ""
