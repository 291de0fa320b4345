"""
The command line ``eppo-emulator``: each command parses, makes one call, prints. The words come from ``reporting``.

Only here are environment variables read. Server and watcher are imported by the command that needs them, so that
``check`` stays quick enough for a pre-commit hook.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click
from click.core import ParameterSource

import emulator
from emulator.errors import EmulatorError, FlagFileError
from emulator.reporting.problems import FORMATS, as_text, summary
from emulator.reporting.serving import Start, exposure_note, reload_lines, start_block
from emulator.reporting.starting import starter_text
from emulator.snapshot import EnvironmentSnapshot, Snapshot
from emulator.suggest import nearest
from emulator.ufc.configuration_wire import encode_configuration_wire
from emulator.ufc.timestamps import format_timestamp
from emulator.workspace import Workspace, WorkspaceError, examine, findings_of

DEFAULT_FLAGS = "flags"
DEFAULT_PORT = 8378

if TYPE_CHECKING:
    from emulator.runtime import Emulator

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """Lists commands in the order of their definition, and turns the package's exceptions into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FlagFileError as error:
            _log(as_text(findings_of(error)).rstrip())
            ctx.exit(1)
        except EmulatorError as error:
            _log(f"Error: {error}")
            _suggest_init(error)
            ctx.exit(2)


def _option(name: str, *more: str, **settings: Any) -> Callable[[_Command], _Command]:
    """Return an option with its environment variable, ``EPPO_EMULATOR_<OPTION>``."""
    return click.option(name, *more, envvar=_variable(name), **settings)


def _variable(option: str) -> str:
    return f"EPPO_EMULATOR_{option.lstrip('-').replace('-', '_').upper()}"


_flags_option = _option(
    "--flags",
    "paths",
    multiple=True,
    type=click.Path(),
    metavar="PATH",
    default=(DEFAULT_FLAGS,),
    show_default=True,
    help="Folder of flag files, or one file. May be repeated.",
)
_environment_option = _option("--env", "environment_key", metavar="KEY", help="Environment; the first one by default.")


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each option can be set by a variable: EPPO_EMULATOR_PORT=9000 is --port 9000. "
    "Exit codes: 0 fine, 1 what was checked is not fine, 2 wrong usage or unreadable input.",
)
@click.version_option(emulator.__version__, message="eppo-emulator %(version)s")
def commands() -> None:
    """A local emulator of Eppo: feature flags in YAML files, served live to the real SDKs."""


@commands.command()
@_flags_option
@_option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@_option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@_option("--strict-keys", is_flag=True, help="Refuse SDK keys that no environment lists.")
@_option("--poll", is_flag=True, help="Look for edits by polling: for mounted volumes and network drives.")
@_option("--ufc", type=click.Path(), metavar="FILE", help="Serve a published configuration instead of flag files.")
@_option("--bandits", type=click.Path(), metavar="FILE", help="Bandit models to go with --ufc.")
@_option("--token", help="Bearer token that control routes demand.")
@_option("--allow-host", "allow_hosts", multiple=True, metavar="NAME", help="Another name to answer pages under.")
@_option("--db", "database", hidden=True, help="Where events are kept.")
def serve(paths: Sequence[str], database: str | None, **settings: Any) -> None:
    """Serve the flags, and each edit as soon as it is saved."""
    if settings["bandits"] and not settings["ufc"]:
        raise click.UsageError("--bandits goes with --ufc; bandits of flag files are written in the files")
    if settings["ufc"] and _was_typed("paths"):
        raise click.UsageError("--ufc and --flags exclude each other: one of them says what is served")
    from emulator.runtime import Emulator

    notes = [exposure_note(settings["host"], settings["token"])]
    if database:
        notes.append("--db has no effect in this version: events are counted, not kept")
    running = Emulator(
        list(paths),
        **settings,
        on_event=lambda line: _log(f"{_time_of_day()} {line}"),
        on_reload=lambda outcome: _log(*reload_lines(outcome, _time_of_day())),
    )
    # What watchdog's threads find worth a line is told by the next reload, or of no use to anybody.
    logging.getLogger("watchdog").addHandler(logging.NullHandler())
    _serve_until_stopped(running, _sources(paths, settings), notes)


def _serve_until_stopped(running: "Emulator", sources: Sequence[str], notes: Sequence[str]) -> None:
    try:
        running.start()
        _print(start_block(_start_of(running, sources, notes)))
        running.serve_forever()
    except KeyboardInterrupt:
        running.close()
    over_the_c = "\r" if sys.stderr.isatty() else ""
    _log(f"{over_the_c}{_time_of_day()} stopped")


@commands.command()
@click.argument("paths", nargs=-1, type=click.Path(), envvar=_variable("flags"), metavar="[PATH]...")
@_option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to report.")
@_option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
def check(paths: Sequence[str], form: str, strict: bool) -> None:
    """
    Report every problem of flag files.

    PATH is a folder or a file; the default is flags. Names may be declared in one file and used in another: give the
    whole folder rather than single files of it.
    """
    findings = examine(paths or (DEFAULT_FLAGS,), format_timestamp(_now()))
    _print(FORMATS[form](findings))
    if form == "github":
        _log(summary(findings))
    sys.exit(1 if findings.errors or (strict and findings.warnings) else 0)


_DOCUMENTS: dict[str, Callable[[EnvironmentSnapshot], bytes]] = {
    "ufc": lambda environment: environment.plain.body,
    "obfuscated": lambda environment: environment.obfuscated.body,
    "bandits": lambda environment: environment.bandits.body,
    "wire": lambda environment: encode_configuration_wire(
        environment.plain, environment.bandits if environment.models["bandits"] else None
    ),
}


@commands.command("compile")
@_flags_option
@_environment_option
@_option(
    "--format",
    "form",
    type=click.Choice(list(_DOCUMENTS)),
    default="ufc",
    show_default=True,
    help="What server SDKs get; what client SDKs get; bandit models; or all in one, to start an SDK offline.",
)
@_option("--output", "-o", metavar="FILE", help="Write to FILE instead of the standard output.")
def compile_(paths: Sequence[str], environment_key: str | None, form: str, output: str | None) -> None:
    """Print what SDKs would be served, byte for byte."""
    snapshot = Workspace(paths, clock=_now).current
    document = _DOCUMENTS[form](_environment(snapshot, environment_key))
    if output:
        _write_whole(Path(output), document)
    else:
        # The bytes as they are; only on a terminal, the prompt starts a line of its own.
        click.echo(document, nl=sys.stdout.isatty())


@commands.command()
def schema() -> None:
    """Print the JSON Schema of flag files, for editors."""
    from emulator.workspace.starter import schema_text

    click.echo(schema_text(), nl=False)


@commands.command()
@click.argument("folder", default=DEFAULT_FLAGS, type=click.Path(), metavar="[DIR]")
def init(folder: str) -> None:
    """
    Write commented starter flags.

    DIR is the folder for them; the default is flags. A file that is there already is left alone.
    """
    from emulator.workspace.starter import write_starter

    try:
        starter = write_starter(folder)
    except OSError as error:
        raise EmulatorError(f"cannot write to {folder}: {error.strerror or error}") from None
    _print(starter_text(starter.written, starter.kept, folder, is_default=folder == DEFAULT_FLAGS))
    sys.exit(1 if starter.kept else 0)


@commands.command("sdk-key")
@_flags_option
@_environment_option
@_option("--client", is_flag=True, help="A client token, for browsers and phones.")
@_option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535), help="Where serve listens.")
@_option("--url", metavar="URL", help="Where serve is reached, if not at http://127.0.0.1:PORT.")
def sdk_key(paths: Sequence[str], environment_key: str | None, client: bool, port: int, url: str | None) -> None:
    """
    Print an SDK key for development.

    Any text may be listed as a key in the flag files. This one needs no listing, and tells those SDKs that send
    events by themselves to send them to the emulator.
    """
    from emulator.sdk_keys import mint_key

    environment = _environment(Workspace(paths, clock=_now).current, environment_key)
    try:
        click.echo(mint_key(url or f"http://127.0.0.1:{port}", environment.key, is_client_token=client))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None


def main() -> NoReturn:
    """Run the command line; what ``eppo-emulator`` and ``python -m emulator`` call."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter of somebody's flag key shows its escape, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    commands.main(prog_name="eppo-emulator")
    sys.exit(0)


def _environment(snapshot: Snapshot, key: str | None) -> EnvironmentSnapshot:
    if key is None:
        return snapshot.environments[0]
    if key not in snapshot.by_key:
        hint = nearest(key, snapshot.by_key)
        raise click.BadParameter(f'no environment "{key}"; {hint}', param_hint="--env")
    return snapshot.by_key[key]


def _start_of(running: "Emulator", sources: Sequence[str], notes: Sequence[str]) -> Start:
    workspace = running.workspace
    return Start(
        version=emulator.__version__,
        base_url=running.base_url,
        url=running.url,
        snapshot=workspace.current,
        sources=sources,
        files=len(workspace.files),
        mode=running.watcher_mode,
        notes=notes,
    )


def _sources(paths: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    return [path for path in (settings["ufc"], settings["bandits"]) if path] or list(paths)


def _was_typed(parameter: str) -> bool:
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.COMMANDLINE


def _write_whole(path: Path, content: bytes) -> None:
    """Write *content* to *path* so that whoever reads it meanwhile finds the old file or the new one."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            stream.write(content)
        os.replace(stream.name, path)
    except OSError as error:
        raise EmulatorError(f"cannot write {path}: {error.strerror or error}") from None


def _suggest_init(error: EmulatorError) -> None:
    missing = error.paths[0] if isinstance(error, WorkspaceError) else None
    if missing and not os.path.exists(missing) and not Path(missing).suffix:
        folder = "" if missing == DEFAULT_FLAGS else f" {missing}"
        _log(f"To start with commented examples: eppo-emulator init{folder}")


def _now() -> datetime:
    return datetime.now(UTC)


def _time_of_day() -> str:
    return f"{datetime.now():%H:%M:%S}"


def _print(text: str) -> None:
    click.echo(text, nl=False, color=_colour())


def _log(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True, color=_colour())


def _colour() -> bool | None:
    """Return False where colour is unwanted; None leaves it to whether the stream is a terminal."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
