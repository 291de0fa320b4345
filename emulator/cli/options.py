"""Options that several commands share, each with its environment variable."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

DEFAULT_FLAGS = "flags"
DEFAULT_PORT = 8378

_Command = TypeVar("_Command", bound=Callable[..., Any])


def option(name: str, *more: str, **settings: Any) -> Callable[[_Command], _Command]:
    """Return an option that the variable ``EPPO_EMULATOR_<OPTION>`` sets too."""
    return click.option(name, *more, envvar=variable(name), **settings)


def variable(name: str) -> str:
    """Return the environment variable of an option: ``EPPO_EMULATOR_STRICT_KEYS`` for ``--strict-keys``."""
    return f"EPPO_EMULATOR_{name.lstrip('-').replace('-', '_').upper()}"


flags_option = option(
    "--flags",
    "paths",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    default=(DEFAULT_FLAGS,),
    show_default=True,
    help="Folder of flag files, or one file. May be repeated.",
)
environment_option = option("--env", "environment_key", metavar="KEY", help="Environment; the first one by default.")
