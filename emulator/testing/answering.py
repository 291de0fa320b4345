"""What a sandbox can be asked, without any SDK."""

from collections.abc import Callable, Mapping
from typing import Any

from emulator.asking import Asking
from emulator.evaluation import Simulation
from emulator.queries import Resolver, Result
from emulator.testing.changing import Time
from emulator.testing.control import Control


class Questions(Asking):
    """Questions that a sandbox answers, whatever is asked for."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def _resolver(self) -> Resolver:
        return self._control.resolver()


class Answering:
    """Questions about what the sandbox of *control* serves."""

    def __init__(self, control: Control) -> None:
        self._questions = Questions(control)
        self.on_evaluation: Callable[[Result], object] | None = None
        """Called with what each :meth:`evaluate`, and each evaluation of a client that follows, came to."""

    def evaluate(
        self,
        flag: str,
        subject: str,
        attributes: Mapping[str, Any] | None = None,
        *,
        type: str | None = None,
        default: Any = None,
        actions: Any = None,
        at: Time | None = None,
    ) -> Result:
        """Return what *subject* gets here, and why: see :meth:`emulator.Emulator.evaluate`."""
        result = self._questions.evaluate(flag, subject, attributes, type=type, default=default, actions=actions, at=at)
        self._tell(result)
        return result

    def bandit(
        self,
        flag: str,
        subject: str,
        actions: Any,
        attributes: Mapping[str, Any] | None = None,
        *,
        default: Any = None,
        at: Time | None = None,
    ) -> Result:
        """Return what *subject* gets here, and which of *actions* the bandit chooses; ``.action`` is its name."""
        return self.evaluate(flag, subject, attributes, actions=actions, default=default, at=at)

    def subject(self, flag: str, gets: str | bool | float | None = None, **wanted: Any) -> str:
        """Return a subject key that gets variation *gets* here; *wanted* is as for :meth:`subjects`."""
        return self.subjects(1, flag, gets, **wanted)[0]

    def subjects(
        self,
        count: int,
        flag: str,
        gets: str | bool | float | None = None,
        *,
        via: str | None = None,
        action: str | None = None,
        actions: Any = None,
        with_: Mapping[str, Any] | None = None,
        seed: int = 0,
        at: Time | None = None,
    ) -> tuple[str, ...]:
        """
        Return *count* subject keys that land here as wanted, with attributes *with_*; the same ones for one *seed*.

        Raises:
            emulator.queries.NobodyLandsThereError: none can, or too few were found; the message says why.
        """
        return self._questions.subjects(
            flag, gets, via=via, action=action, actions=actions, attributes=with_, count=count, seed=seed, at=at
        )

    def simulate(
        self,
        flag: str,
        subjects: int = 10_000,
        attributes: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        at: Time | None = None,
    ) -> Simulation:
        """Return the shares of made-up subjects who all have *attributes*, next to the configured ones."""
        return self._questions.simulate(flag, subjects, attributes, seed=seed, at=at)

    def _tell(self, result: Result) -> None:
        if self.on_evaluation is not None:
            self.on_evaluation(result)
