"""
The routes of the pages, and of the files that they load.

Each view parses, has the values computed, and renders; what is shown is decided in the room ``pages``.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from emulator.inbox import InboxError, MatchError
from emulator.pages.assets import PREFIX, asset_of, digest
from emulator.pages.shell import page
from emulator.queries import QueryError
from emulator.server.answers import Answer, text_answer
from emulator.server.pages import inbox_views, sandbox_views
from emulator.server.pages.answering import asset_answer, page_answer, see_other
from emulator.server.pages.flag_views import flag_page
from emulator.server.pages.flags_views import flags_page
from emulator.server.pages.shelling import shell_of
from emulator.server.pages.signing_in import SIGN_IN, sign_in, sign_in_page
from emulator.server.parts import Parts
from emulator.server.problem_details import STATUS_OF
from emulator.server.responses import as_response

View = Callable[..., Answer]
_PATHS = ("/flags/", "/inbox/", "/sandboxes/")
_EXACT = frozenset({"/", "/inbox", "/sandboxes", SIGN_IN})


def is_page(path: str) -> bool:
    """Return whether *path* is a page, which other origins may not use; the files that pages load are no secret."""
    return path in _EXACT or path.startswith(_PATHS)


def pages_blueprint(parts: Parts) -> Blueprint:
    pages = Blueprint("pages", __name__)
    for number, (method, rule, view) in enumerate(_routes(parts)):
        pages.add_url_rule(
            rule, f"page_{number}", _answering(parts, view), methods=[method], provide_automatic_options=False
        )
    return pages


def _routes(parts: Parts) -> tuple[tuple[str, str, View], ...]:
    return (
        ("GET", "/", lambda: flags_page(parts)),
        ("GET", "/flags/<flag_key:key>", lambda key: flag_page(parts, key)),
        ("GET", "/flags/", lambda: flag_page(parts, request.args.get("key", ""))),
        *inbox_views.routes(parts),
        *sandbox_views.routes(parts),
        *((("GET", rule, _without_slash)) for rule in ("/inbox/", "/inbox/<int:seq>/", "/sandboxes/")),
        ("GET", SIGN_IN, lambda: sign_in_page(request)),
        ("POST", SIGN_IN, lambda: sign_in(request, parts)),
        ("GET", f"{PREFIX}/<version>/<path:name>", _asset),
    )


def _without_slash(**_names: int) -> Answer:
    """Lead somebody on who wrote a slash too much."""
    query = request.query_string.decode("latin-1")
    return see_other(f"{request.path.rstrip('/')}{'?' if query else ''}{query}")


def _asset(version: str, name: str) -> Answer:
    asset = asset_of(name)
    if asset is None:
        return text_answer(404, f"404 Not Found: there is no file {name}")
    return asset_answer(asset, current=version == digest())


def _answering(parts: Parts, view: View) -> Callable[..., Response]:
    def answering(**names: Any) -> Response:
        try:
            return as_response(view(**names))
        except QueryError as error:
            ended = sandbox_views.ended(parts, request.args.get("sdkKey", ""))
            return as_response(ended or _refusal(parts, str(error), STATUS_OF[error.word]))
        except MatchError as error:
            return as_response(_refusal(parts, str(error), 400))
        except InboxError as error:
            return as_response(_refusal(parts, str(error), 503))

    return answering


def _refusal(parts: Parts, sentence: str, status: int) -> Answer:
    shell = shell_of(parts, "", "Not here", {})
    return page_answer(page("refusal.html", shell, sentence=sentence), status=status)
