"""All sandboxes of an emulator, by their SDK keys. Thread-safe."""

import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.sdk_keys import mint_key

if TYPE_CHECKING:
    from emulator.overrides import Overrides
    from emulator.sandboxes.sandbox import Sandbox, World

# Whoever forgets one must not fill the memory of an emulator that runs for weeks.
DEFAULT_TTL = timedelta(hours=1)
LONGEST_NAME = 200


class Sandboxes:
    """One map, of which entries are added and removed whole: a request reads it without a lock."""

    def __init__(self, token: Callable[[], str] = lambda: secrets.token_hex(6)) -> None:
        self._token = token
        self._by_key: dict[str, Sandbox] = {}
        # What those that ended did, and that each came and went.
        self._past_activity = 0

    def create(
        self,
        world: "World",
        url: str,
        environment: str,
        *,
        name: str = "",
        ttl: timedelta | None = DEFAULT_TTL,
        overrides: "Overrides | None" = None,
    ) -> "Sandbox":
        """
        Return a new sandbox over the environment of that key, which exists. *overrides* are what ``reset`` returns to.

        *url* is the address of the server, which its SDK key tells to event dispatchers.
        """
        from emulator.overrides import Overrides
        from emulator.sandboxes.sandbox import Identity, Sandbox

        self._sweep()
        sdk_key = mint_key(url, environment, sandbox=self._token())
        sandbox = Sandbox(Identity(sdk_key, environment, name, world.clock(), ttl), world, overrides or Overrides())
        self._by_key[sdk_key] = sandbox
        self._past_activity += 1
        return sandbox

    def find(self, spellings: Iterable[str]) -> "Sandbox | None":
        """Return the living sandbox of the first of these keys that has one."""
        known = self._by_key
        if not known:
            return None
        found = next((known[key] for key in spellings if key in known), None)
        if found is not None and found.is_over:
            self.delete(found.sdk_key)
            return None
        return found

    def all(self) -> "tuple[Sandbox, ...]":
        """Return those that live, the oldest first."""
        self._sweep()
        return tuple(self._by_key.values())

    @property
    def activity(self) -> int:
        """A number that changes whenever one is made, changed or ended, or a client of one asked for something."""
        return self._past_activity + sum(sandbox.activity for sandbox in tuple(self._by_key.values()))

    def delete(self, sdk_key: str) -> bool:
        """Forget the sandbox of that key; return whether there was one."""
        found = self._by_key.pop(sdk_key, None)
        if found is not None:
            found.end()
            self._past_activity += found.activity + 1
        return found is not None

    def _sweep(self) -> None:
        for sandbox in tuple(self._by_key.values()):
            if sandbox.is_over:
                self.delete(sandbox.sdk_key)
