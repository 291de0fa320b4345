"""The shell of a page, from a request and the parts: which environment or sandbox it is about, and how things stand."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask import request

import emulator
from emulator.pages.shell import Choice, Shell
from emulator.pages.wording import path_of, query_of
from emulator.queries import Served
from emulator.queries.scope import scope_of
from emulator.server.pages.pulse import pulse_of
from emulator.server.parts import Parts
from emulator.server.scopes import resolver_of

SCOPE = ("environment", "sdkKey")
# How many sandboxes are offered; the page of all sandboxes has the others.
_SANDBOXES = 20
# The address of a page about the environment, or the sandbox, that the parameter (name, value) asks for.
Address = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """
    Whom a page is about.

    *scope* are the parameters that say so; *served* is what they are served, and the time for them.
    """

    scope: Mapping[str, str]
    served: Served


def asked_for(parts: Parts, parameters: Mapping[str, str]) -> Asked:
    """
    Return whom ``environment`` or ``sdkKey`` in *parameters* names; the first environment without either.

    Raises:
        QueryError: there is no such environment or key, or both are named.
    """
    scope = {name: parameters[name] for name in SCOPE if parameters.get(name)}
    return Asked(scope, resolver_of(parts)(scope_of(scope)))


def shell_of(
    parts: Parts, here: str, title: str, scope: Mapping[str, str], address: Address | None = None, everything: str = ""
) -> Shell:
    """
    Return the shell of the page *title*, which is *here* in the navigation.

    *address* is its own, for those that can be about another environment; *everything* are the words for all of them,
    where that is what a page without a scope is about.
    """
    snapshot = parts.workspace.current
    choices = tuple(_choices(parts, scope, address)) if address else ()
    if address and everything:
        whole = Choice("", everything, address("", ""), chosen=not scope)
        choices = (whole, *(choices if scope else (replace(one, chosen=False) for one in choices)))
    return Shell(
        title=title,
        here=here,
        version=emulator.__version__,
        base_url=f"{request.host_url.rstrip('/')}/api",
        revision=snapshot.revision,
        stale=parts.workspace.stale,
        errors=sum(problem.severity == "error" for problem in parts.workspace.problems),
        choices=choices,
        scope=scope,
        pulse=pulse_of(parts),
    )


def address_about(path: str, parameters: Mapping[str, str], name: str, value: str) -> str:
    """Return the address of the page at *path* about another environment or sandbox; the other *parameters* stay."""
    others = {one: text for one, text in parameters.items() if one not in SCOPE}
    return f"{path_of(path)}{query_of({**others, name: value})}"


def _choices(parts: Parts, scope: Mapping[str, str], address: Address) -> Iterator[Choice]:
    environments = parts.workspace.current.environments
    sandboxes = parts.sandboxes.all()
    key = scope.get("sdkKey", "")
    # A key of an environment is that environment, and an unknown one the first.
    known = parts.workspace.current.by_sdk_key.get(key)
    here = known[0].key if known else scope.get("environment", environments[0].key)
    is_sandbox = any(one.sdk_key == key for one in sandboxes)
    for environment in environments:
        chosen = not is_sandbox and environment.key == here
        yield Choice("environment", environment.name, address("environment", environment.key), chosen)
    # The newest ones, and the one that the page is about.
    older = tuple(one for one in sandboxes[:-_SANDBOXES] if one.sdk_key == key)
    for sandbox in (*older, *sandboxes[-_SANDBOXES:]):
        text = sandbox.identity.name or sandbox.sdk_key
        yield Choice("sdkKey", text, address("sdkKey", sandbox.sdk_key), sandbox.sdk_key == key)
