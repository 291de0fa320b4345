"""The commands that work on flag files and start nothing: check, compile, schema, init, sdk-key."""

import sys
from collections.abc import Callable, Mapping, Sequence

import click

from emulator.cli.options import (
    DEFAULT_FLAGS,
    DEFAULT_PORT,
    environment_named,
    environment_option,
    flags_option,
    option,
    variable,
)
from emulator.cli.output import log, now, show, write_file
from emulator.errors import EmulatorError
from emulator.reporting.problems import FORMATS, summary
from emulator.reporting.starting import starter_text
from emulator.snapshot import EnvironmentSnapshot
from emulator.ufc.configuration_wire import encode_configuration_wire
from emulator.ufc.timestamps import format_timestamp
from emulator.workspace import Workspace, examine

_DOCUMENTS: Mapping[str, Callable[[EnvironmentSnapshot], bytes]] = {
    "ufc": lambda environment: environment.plain.body,
    "obfuscated": lambda environment: environment.obfuscated.body,
    "bandits": lambda environment: environment.bandits.body,
    "wire": lambda environment: encode_configuration_wire(
        environment.plain, environment.bandits if environment.models["bandits"] else None
    ),
}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), envvar=variable("flags"), metavar="[PATH]...")
@option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How to report.")
@option("--strict", is_flag=True, help="Exit with 1 for warnings too.")
def check(paths: Sequence[str], form: str, strict: bool) -> None:
    """
    Report every problem of flag files.

    PATH is a folder or a file; the default is flags. Names may be declared in one file and used in another: give the
    whole folder rather than single files of it.
    """
    findings = examine(paths or (DEFAULT_FLAGS,), format_timestamp(now()))
    show(FORMATS[form](findings))
    if form == "github":
        log(summary(findings))
    sys.exit(1 if findings.errors or (strict and findings.warnings) else 0)


@click.command("compile")
@flags_option
@environment_option
@option(
    "--format",
    "form",
    type=click.Choice(list(_DOCUMENTS)),
    default="ufc",
    show_default=True,
    help="What server SDKs get; what client SDKs get; bandit models; or all in one, to start an SDK offline.",
)
@option("--output", "-o", type=click.Path(dir_okay=False), metavar="FILE", help="Write to FILE, whole or not at all.")
def compile_(paths: Sequence[str], environment_key: str | None, form: str, output: str | None) -> None:
    """Print what SDKs would be served, byte for byte."""
    document = _DOCUMENTS[form](_environment(paths, environment_key))
    if output:
        write_file(output, document)
    else:
        # The bytes as they are; only on a terminal, the prompt starts a line of its own.
        click.echo(document, nl=sys.stdout.isatty())


@click.command()
def schema() -> None:
    """Print the JSON Schema of flag files, for editors."""
    from emulator.workspace.starter import schema_text

    click.echo(schema_text(), nl=False)


@click.command()
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
    show(starter_text(starter.written, starter.kept, folder, is_default=folder == DEFAULT_FLAGS))
    sys.exit(1 if starter.kept else 0)


@click.command("sdk-key")
@flags_option
@environment_option
@option("--client", is_flag=True, help="A client token, for browsers and phones.")
@option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65535), help="Where serve listens.")
@option("--url", metavar="URL", help="Where serve is reached, if not at http://127.0.0.1:PORT.")
def sdk_key(paths: Sequence[str], environment_key: str | None, client: bool, port: int, url: str | None) -> None:
    """
    Print an SDK key for development.

    Any text may be listed as a key in the flag files. This one needs no listing, and tells those SDKs that send
    events by themselves to send them to the emulator.
    """
    from emulator.sdk_keys import mint_key

    environment = _environment(paths, environment_key)
    try:
        click.echo(mint_key(url or f"http://127.0.0.1:{port}", environment.key, is_client_token=client))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from None


def _environment(paths: Sequence[str], key: str | None) -> EnvironmentSnapshot:
    snapshot = Workspace(paths, clock=now).current
    return snapshot.environments[0] if key is None else environment_named(snapshot, key)
