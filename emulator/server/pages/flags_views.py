"""``/``: the flags of an environment, or of a sandbox, and the problems of their files."""

from collections.abc import Mapping
from functools import partial

from flask import request

from emulator.pages.flags.listing import HAS, TYPES, Wanted, listing_of
from emulator.pages.flags.troubles import troubles_of
from emulator.pages.sandboxes.changes import moved_by_clock
from emulator.pages.shell import page
from emulator.pages.wording import query_of
from emulator.server.answers import Answer
from emulator.server.pages.answering import page_answer
from emulator.server.pages.shelling import address_about, asked_for, shell_of
from emulator.server.parts import Parts

_STATES = ("on", "off")


def flags_page(parts: Parts) -> Answer:
    asked = asked_for(parts, request.args)
    wanted = _wanted(request.args)
    served = asked.served
    shell = shell_of(parts, "flags", "Flags", asked.scope, partial(address_about, request.path, request.args))
    sandbox = parts.sandboxes.find((asked.scope.get("sdkKey", ""),))
    moved = (moved_by_clock(sandbox.current, parts.clock()) if sandbox else None) or ()
    values = {
        "wanted": wanted,
        "listing": listing_of(parts.workspace.current, served.environment, served.now, wanted, moved),
        "has": HAS,
        "types": TYPES,
        "is_sandbox": sandbox is not None,
        "troubles": troubles_of(parts.workspace.findings),
        "page_href": partial(_page_href, request.args),
    }
    return page_answer(page("flags/page.html", shell, **values))


def _wanted(parameters: Mapping[str, str]) -> Wanted:
    """Return what the address asks for; what it cannot mean is not asked for."""
    state, has, page_text = (parameters.get(name, "") for name in ("state", "has", "page"))
    return Wanted(
        text=parameters.get("q", ""),
        type=parameters.get("type", ""),
        state=state if state in _STATES else "",
        has=has if has in HAS else "",
        changed=bool(parameters.get("changed")),
        page=int(page_text) if page_text.isascii() and page_text.isdigit() and len(page_text) < 9 else 1,
    )


def _page_href(parameters: Mapping[str, str], number: int) -> str:
    return f"/{query_of({**parameters, 'page': number})}"
