"""Which entries there are, in which order, and in which environments each of them has to hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from emulator.definitions.build import Build
from emulator.definitions.compiling.waterfall import belongs
from emulator.definitions.model import Expectation, Flag
from emulator.errors import Position
from emulator.expectations.words import expected_words, subject_words
from emulator.snapshot import Snapshot
from emulator.ufc.timestamps import format_timestamp


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One ``expect:`` entry of the flag or layer *flag*, the *number*-th of it, from 1.

    *environments* are the keys of those in which it has to hold, in the order of the Snapshot. There are none where it
    names none and no environment takes the flag: the flag is archived, or has none of their tags.
    """

    flag: str
    number: int
    expectation: Expectation
    environments: tuple[str, ...]

    @property
    def id(self) -> str:
        """A name that no other entry has, and that stays when lines move: ``new-checkout#2``."""
        return f"{self.flag}#{self.number}"

    @property
    def position(self) -> Position:
        return self.expectation.at

    @property
    def words(self) -> str:
        """The entry as a sentence: ``nils gets false via default``."""
        expected = self.expectation
        at = "" if expected.moment is None else f" at {format_timestamp(expected.moment)}"
        return f"{subject_words(expected)} {'get' if expected.shares else 'gets'} {expected_words(expected)}{at}"


def entries_of(snapshot: Snapshot) -> tuple[Entry, ...]:
    """Return every entry by file, in reading order, and line; none for published documents, which hold no entries."""
    if snapshot.build is None:
        return ()
    files = {file: place for place, file in enumerate(snapshot.build.sources.texts)}
    listed = [entry for flag in snapshot.build.definitions.flags.values() for entry in _of(flag, snapshot.build)]
    return tuple(sorted(listed, key=lambda entry: (files[entry.position.file], entry.position)))


def _of(flag: Flag, build: Build) -> Iterator[Entry]:
    for number, expected in enumerate(flag.expect, 1):
        yield Entry(flag.key, number, expected, tuple(_environments(flag, expected, build)))


def _environments(flag: Flag, expected: Expectation, build: Build) -> Iterator[str]:
    named = {name.text for name in expected.environments}
    for key, environment in build.context.environments.items():
        if key in named or (not named and belongs(flag, environment)):
            yield key
