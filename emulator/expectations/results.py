"""What running an entry came to, as values."""

from dataclasses import dataclass
from fractions import Fraction

from emulator.errors import Problem
from emulator.expectations.entries import Entry


@dataclass(frozen=True, slots=True)
class FoundShare:
    """
    The share of subjects, from 0 to 1, who got a *variation*; None stands for those who got none that counts.

    *expected* is None where the entry does not ask for it; then it always *passed*.
    """

    variation: str | None
    expected: Fraction | None
    got: Fraction
    passed: bool


@dataclass(frozen=True, slots=True)
class Result:
    """
    One entry in one environment, by its key.

    *expected* and *got* are both sides in the same words. Of a failure, *reason* says in a sentence why it was not the
    other, or is empty where *got* says it all, and *trace* tells the whole way, line by line. *shares* are those of an
    entry about many subjects.
    """

    entry: Entry
    environment: str
    passed: bool
    expected: str
    got: str
    reason: str = ""
    trace: str = ""
    shares: tuple[FoundShare, ...] = ()

    @property
    def message(self) -> str:
        """What went wrong, in one sentence; empty where nothing did."""
        return "" if self.passed else "; ".join(filter(None, [f"expectation failed: got {self.got}", self.reason]))

    @property
    def problem(self) -> Problem | None:
        """The failure as a problem of the flag file."""
        if self.passed:
            return None
        hint = f"expected {self.expected} in {self.environment}"
        return Problem(*self.entry.position, "E901", "error", self.message, hint, self.entry.flag)
