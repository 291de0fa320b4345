"""``/sandboxes`` and ``/sandboxes/{sdkKey}``: all sandboxes, and one of them. To look at one is not to use it."""

from collections.abc import Callable, Mapping

from flask import request

from emulator.pages.sandboxes.detail import detail_of
from emulator.pages.sandboxes.hand import FAULTS, bandit_form, flag_form, found
from emulator.pages.sandboxes.listing import listing
from emulator.pages.shell import page
from emulator.sandboxes.sandbox import Sandbox
from emulator.sdk_keys import read_key
from emulator.server.answers import Answer
from emulator.server.pages.answering import page_answer
from emulator.server.pages.shelling import shell_of
from emulator.server.parts import Parts

Route = tuple[str, str, Callable[..., Answer]]


def routes(parts: Parts) -> tuple[Route, ...]:
    return (
        ("GET", "/sandboxes", lambda: sandboxes_page(parts)),
        ("GET", "/sandboxes/<flag_key:sdk_key>", lambda sdk_key: sandbox_page(parts, sdk_key)),
    )


def sandboxes_page(parts: Parts) -> Answer:
    query, asked = request.args.get("q", ""), request.args.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    values = listing(parts.sandboxes.all(), query, max(number, 1))
    environments = tuple(environment.key for environment in parts.workspace.current.environments)
    return page_answer(
        page(
            "sandboxes/list.html",
            shell_of(parts, "sandboxes", "Sandboxes", _scope(parts)),
            listing=values,
            query=query,
            environments=environments,
            now=parts.clock(),
        )
    )


def sandbox_page(parts: Parts, sdk_key: str) -> Answer:
    sandbox = parts.sandboxes.find((sdk_key,))
    if sandbox is None:
        return _ended(parts, sdk_key)
    parameters = request.args
    now = parts.clock()
    detail = detail_of(sandbox, now, parameters.get("difference"))
    return page_answer(
        page(
            "sandboxes/one.html",
            # Whoever goes on from here wants to see this sandbox's flags and events.
            shell_of(parts, "sandboxes", detail.title, {"sdkKey": sdk_key}),
            sandbox=detail,
            now=now,
            difference=parameters.get("difference", ""),
            **_hand(sandbox, parameters),
        )
    )


def _hand(sandbox: Sandbox, parameters: Mapping[str, str]) -> dict[str, object]:
    """Return the values of what is changed by hand: a flag or bandit that is chosen, and those that are found."""
    flag, bandit = parameters.get("flag", ""), parameters.get("bandit", "")
    return {
        "find": parameters.get("find", ""),
        "found": found(sandbox, parameters.get("find", "")),
        "flag": flag,
        "bandit": bandit,
        "flag_form": flag_form(sandbox, flag) if flag else None,
        "fault_presets": FAULTS,
        "bandit_form": bandit_form(sandbox, bandit) if bandit else None,
    }


def ended(parts: Parts, sdk_key: str) -> Answer | None:
    """Return the page that says so, where *sdk_key* was that of a sandbox, whatever page is asked about it."""
    return _ended(parts, sdk_key) if _was_one(sdk_key) and parts.sandboxes.find((sdk_key,)) is None else None


def _was_one(sdk_key: str) -> bool:
    minted = read_key(sdk_key)
    return minted is not None and minted.sandbox != ""


def _ended(parts: Parts, sdk_key: str) -> Answer:
    was_one = _was_one(sdk_key)
    title = "This sandbox has ended" if was_one else "No such sandbox"
    shell = shell_of(parts, "sandboxes", title, {})
    return page_answer(page("sandboxes/ended.html", shell, sdk_key=sdk_key, was_one=was_one), status=404)


def _scope(parts: Parts) -> dict[str, str]:
    """Return whom the links to other pages are about, as the address says, if that is still there."""
    environment, sdk_key = (request.args.get(name, "") for name in ("environment", "sdkKey"))
    if environment in parts.workspace.current.by_key:
        return {"environment": environment}
    known = sdk_key in parts.workspace.current.by_sdk_key or parts.sandboxes.find((sdk_key,)) is not None
    return {"sdkKey": sdk_key} if known else {}
