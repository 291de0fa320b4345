"""
The command line ``eppo-emulator``: each command parses, makes one call, prints. The words come from ``reporting``.

Only here are environment variables read. Server and watcher are imported by the command that needs them, so that
``check`` stays quick enough for a pre-commit hook.
"""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn

import click

import emulator
from emulator.cli.evaluating import bandit, eval_
from emulator.cli.events import events
from emulator.cli.files import check, compile_, init, schema, sdk_key
from emulator.cli.landing import simulate, subjects
from emulator.cli.options import DEFAULT_FLAGS
from emulator.cli.output import log
from emulator.cli.serving import serve
from emulator.cli.testing import test
from emulator.errors import EmulatorError, FlagFileError
from emulator.reporting.problems import as_text
from emulator.wording import printable
from emulator.workspace import WorkspaceError, findings_of

_COMMANDS = (serve, check, test, eval_, bandit, subjects, simulate, events, compile_, init, schema, sdk_key)


class _Group(click.Group):
    """Lists commands in the order in which they are needed, and turns the package's exceptions into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FlagFileError as error:
            log(as_text(findings_of(error)).rstrip())
            ctx.exit(1)
        except EmulatorError as error:
            log(f"Error: {error}", *_first_steps(error))
            ctx.exit(2)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each option can be set by a variable: EPPO_EMULATOR_PORT=9000 is --port 9000. "
    "Exit codes: 0 fine, 1 what was checked is not fine, 2 wrong usage or unreadable input.",
)
@click.version_option(emulator.__version__, message="eppo-emulator %(version)s")
def commands() -> None:
    """A local emulator of Eppo: feature flags in YAML files, served live to the real SDKs."""


for _command in _COMMANDS:
    commands.add_command(_command)


def main() -> NoReturn:
    """Run the command line; what ``emulator.__main__`` calls."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter of somebody's flag key shows its escape, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        # Somebody closed it (``>&-``): what would be printed has nowhere to go.
        sys.exit("Error: the standard output is closed")
    try:
        commands.main(prog_name="eppo-emulator")
    except OSError as error:
        # A full disk behind a redirection; files that cannot be read have better messages by now.
        sys.exit(f"Error: cannot write: {error.strerror or error}")


def _first_steps(error: EmulatorError) -> list[str]:
    missing = next(iter(error.paths), "") if isinstance(error, WorkspaceError) else ""
    if not missing or os.path.exists(missing) or Path(missing).suffix:
        return []
    folder = "" if missing == DEFAULT_FLAGS else f" {printable(missing)}"
    return [f"To start with commented examples: eppo-emulator init{folder}"]
