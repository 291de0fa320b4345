"""``eppo-emulator`` as a process of its own, whose lines are waited for."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO
from urllib.request import urlopen

# Bounds only what would hang; a loaded machine takes its time.
_DEADLINE_S = 20.0


class Running:
    """A command under way in *folder*. Lines of both streams are kept, and can be waited for."""

    def __init__(self, folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *arguments],
            cwd=folder,
            env={**os.environ, **(variables or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdout
        assert self._process.stderr
        self.output = _Lines(self._process.stdout)
        self.log = _Lines(self._process.stderr)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self.output.close()
        self.log.close()

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> None:
        self._process.send_signal(number)

    def exit_code(self) -> int:
        return self._process.wait(_DEADLINE_S)

    def base_url(self) -> str:
        """Wait for the start block and return what it says to paste into an SDK."""
        return self.output.wait_for("Base URL").split()[2]

    def config(self, base_url: str, key: str = "local") -> str:
        with urlopen(f"{base_url}/flag-config/v1/config?apiKey={key}", timeout=_DEADLINE_S) as answer:
            return str(answer.read().decode())


class _Lines:
    """The lines of one stream, read by a thread so that the process never blocks."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._waiting: SimpleQueue[str | None] = SimpleQueue()
        self.seen: list[str] = []
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def wait_for(self, part: str) -> str:
        """Return the next line that holds *part*."""
        while (line := self._next()) is not None:
            self.seen.append(line)
            if part in line:
                return line
        raise AssertionError(f"no line holds {part!r}: {self.seen}")

    def rest(self) -> list[str]:
        """Return all lines, when the process has ended."""
        while (line := self._next()) is not None:
            self.seen.append(line)
        return self.seen

    def close(self) -> None:
        self._thread.join()
        self._stream.close()

    def _next(self) -> str | None:
        try:
            return self._waiting.get(timeout=_DEADLINE_S)
        except Empty:
            raise AssertionError(f"nothing more came in {_DEADLINE_S} s: {self.seen}") from None

    def _read(self) -> None:
        for line in self._stream:
            self._waiting.put(line.rstrip("\n"))
        self._waiting.put(None)
