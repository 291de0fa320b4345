"""``serve``: an emulator that runs until it is stopped, and says what happens meanwhile."""

import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

import emulator
from emulator.cli.collector import keep_collector_away
from emulator.cli.options import DEFAULT_PORT, bandits_option, check_sources, flags_option, option, ufc_option
from emulator.cli.output import log, show, time_of_day
from emulator.reporting.serving import Start, exposure_note, memory_note, reload_lines, start_block

if TYPE_CHECKING:
    from emulator.runtime import Emulator
    from emulator.workspace import Reload

_DATABASE = ".eppo-emulator/inbox.db"


@click.command()
@flags_option
@option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@option("--strict-keys", is_flag=True, help="Refuse SDK keys that no environment lists.")
@option("--poll", is_flag=True, help="Look for edits by polling: for mounted volumes and network drives.")
@ufc_option
@bandits_option
@option("--token", help="Bearer token that control routes demand.")
@option("--allow-host", "allow_hosts", multiple=True, metavar="NAME", help="Another name to answer pages under.")
@option(
    "--db",
    "database",
    metavar="URL",
    show_default=_DATABASE,
    help='Where events are kept: a file of SQLite\'s, "memory", or a URL such as postgresql://user@host/database.',
)
def serve(paths: Sequence[str], database: str | None, **settings: Any) -> None:
    """Serve the flags, and each edit as soon as it is saved."""
    check_sources(settings["ufc"], settings["bandits"])
    from emulator.runtime import Emulator

    hindrance = "" if database else _hindrance()
    notes = [exposure_note(settings["host"], settings["token"]), memory_note(hindrance)]
    running = Emulator(
        list(paths),
        **settings,
        db=database or ("memory" if hindrance else _DATABASE),
        on_event=lambda line: log(f"{time_of_day()} {line}"),
        on_reload=_tell_reload,
    )
    # What watchdog's threads find worth a line is told by the next reload, or of no use to anybody.
    logging.getLogger("watchdog").addHandler(logging.NullHandler())
    if database:
        # Whoever names a place hears at once that it does not work; the usual one is opened when it is needed.
        running.inbox.open()
    else:
        running.inbox.check()
    _serve_until_stopped(running, _sources(paths, settings), notes)


def _serve_until_stopped(running: "Emulator", sources: Sequence[str], notes: Sequence[str]) -> None:
    # A process manager ends the emulator at any moment, also while it starts: that is no failure either.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        running.start()
        keep_collector_away()
        running.serve_forever(on_waiting=lambda: show(start_block(_start_of(running, sources, notes))))
    except KeyboardInterrupt:
        running.close()
    over_the_control_c = "\r" if sys.stderr.isatty() else ""
    log(f"{over_the_control_c}{time_of_day()} stopped")


def _tell_reload(outcome: "Reload") -> None:
    keep_collector_away()
    log(*reload_lines(outcome, time_of_day()))


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
        inbox=running.inbox.place.shown,
        notes=notes,
    )


def _hindrance() -> str:
    """Return why the usual place of events cannot be written; empty where it can."""
    folder = os.path.dirname(_DATABASE)
    if not os.path.lexists(folder):
        return "" if os.access(os.curdir, os.W_OK) else "this folder cannot be written"
    if not os.path.isdir(folder):
        return f"{folder} is no folder"
    needed = (folder, _DATABASE) if os.path.exists(_DATABASE) else (folder,)
    return next((f"{one} cannot be written" for one in needed if not os.access(one, os.W_OK)), "")


def _sources(paths: Sequence[str], settings: Mapping[str, Any]) -> list[str]:
    return [path for path in (settings["ufc"], settings["bandits"]) if path] or list(paths)
