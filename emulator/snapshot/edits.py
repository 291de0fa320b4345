"""Flags that an environment does not serve as they stand: those that are off there, and those that somebody edits."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Any

from emulator.definitions.compiling.outcome import outcome_of
from emulator.definitions.compiling.waterfall import Context
from emulator.definitions.model import Environment, Flag
from emulator.definitions.reading.file import read_file
from emulator.errors import FlagFileError, Problem
from emulator.snapshot.model import EnvironmentSnapshot, Snapshot
from emulator.ufc.content import flag_findings

# What is written around an edit, so that it reads as a flag file: two lines, and four columns to the left.
_LINES_BEFORE = 2
_COLUMNS_BEFORE = 4


class Elsewhere(Mapping[str, Any]):
    """
    The flags that are defined, but not served in an environment: as another one serves them, else as if they were on.

    Compiled when one is asked for.
    """

    def __init__(self, snapshot: Snapshot, environment: EnvironmentSnapshot) -> None:
        self._snapshot = snapshot
        self._environment = environment
        build = snapshot.build
        others = [one.config["flags"] for one in snapshot.environments if one.key != environment.key]
        defined = build.definitions.flags if build else {}
        self._keys = {
            key: None
            for keys in (*others, defined)
            for key in keys
            if key not in environment.config["flags"]
        }  # fmt: skip

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys:
            raise KeyError(key)
        for one in self._snapshot.environments:
            if key in one.config["flags"]:
                return one.config["flags"][key]
        return self._switched_on(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def _switched_on(self, key: str) -> Any:
        build = self._snapshot.build
        assert build is not None, "only flag files define what no environment serves"
        files = {path: text or "" for path, text in build.outcomes[key].files.items()}
        own = build.definitions.flags[key]
        tags = tuple(build.context.environments[self._environment.key].tags) or own.tags
        overlays = {name: replace(overlay, enabled=True) for name, overlay in own.environments.items()}
        flag = replace(own, enabled=True, archived=False, tags=tags, environments=overlays)
        outcome = outcome_of(flag, build.context, files, compiling=True, flawed=False)
        return outcome.served[self._environment.key].wire


@dataclass(frozen=True, slots=True)
class EditedFlag:
    """
    A flag as an edit makes it in one environment. *wire* is None where it is off there.

    *bandits* are the keys of the bandits that its variations stand for, by the variation's key.
    """

    wire: Any
    bandits: Mapping[str, str]


def edited_flag(snapshot: Snapshot, environment: EnvironmentSnapshot, key: str, text: str) -> EditedFlag:
    """
    Compile *text*, what stands under the flag's key in a flag file, among everything else that the files declare.

    Raises:
        FlagFileError: it does not compile; places are those in *text*.
    """
    name = _name_of(key)
    source = f"flags:\n  {json.dumps(key)}:\n{indent(text, ' ' * _COLUMNS_BEFORE)}\n"
    read = read_file(source, name)
    context = snapshot.build.context if snapshot.build else _context_of(environment)
    outcome = None
    problems = read.problems
    if key in read.flags and not any(problem.severity == "error" for problem in problems):
        outcome = outcome_of(read.flags[key], context, {}, compiling=True, flawed=False)
        problems = outcome.problems
    errors = [_moved(problem) for problem in problems if problem.severity == "error"]
    if errors or outcome is None:
        raise FlagFileError(errors or [Problem(name, 1, 1, "E100", "error", "the edit holds no flag", "", key)])
    served = outcome.served.get(environment.key)
    return EditedFlag(served.wire if served else None, _bandits(outcome.flag))


def unsafe_edit(environment: EnvironmentSnapshot, key: str, wire: Mapping[str, Any]) -> None:
    """
    Check *wire*, a flag as SDKs receive it, that is to be served under *key* in *environment*.

    What the flag has there already is nobody's mistake now.

    Raises:
        FlagFileError: some SDK reads it in an unsafe way.
    """
    served = environment.config["flags"].get(key)
    known = set() if served is None else set(flag_findings(served, "ufc", key))
    found = [finding for finding in flag_findings(wire, "ufc", key) if finding not in known]
    if found:
        name = _name_of(key)
        raise FlagFileError(Problem(name, 1, 1, "P6", "error", f"{path} {said}", "", key) for path, said in found)


def _name_of(key: str) -> str:
    return f'edit of flag "{key}"'


def _bandits(flag: Flag) -> Mapping[str, str]:
    return {one.key: str(one.bandit) for one in flag.variations if one.bandit}


def _moved(problem: Problem) -> Problem:
    line, column = problem.line - _LINES_BEFORE, problem.column - _COLUMNS_BEFORE
    return replace(problem, line=max(line, 1), column=max(column, 1) if line >= 1 else 1)


def _context_of(environment: EnvironmentSnapshot) -> Context:
    """Return what a published configuration declares: one environment, and its bandits."""
    own = Environment(environment.key, environment.name)
    return Context({environment.key: own}, {}, {}, tuple(environment.models["bandits"]), frozenset())
