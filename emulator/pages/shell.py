"""What stands around every page: the ways to the others, the environment, and the state of what is served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.pages.rendering import render


@dataclass(frozen=True, slots=True)
class Choice:
    """
    One environment, or sandbox, that the page may be about.

    *name* is the parameter that asks for it, empty for all of them, *href* the address of the same page about it.
    """

    name: str
    text: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """
    *here* names the page in the navigation: ``flags``, ``inbox`` or ``sandboxes``. *scope* are the parameters that
    each link keeps, the environment or the sandbox that somebody looks at; *base_url* is what SDKs take; *pulse* is
    what the page knows of the server, for its script to tell news by.
    """

    title: str
    here: str
    version: str
    base_url: str
    revision: int
    stale: bool
    errors: int
    choices: tuple[Choice, ...]
    scope: Mapping[str, str]
    pulse: Mapping[str, Any]


def page(template: str, shell: Shell, **values: Any) -> str:
    """Return a whole page: *template* extends ``base.html``."""
    return render(template, {"shell": shell, **values})
