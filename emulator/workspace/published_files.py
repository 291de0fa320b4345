"""A published configuration, and the bandit models beside it, as a source of snapshots."""

import json
from dataclasses import dataclass

from emulator.errors import FlagFileError, Problem
from emulator.snapshot import Snapshot, snapshot_of_ufc
from emulator.workspace.disk import stamps, trail
from emulator.workspace.reading import Fingerprint, Places, Reader, Reading


@dataclass(frozen=True, slots=True)
class PublishedFiles:
    """A published configuration, and the bandit models beside it, served as they are."""

    config: str
    bandits: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        return (self.config,) if self.bandits is None else (self.config, self.bandits)

    def read(self, last: Reading | None) -> Reading:
        reader = Reader()
        texts = reader.texts(self.paths)
        absent = tuple(problem for problem in reader.problems if problem.code == "E100")
        problems = tuple(problem for problem in reader.problems if problem.code != "E100")
        return Reading(texts, {}, absent, problems, torn=reader.torn, stamps=reader.stamps)

    def compile(self, reading: Reading, created_at: str, previous: Snapshot | None) -> Snapshot:
        if reading.problems:
            raise FlagFileError(reading.problems)
        models = None if self.bandits is None else reading.texts[self.bandits]
        try:
            return snapshot_of_ufc(reading.texts[self.config], models, created_at, previous, self.config)
        except ValueError as error:
            raise FlagFileError([self._problem(reading, str(error))]) from None
        except RecursionError:
            # Python's reader of JSON goes deeper than what is done with its result.
            raise FlagFileError([self._problem(reading, "it is nested too deeply to be served")]) from None

    def places(self, reading: Reading) -> Places:
        return Places(frozenset(), frozenset(point for path in self.paths for point in trail(path)))

    def fingerprint(self, reading: Reading) -> Fingerprint:
        return stamps(self.paths)

    def _problem(self, reading: Reading, message: str) -> Problem:
        for path, text in reading.texts.items():
            try:
                json.loads(text)
            except json.JSONDecodeError as error:
                return Problem(path, error.lineno, error.colno, "E123", "error", f"not JSON: {error.msg}")
            except (ValueError, RecursionError):
                break  # It has no place, and *message* says what it is.
        file = self.bandits if self.bandits and "bandit models" in message else self.config
        return Problem(file, 1, 1, "E123", "error", message)
