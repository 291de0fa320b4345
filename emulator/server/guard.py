"""
Who may use the control API and the pages. Pure.

Any web page can reach a server on localhost. The ``Host`` check defeats DNS rebinding (a foreign name that resolves to
127.0.0.1), the ``Origin`` check defeats requests that a page of another origin sends blindly.
"""

import hmac
import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from emulator.server.answers import Answer
from emulator.server.parts import Settings
from emulator.server.problem_details import problem_answer
from emulator.wording import printable

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\[\]:@/?#\s]+)(?::\d*)?")


def objection(host: str, origin: str | None, settings: Settings) -> Answer | None:
    """
    Return why a request with these ``Host`` and ``Origin`` headers is refused, or None when it is welcome.

    Loopback names and those of ``--allow-host`` are welcome, with any port; an origin must be the server's own.
    """
    if not _is_welcome(host, settings):
        detail = f'the Host "{printable(host)}" is no loopback name; to allow it start with --allow-host {_name(host)}'
        return problem_answer("foreign-host", detail.rstrip())
    if origin is not None and not _same_origin(origin, host):
        detail = f'the Origin "{printable(origin)}" is not this server; pages of other origins may call SDK routes only'
        return problem_answer("foreign-origin", detail)
    return None


def token_objection(authorization: str, pass_: str, settings: Settings) -> Answer | None:
    """
    Return the 401 for a request without the bearer token that ``--token`` demands.

    *pass_* is what a browser got for the token when somebody signed in; see :func:`pass_of`.
    """
    scheme, _, token = authorization.partition(" ")
    expected = settings.token
    if expected is None:
        return None
    given = token.strip() if scheme.lower() == "bearer" else ""
    if is_same(given, expected) or is_same(pass_, pass_of(expected)):
        return None
    detail = "this emulator was started with --token; send it as Authorization: Bearer <token>"
    return problem_answer("unauthorized", detail, (b"WWW-Authenticate", b"Bearer"))


def pass_of(token: str) -> str:
    """
    Return what a browser keeps in the place of *token*, and scripts on pages never see.

    Cookies know no ports: whatever else runs on this machine's loopback interface is sent it, too, so it is not the
    token itself.
    """
    return hmac.new(token.encode("utf-8", "replace"), b"eppo-emulator pages", "sha256").hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def _is_welcome(host: str, settings: Settings) -> bool:
    name = _name(host)
    return bool(name) and (_is_loopback(name) or name in {_name(allowed) for allowed in settings.allow_hosts})


def _name(host: str) -> str:
    """Return the name of ``name:port`` in lower case, an IPv6 address without its brackets; empty if it is neither."""
    bare_address = host.count(":") > 1 and not host.startswith("[")
    found = _HOST.fullmatch(f"[{host}]" if bare_address else host)
    return found["name"].strip("[]").rstrip(".").lower() if found else ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def _same_origin(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
