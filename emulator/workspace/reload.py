"""What one reload did: a value for the log, the status and whoever waits for a change."""

from dataclasses import dataclass, field

from emulator.errors import Problem
from emulator.snapshot import Changes


@dataclass(frozen=True, slots=True)
class Reload:
    """
    The outcome of one look at the files.

    *files* are those whose text differs from the look before, as they are printed; *changes* are the keys that differ
    in what is served. *problems* are those of the files as they are now, *new_problems* those among them that the look
    before did not have. *duration_ms* counts from the first sign of the change, where the caller knew it, until the
    new revision was served.

    *failed*: the files do not compile and *revision* is an older one. *held_up*: an edit of another file than those
    with the errors, which are known, waits for their repair. *recovered*: they compile again. *news*: somebody should
    be told; the same errors are news once. *retry*: something could not be read, look again soon.
    """

    previous_revision: int
    revision: int
    files: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)
    problems: tuple[Problem, ...] = ()
    new_problems: tuple[Problem, ...] = ()
    duration_ms: float = 0.0
    failed: bool = False
    held_up: bool = False
    recovered: bool = False
    news: bool = False
    retry: bool = False

    @property
    def published(self) -> bool:
        """A new revision is served."""
        return self.revision != self.previous_revision

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")
