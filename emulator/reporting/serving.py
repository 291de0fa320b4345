"""What ``serve`` tells the person who runs it: one block at the start, then one line per thing that happened."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from emulator.errors import Problem
from emulator.reporting.ink import bold, cyan, faint, green, printable, red, yellow
from emulator.reporting.problems import contents, problem_line
from emulator.reporting.tables import labelled
from emulator.reporting.words import count, shortened
from emulator.snapshot import Changes, EnvironmentSnapshot, Snapshot
from emulator.workspace import Reload

_KEYS_SHOWN = 6
_FILES_SHOWN = 2
_PROBLEMS_SHOWN = 20
_ANY_KEY = "local"


@dataclass(frozen=True, slots=True)
class Start:
    """
    What is known when the server answers.

    *sources* are the paths that are served, *mode* how they are watched, *inbox* where events are kept.
    """

    version: str
    base_url: str
    url: str
    snapshot: Snapshot
    sources: Sequence[str]
    files: int
    mode: str
    inbox: str
    notes: Sequence[str] = ()


def start_block(start: Start) -> str:
    """Return the block that ``serve`` prints once: what to paste into an SDK, and what it will get."""
    rows = [
        ("Base URL", f"{bold(start.base_url)}  {faint('for an SDK')}"),
        ("Page", f"{start.url}/"),
        *_environment_rows(start.snapshot),
        ("Files", f"{_named(start)}, {_watching(start.mode)}"),
        ("Events", printable(start.inbox)),
        *_examples(start.base_url, start.snapshot.environments[0]),
    ]
    lines = [
        bold(f"eppo-emulator {start.version}"),
        "",
        *labelled(rows),
        "",
        *(yellow(note) for note in _all_notes(start)),
    ]
    return "\n".join(lines) + "\n"


def exposure_note(host: str, token: str | None) -> str:
    """Return the warning that is due when *host* is no loopback address and nobody needs a token; else nothing."""
    if token or _is_loopback(host):
        return ""
    return (
        f"Listening on {host or 'every address'} without --token: "
        "whoever reaches this machine can use the pages and the control API"
    )


def memory_note(hindrance: str) -> str:
    """Return the warning that is due when a *hindrance* keeps events off the disk; else nothing."""
    return f"Events are kept in memory only: {hindrance}; --db names another place" if hindrance else ""


def reload_lines(outcome: Reload, moment: str) -> list[str]:
    """Return what to print about *outcome* at *moment* (a time of day): nothing, unless it is news."""
    if not outcome.news:
        return []
    if outcome.failed:
        return _failure(outcome, moment)
    return [f"{faint(moment)} {_success(outcome)}", *_problem_lines(outcome.new_problems)]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _success(outcome: Reload) -> str:
    files = shortened([printable(file) for file in outcome.files], _FILES_SHOWN, "file") or "all files"
    if outcome.published:
        what = f"{_changed_keys(outcome.changes)} {faint(f'({outcome.duration_ms:.0f} ms)')}"
        return f"{green(f'revision {outcome.revision}')}  {files}: {what}"
    good = "good again, " if outcome.recovered else ""
    return f"revision {outcome.revision}  {files}: {good}nothing that is served changed"


def _failure(outcome: Reload, moment: str) -> list[str]:
    errors = outcome.errors
    if outcome.held_up:
        # The errors were told before; silence would look as if the edit had not been seen.
        read = shortened([printable(file) for file in outcome.files], _FILES_SHOWN, "file")
        faulty = shortened(list(dict.fromkeys(printable(error.file) for error in errors)), _FILES_SHOWN, "file")
        what = (
            f"{read} waits: {red(count(len(errors), 'error'))} in {faulty}, still serving revision {outcome.revision}"
        )
        return [f"{faint(moment)} {what}"]
    still = f"{red(count(len(errors), 'error'))}, still serving revision {outcome.revision}"
    return [*_problem_lines(errors), f"{faint(moment)} {still}"]


def _problem_lines(problems: Sequence[Problem]) -> list[str]:
    lines = [problem_line(problem) for problem in problems[:_PROBLEMS_SHOWN]]
    left = len(problems) - len(lines)
    return [*lines, f"and {left:,} more: eppo-emulator check"] if left else lines


def _changed_keys(changes: Changes) -> str:
    keys = [
        *(green(f"+{printable(key)}") for key in changes.added),
        *(red(f"-{printable(key)}") for key in changes.removed),
        *(cyan(f"~{printable(key)}") for key in changes.changed),
    ]
    if len(keys) <= _KEYS_SHOWN:
        return " ".join(keys) or "environments changed"
    counts = f"+{len(changes.added):,} -{len(changes.removed):,} ~{len(changes.changed):,}"
    return f"{' '.join(keys[:_KEYS_SHOWN])} and {len(keys) - _KEYS_SHOWN:,} more ({counts})"


def _environment_rows(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    for environment in snapshot.environments:
        held = contents(len(environment.config["flags"]), len(environment.models["bandits"]))
        yield printable(environment.key), ", ".join([held, *_keys(environment)])


def _keys(environment: EnvironmentSnapshot) -> Iterator[str]:
    if environment.accepts_any_key:
        yield "any SDK key"
    for noun, keys in (("key", environment.sdk_keys), ("client token", environment.client_tokens)):
        if keys:
            listed = shortened([cyan(printable(key)) for key in keys], _KEYS_SHOWN, noun)
            yield f"{noun if len(keys) == 1 else f'{noun}s'} {listed}"


def _named(start: Start) -> str:
    sources = shortened([printable(source) for source in start.sources], _FILES_SHOWN, "path")
    return f"{sources} ({count(start.files, 'file')})"


def _watching(mode: str) -> str:
    return {"native": "watched", "polling": "watched by polling", "off": "not watched"}[mode]


def _examples(base_url: str, environment: EnvironmentSnapshot) -> Iterator[tuple[str, str]]:
    key = json.dumps(environment.sdk_keys[0] if environment.sdk_keys else _ANY_KEY)
    url = json.dumps(base_url)
    yield "Python", f"ClientConfig(base_url={url}, api_key={key}, assignment_logger=logger)"
    yield "Node", f"init({{ baseUrl: {url}, apiKey: {key}, assignmentLogger: logger }})"


def _all_notes(start: Start) -> Iterator[str]:
    yield from filter(None, start.notes)
    if start.snapshot.warnings:
        yield f"{count(len(start.snapshot.warnings), 'warning')}: run eppo-emulator check"
