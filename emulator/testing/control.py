"""What a sandbox of tests is steered by, wherever its emulator runs: the documents of the control API."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from emulator.errors import EmulatorError
from emulator.events import Event
from emulator.queries import Resolver
from emulator.snapshot import EnvironmentSnapshot

What = Literal["flags", "bandits", "clock", "faults"]


@dataclass(frozen=True, slots=True)
class Arrived:
    """An *event*, and when it came (aware)."""

    at: datetime
    event: Event


class NotInStepError(EmulatorError, AssertionError):
    """Clients did not get what is served in time; the message says who is behind."""


class Control(Protocol):
    """
    One sandbox of an emulator, in this process or behind HTTP. Thread-safe.

    What cannot be done raises ``emulator.queries.QueryError`` or ``emulator.sandboxes.changes.ChangeError`` at the
    call, with the nearest name.
    """

    @property
    def sdk_key(self) -> str: ...

    @property
    def environment_key(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def base_url(self) -> str:
        """What an SDK in another process takes as its base URL; reading it starts the server."""
        ...

    @property
    def has_server(self) -> bool:
        """Whether clients of other processes can have asked."""
        ...

    @property
    def environment(self) -> EnvironmentSnapshot:
        """What is served now: the same object until it changes."""
        ...

    def put(self, what: What, name: str, document: Any) -> None:
        """Do what ``PUT /emulator/v1/sandboxes/{sdkKey}/{what}[/{name}]`` does; *name* is empty where there is none."""
        ...

    def delete(self, what: What, name: str) -> None: ...

    def reset(self) -> None: ...

    def faults_left(self) -> Sequence[int | None]:
        """Return, for each fault that was put last, the number of requests that it still lasts."""
        ...

    def resolver(self) -> Resolver:
        """Return what evaluates as this sandbox, whatever key it is asked for."""
        ...

    def flag_keys(self) -> Sequence[str]:
        """Return every flag that is defined for the environment, or for another one, by key."""
        ...

    def variations(self, flag: str) -> Sequence[str]:
        """
        Return the keys of the flag's variations here; where it is off, those that it would have.

        Raises:
            QueryError: there is no such flag.
        """
        ...

    def defines(self, flag: str) -> bool:
        """Return whether there is such a flag at all, be it served or off."""
        ...

    def clients(self) -> list[dict[str, Any]]: ...

    def wait_until_in_step(self, clients: int, timeout_s: float) -> None:
        """
        Wait until at least *clients* SDKs, and all that asked, evaluate from what is served now.

        Raises:
            NotInStepError: they do not after *timeout_s*.
        """
        ...

    def arrived(self) -> Sequence[Arrived]:
        """Return every event that came over HTTP, the oldest first; what was sent twice is there once."""
        ...

    def on_arrival(self, listener: Callable[[], None]) -> bool:
        """Have *listener* called after events arrived; return False where nobody tells, so that one has to look."""
        ...

    def end(self) -> None:
        """Delete the sandbox; harmless when repeated."""
        ...
