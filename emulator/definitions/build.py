"""
Texts → everything compiled: the whole walk through this room, with work on unchanged files and flags not repeated.

What comes out is per flag and per bandit; joining it to documents is the snapshot's part.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.definitions.checks.edits import check_edit
from emulator.definitions.checks.together import check_definitions, context_of
from emulator.definitions.compiling.bandit import compile_model, references
from emulator.definitions.compiling.base import Base, read_base
from emulator.definitions.compiling.outcome import Compiled, FlagOutcome, outcome_of
from emulator.definitions.compiling.raw_bandit import with_raw
from emulator.definitions.compiling.waterfall import Context
from emulator.definitions.model import Bandit, Definitions, Environment, FileDefinitions
from emulator.definitions.reading.file import merge, read_file
from emulator.errors import Problem

_IGNORE = re.compile(r"#\s*eppo-ignore:\s*([A-Z0-9, ]+)")


@dataclass(frozen=True, slots=True)
class Sources:
    """The flag files as read: path → text, and path → what it defines."""

    texts: Mapping[str, str]
    files: Mapping[str, FileDefinitions]

    @property
    def referenced(self) -> frozenset[str]:
        """The paths of all files that the flag files refer to."""
        return frozenset(path for file in self.files.values() for path in file.referenced)


@dataclass(frozen=True, slots=True)
class Build:
    """One compiled state of the flag files; *problems* are sorted by place. *outcomes* is empty-handed after errors."""

    sources: Sources
    definitions: Definitions
    context: Context
    outcomes: Mapping[str, FlagOutcome]
    bandits: Mapping[str, Bandit]
    bases: Mapping[str, Base]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)

    def flags_in(self, environment: str) -> dict[str, Compiled]:
        """Return the flags that *environment* serves, by key."""
        served = ((key, outcome.served.get(environment)) for key, outcome in self.outcomes.items())
        return {key: compiled for key, compiled in served if compiled is not None}

    def models_in(self, environment: str) -> dict[str, dict[str, Any]]:
        """Return the bandit models of *environment*, without time stamps, by key."""
        return {key: compile_model(bandit, environment) for key, bandit in self.bandits.items()}

    def references_in(
        self, models: Mapping[str, dict[str, Any]], flags: Mapping[str, Compiled]
    ) -> Iterator[tuple[str, list[Any], Any]]:
        """Yield (bandit, its entries of ``bandits``, its entry of ``banditReferences``) where a flag leads to it."""
        if not self.bandits:
            return
        leading = [
            (self.outcomes[key].flag, compiled.wire)
            for key, compiled in flags.items()
            if any(variation.bandit for variation in self.outcomes[key].flag.variations)
        ]
        for key, bandit in self.bandits.items():
            found = references(bandit, str(models[key].get("modelVersion", "")), leading)
            if found is not None:
                yield key, *found


def read_sources(texts: Mapping[str, str], previous: Sources | None = None) -> Sources:
    """Parse and read every flag file whose text differs from *previous*."""
    known = previous or Sources({}, {})
    files = {
        path: known.files[path] if known.texts.get(path) == text else read_file(text, path)
        for path, text in texts.items()
    }
    return Sources(dict(texts), files)


def build(sources: Sources, files: Mapping[str, str], previous: Build | None = None) -> Build:
    """Check and compile everything; *files* are the texts of the referenced files."""
    definitions, duplicates = merge(sources.files.values())
    context = context_of(definitions)
    bandits, bandit_problems = with_raw(definitions.bandits, files)
    bases, base_problems = _bases(context.environments.values(), files)
    problems = [
        *(problem for file in sources.files.values() for problem in file.problems),
        *duplicates,
        *check_definitions(definitions, context),
        *bandit_problems,
        *base_problems,
        *(check_edit(previous.definitions, definitions) if previous else ()),
    ]
    # After an error nothing is served, so flags are only checked: what they refer to may not have been read.
    compiling = not any(problem.severity == "error" for problem in problems)
    flawed = {problem.flag for problem in problems if problem.severity == "error"}
    reusable = previous.outcomes if compiling and previous and previous.context == context else {}
    outcomes = {}
    for key, flag in definitions.flags.items():
        known = reusable[key].for_flag(flag, files) if key in reusable else None
        outcomes[key] = known or outcome_of(flag, context, files, compiling=compiling, flawed=key in flawed)
    problems.extend(problem for outcome in outcomes.values() for problem in outcome.problems)
    return Build(sources, definitions, context, outcomes, bandits, bases, _sorted(problems, sources.texts))


def _bases(environments: Any, files: Mapping[str, str]) -> tuple[dict[str, Base], list[Problem]]:
    bases: dict[str, Base] = {}
    problems: list[Problem] = []
    for environment in environments:
        if isinstance(environment, Environment) and (environment.base or environment.base_bandits):
            bases[environment.key], found = read_base(environment, files)
            problems.extend(found)
    return bases, problems


def _sorted(problems: list[Problem], texts: Mapping[str, str]) -> tuple[Problem, ...]:
    lines: dict[str, list[str]] = {}

    def silenced(problem: Problem) -> bool:
        if problem.severity == "error" or "eppo-ignore:" not in texts.get(problem.file, ""):
            return False
        own = lines.setdefault(problem.file, texts[problem.file].split("\n"))
        match = _IGNORE.search(own[problem.line - 1]) if problem.line <= len(own) else None
        return match is not None and problem.code in re.split(r"[, ]+", match.group(1))

    kept = (problem for problem in dict.fromkeys(problems) if not silenced(problem))
    return tuple(sorted(kept, key=lambda one: (one.file, one.line, one.column, one.code)))
