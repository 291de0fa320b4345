"""
The questions as Python calls, for whoever holds a resolver: an emulator in this process, a sandbox, a test.

The evaluator is imported with the first question, for a server starts quicker without.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.evaluation import Simulation
    from emulator.queries import Resolver, Result


class Asking:
    """
    Questions about what is served, answered without HTTP.

    Each method takes what the control API takes, and raises ``emulator.queries.QueryError`` for what that refuses.
    *environment* and *sdk_key* are alternatives; neither is the first environment. *at* is a time (aware), or its text.
    """

    def _resolver(self) -> "Resolver":
        raise NotImplementedError

    def evaluate(
        self,
        flag: str,
        subject: str,
        attributes: Mapping[str, Any] | None = None,
        *,
        type: str | None = None,
        default: Any = None,
        actions: Any = None,
        environment: str | None = None,
        sdk_key: str | None = None,
        at: datetime | str | None = None,
    ) -> "Result":
        """
        Return what *subject* gets from *flag*, and why; with *actions*, also the bandit's choice among them.

        *type* is the ``variationType`` to ask for, *default* the caller's own value for when nothing matches.
        """
        from emulator.queries import answer, read_evaluation

        members = {"flag": flag, "subject": subject, "attributes": attributes, "type": type, "default": default}
        scope = {"environment": environment, "sdkKey": sdk_key, "at": at}
        return answer(read_evaluation({**members, "actions": actions, **scope}), self._resolver())

    def subjects(
        self,
        flag: str,
        gets: str | bool | float | None = None,
        *,
        via: str | None = None,
        action: str | None = None,
        actions: Any = None,
        attributes: Mapping[str, Any] | None = None,
        count: int = 1,
        seed: int = 0,
        environment: str | None = None,
        sdk_key: str | None = None,
        at: datetime | str | None = None,
    ) -> tuple[str, ...]:
        """
        Return *count* subject keys that get variation *gets*, through allocation *via*, with the bandit's *action*.

        Raises:
            emulator.queries.NobodyLandsThereError: none can, or too few were found; the message says why.
        """
        from emulator.evaluation import NotFound
        from emulator.queries import NobodyLandsThereError, find, read_subjects

        wanted = {"flag": flag, "gets": gets, "via": via, "action": action, "actions": actions}
        found = {"attributes": attributes, "count": count, "seed": seed}
        scope = {"environment": environment, "sdkKey": sdk_key, "at": at}
        landed = find(read_subjects({**wanted, **found, **scope}), self._resolver())
        if isinstance(landed, NotFound):
            raise NobodyLandsThereError(landed.reason)
        return landed.subjects

    def simulate(
        self,
        flag: str,
        subjects: int = 10_000,
        attributes: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        environment: str | None = None,
        sdk_key: str | None = None,
        at: datetime | str | None = None,
    ) -> "Simulation":
        """Return the shares of *subjects* made-up subjects who all have *attributes*, next to the configured ones."""
        from emulator.queries import read_simulation, simulate

        members = {"flag": flag, "subjects": subjects, "attributes": attributes, "seed": seed}
        scope = {"environment": environment, "sdkKey": sdk_key, "at": at}
        return simulate(read_simulation({**members, **scope}), self._resolver())
