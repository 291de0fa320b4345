"""The emulators of one test run: the one of the ini options, and others where fixtures are overridden."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator.errors import EmulatorError, FlagFileError

if TYPE_CHECKING:
    from emulator.runtime import Emulator
    from emulator.testing import RemoteEmulator

    AnyEmulator = Emulator | RemoteEmulator

Flags = str | Path | Sequence[str | Path]

_ANYWHERE = ("127.0.0.1", 0)


class NoEmulatorError(EmulatorError):
    """There are no flags to be had; the message says which option names them."""


class Emulators:
    """What collection and tests share, so that flag files are read once. For the main thread."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._default: AnyEmulator | None = None
        self._failure: NoEmulatorError | None = None

    def default(self) -> "AnyEmulator":
        """
        Return the emulator of the ini options.

        Raises:
            NoEmulatorError: the flag files are not there, or do not compile.
        """
        if self._failure is not None:
            raise self._failure
        if self._default is None:
            try:
                self._default = self._made(flags_of(self._config), _ANYWHERE)
            except EmulatorError as error:
                self._failure = NoEmulatorError(_with_option(self._config, error))
                raise self._failure from None
        return self._default

    @contextmanager
    def of(self, flags: Flags, address: tuple[str, int]) -> Iterator["AnyEmulator"]:
        """Lend the emulator for these *flags* at that *address*: the one of the ini options, if it is for them."""
        paths = paths_of(self._config, flags)
        is_default = (paths, tuple(address)) == (flags_of(self._config), _ANYWHERE)
        if is_default or self._config.getini("eppo_emulator_url"):
            yield self.default()
            return
        own = self._made(paths, address)
        try:
            yield own
        finally:
            own.close()

    def close(self) -> None:
        if self._default is not None:
            self._default.close()

    def _made(self, paths: Sequence[Path], address: tuple[str, int]) -> "AnyEmulator":
        url = self._config.getini("eppo_emulator_url")
        if url:
            from emulator.testing import RemoteEmulator

            return RemoteEmulator(url, token=self._config.getini("eppo_emulator_token") or None)
        from emulator.runtime import Emulator

        host, port = address
        # Edits during a run would make its tests see different flags.
        emulator = Emulator(paths, host=host, port=port, watch=False)
        _ = emulator.workspace
        return emulator


KEY = pytest.StashKey[Emulators]()


def emulators_of(config: pytest.Config) -> Emulators:
    return config.stash.setdefault(KEY, Emulators(config))


def close_emulators(config: pytest.Config) -> None:
    emulators = config.stash.get(KEY, None)
    if emulators is not None:
        emulators.close()


def flags_of(config: pytest.Config) -> Sequence[Path]:
    """Return the paths of the ini option, or the folder ``flags`` beside the ini file."""
    listed: list[Path] = config.getini("eppo_flags")
    return [Path(path) for path in listed] or [config.rootpath / "flags"]


def paths_of(config: pytest.Config, flags: Flags) -> Sequence[Path]:
    """Return *flags* as absolute paths; relative ones are beside the ini file."""
    listed = [flags] if isinstance(flags, str | Path) else flags
    return [config.rootpath / path for path in listed]


def _with_option(config: pytest.Config, error: EmulatorError) -> str:
    if isinstance(error, FlagFileError) or config.getini("eppo_emulator_url"):
        return str(error)
    return f"{error} (the ini option eppo_flags names the flag files)"
