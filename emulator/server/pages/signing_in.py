"""
Signing in, where ``--token`` demands it: a browser gets a cookie for the token, which control routes take as well.

The cookie goes with requests of our own pages only (SameSite), and no script can read it.
"""

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Request as FlaskRequest

from emulator.pages.rendering import render
from emulator.server.answers import Answer
from emulator.server.guard import is_same, pass_of
from emulator.server.pages.answering import page_answer, see_other
from emulator.server.parts import Parts

SIGN_IN = "/sign-in"
_COOKIE = "eppo-emulator"


def given_pass(request: FlaskRequest) -> str:
    """Return what the browser keeps since somebody signed in; empty for nothing."""
    return request.cookies.get(_cookie_of(request), "")


def way_to_sign_in(target: str) -> Answer:
    """Return the way to the page where one signs in, and from there to *target*."""
    return see_other(f"{SIGN_IN}?next={quote(target, safe='')}")


def sign_in_page(request: FlaskRequest) -> Answer:
    return _page(_next(request.args), "")


def sign_in(request: FlaskRequest, parts: Parts) -> Answer:
    """Answer the form: the way on, with the cookie, or the form again with what was wrong."""
    expected, target = parts.settings.token, _next(request.form)
    if expected is None:
        return see_other(target)
    if not is_same(request.form.get("token", "").strip(), expected):
        return _page(target, "This is not the token that the emulator was started with.", status=401)
    cookie = f"{_cookie_of(request)}={pass_of(expected)}; Path=/; HttpOnly; SameSite=Strict"
    return see_other(target, (b"Set-Cookie", cookie.encode("ascii")))


def _page(target: str, error: str, status: int = 200) -> Answer:
    return page_answer(render("sign-in.html", {"next": target, "error": error}), status=status)


def _next(members: Any) -> str:
    """Return where somebody wanted to go: a path here, never another server."""
    target = str(members.get("next", "/"))
    parts = urlsplit(target)
    inside = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return quote(target, safe="/?&=%:+,;@!$'()*~-._") if inside else "/"


def _cookie_of(request: FlaskRequest) -> str:
    """Return the cookie's name: one for each port, for cookies know none."""
    port = request.host.rpartition(":")[2]
    return f"{_COOKIE}-{port}" if port.isdigit() else _COOKIE
