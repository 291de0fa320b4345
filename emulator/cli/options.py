"""Options that several commands share, each with its environment variable, and what they name."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from emulator.snapshot import EnvironmentSnapshot, Snapshot
from emulator.suggest import nearest

DEFAULT_FLAGS = "flags"
DEFAULT_PORT = 8378

_Command = TypeVar("_Command", bound=Callable[..., Any])


def option(name: str, *more: str, **settings: Any) -> Callable[[_Command], _Command]:
    """Return an option that the variable ``EPPO_EMULATOR_<OPTION>`` sets too."""
    return click.option(name, *more, envvar=variable(name), **settings)


def variable(name: str) -> str:
    """Return the environment variable of an option: ``EPPO_EMULATOR_STRICT_KEYS`` for ``--strict-keys``."""
    return f"EPPO_EMULATOR_{name.lstrip('-').replace('-', '_').upper()}"


def environment_named(snapshot: Snapshot, key: str) -> EnvironmentSnapshot:
    """
    Return the environment that ``--env`` names.

    Raises:
        click.BadParameter: there is none.
    """
    if key not in snapshot.by_key:
        hint = nearest(key, snapshot.by_key)
        raise click.BadParameter(f'no environment "{key}"; {hint}', param_hint="--env")
    return snapshot.by_key[key]


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
ufc_option = option("--ufc", type=click.Path(), metavar="FILE", help="A published configuration instead of flag files.")
bandits_option = option("--bandits", type=click.Path(), metavar="FILE", help="Bandit models to go with --ufc.")
environment_option = option("--env", "environment_key", metavar="KEY", help="Environment; the first one by default.")


def check_sources(ufc: str | None, bandits: str | None) -> None:
    """
    Raise if the options of the command that runs do not say clearly where flags come from.

    A ``--flags`` that was typed contradicts ``--ufc``; one that a variable sets gives way.
    """
    typed = click.get_current_context().get_parameter_source("paths") is ParameterSource.COMMANDLINE
    if bandits and not ufc:
        raise click.UsageError("--bandits goes with --ufc; bandits of flag files are written in the files")
    if ufc and typed:
        raise click.UsageError("--ufc and --flags exclude each other: one of them says what is served")
