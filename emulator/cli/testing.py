"""The command ``test``: runs the ``expect:`` entries of flag files. The evaluator is imported when it is called."""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING

import click

from emulator.cli.options import DEFAULT_FLAGS, environment_named, option, variable
from emulator.cli.output import now, show, write_file
from emulator.errors import FlagFileError
from emulator.snapshot import Snapshot
from emulator.workspace import Workspace

if TYPE_CHECKING:
    from emulator.expectations import Entry
    from emulator.reporting.expectations import Ran, Run


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), envvar=variable("flags"), metavar="[PATH]...")
@option("--env", "environment_key", metavar="KEY", help="Only this environment; all of them by default.")
@option(
    "--junit", type=click.Path(dir_okay=False), metavar="FILE", help="Write JUnit XML to FILE, whole or not at all."
)
@option("--json", "wants_json", is_flag=True, help="Print the results as JSON.")
def test(paths: Sequence[str], environment_key: str | None, junit: str | None, wants_json: bool) -> None:
    """
    Run what flag files expect of their flags.

    Each entry of `expect:` is held against what an SDK would answer, in every environment that it is about. PATH is a
    folder or a file; the default is flags.
    """
    from emulator.reporting.expectations import as_json, as_text
    from emulator.reporting.junit import as_junit, errors_as_junit

    try:
        ran = _run(paths or (DEFAULT_FLAGS,), environment_key)
    except FlagFileError as error:
        if junit:
            write_file(junit, errors_as_junit(error.problems, now()))
        raise
    show(as_json(ran) if wants_json else as_text(ran))
    if junit:
        write_file(junit, as_junit(ran))
    sys.exit(1 if ran.failed else 0)


def _run(paths: Sequence[str], environment_key: str | None) -> "Ran":
    from emulator.expectations import entries_of
    from emulator.reporting.expectations import Ran

    started, began = now(), perf_counter()
    workspace = Workspace(paths, clock=now)
    snapshot = workspace.current
    chosen = snapshot.environments if environment_key is None else (environment_named(snapshot, environment_key),)
    keys = {environment.key for environment in chosen}
    entries = entries_of(snapshot)
    runs = list(_runs(snapshot, entries, keys, started))
    skipped = [entry for entry in entries if not entry.environments]
    return Ran(runs, skipped, len(workspace.files), started, perf_counter() - began, environment_key)


def _runs(snapshot: Snapshot, entries: "Sequence[Entry]", keys: set[str], moment: datetime) -> "Iterator[Run]":
    from emulator.expectations import run_entry
    from emulator.reporting.expectations import Run

    for entry in entries:
        for key in entry.environments:
            if key in keys:
                began = perf_counter()
                result = run_entry(snapshot, entry, key, now=moment)
                yield Run(result, perf_counter() - began)
