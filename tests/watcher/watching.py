"""A watched folder for tests: it remembers every outcome, and waits for conditions, never for time to pass."""

from collections.abc import Callable
from pathlib import Path
from threading import Condition

import pytest

from emulator.watcher import Watcher
from emulator.workspace import Fingerprint, Reload, Workspace
from tests.flag_folders import served, workspace_of

# Bounds only what would hang; a loaded machine takes its time.
_DEADLINE_S = 20.0

# Whether polling → how often. Where the system tells of changes, nothing may be found by looking instead.
_LOOK_EVERY_S = {True: 0.05, False: 3600.0}

either_way = pytest.mark.parametrize("poll", [False, True], ids=["native", "polling"])


class Watched:
    """A workspace with its watcher. *outcomes* are those that the watcher told, *looks* counts all reloads."""

    def __init__(
        self,
        *paths: Path | str,
        poll: bool = False,
        workspace: Workspace | None = None,
        look_every_s: float | None = None,
        listener: Callable[[Reload], None] = lambda outcome: None,
    ) -> None:
        self.workspace = workspace or workspace_of(*paths)
        self.outcomes: list[Reload] = []
        self.looks = 0
        self._told = Condition()
        self._count_looks()
        self._listener = listener
        self.watcher = Watcher(self.workspace, self._tell, poll=poll, look_every_s=look_every_s or _LOOK_EVERY_S[poll])

    def __enter__(self) -> "Watched":
        self.watcher.start()
        self.wait_for(lambda: self.looks > 0)
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.stop()

    @property
    def served(self) -> dict[str, str]:
        return served(self.workspace.current)

    @property
    def news(self) -> list[Reload]:
        return [outcome for outcome in self.outcomes if outcome.news]

    @property
    def revisions(self) -> list[int]:
        return [outcome.revision for outcome in self.outcomes if outcome.published]

    def wait_for(self, condition: Callable[[], bool]) -> None:
        with self._told:
            met = self._told.wait_for(condition, _DEADLINE_S)
        assert met, f"never came true; serving {self.served}, told {self.outcomes}"

    def wait_until_served(self, **expected: str) -> None:
        """Wait until exactly these flags are served, each with this variation."""
        self.wait_for(lambda: self.served == expected)

    def hears_nothing_for(self, seconds: float) -> bool:
        """Return whether no outcome is told within *seconds*: the pause of a slow writer."""
        known = len(self.outcomes)
        with self._told:
            return not self._told.wait_for(lambda: len(self.outcomes) > known, seconds)

    def looks_again_within(self, seconds: float) -> bool:
        known = self.looks
        with self._told:
            return self._told.wait_for(lambda: self.looks > known, seconds)

    def _tell(self, outcome: Reload) -> None:
        with self._told:
            self.outcomes.append(outcome)
            self._told.notify_all()
        self._listener(outcome)

    def _count_looks(self) -> None:
        reload = self.workspace.reload

        def counted(*, since: float | None = None, settled: Fingerprint | None = None) -> Reload:
            outcome = reload(since=since, settled=settled)
            with self._told:
                self.looks += 1
                self._told.notify_all()
            return outcome

        self.workspace.reload = counted  # type: ignore[method-assign]  # a look that found nothing is not told
