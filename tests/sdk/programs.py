"""
Small programs around SDKs of other languages, asked in lines of JSON.

A missing interpreter or package fails the test that needs it, and says which command brings it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Protocol, Self

from tests.sdk.waiting import DEADLINE_S

HERE = Path(__file__).parent
NODE = HERE / "node"
REACT_NATIVE = HERE / "react-native"
GO = HERE / "go"
JAVA = HERE / "java"
RUST = HERE / "rust"
PYTHON = HERE / "python"
_ANSWERS = ('{"answer"', '{"error"')


class Program(Protocol):
    """Whatever runs an SDK and answers messages; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def ask(self, **message: Any) -> Any: ...


class LineProgram:
    """
    A running program that answers each line of JSON with one.

    A context manager, one run at a time; the program ends with its standard input.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._command = command
        self._folder = folder

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            # The JavaScript SDKs log to standard output, which belongs to the answers.
            env={**os.environ, "LOG_LEVEL": "silent"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._answers: Queue[str] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(DEADLINE_S)
        finally:
            self._process.kill()
            self._reader.join()
            self._process.stdout.close()
            self._process.wait()

    def ask(self, **message: Any) -> Any:
        """
        Return the answer to *message*.

        Raises:
            AssertionError: the program ended, answered nothing in time, or answered with an error.
        """
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
        try:
            line = self._answers.get(timeout=DEADLINE_S)
        except Empty:
            raise AssertionError(f"no answer to {message}") from None
        assert line, f"the program ended instead of answering {message}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            # The first UFC releases for JavaScript log there, whatever their environment says.
            if line.startswith(_ANSWERS):
                self._answers.put(line)
        self._answers.put("")


def node_program(*arguments: str) -> LineProgram:
    """Return a program of ``tests/sdk/node``, not yet running; *arguments* are Node's, the script among them."""
    return LineProgram(["node", *arguments], _with(NODE, "node_modules"))


def react_native_program() -> LineProgram:
    """Return the program of ``tests/sdk/react-native``, not yet running."""
    return LineProgram(["node", "program.mjs"], _with(REACT_NATIVE, "node_modules"))


def java_program(*arguments: str) -> LineProgram:
    """Return the program of ``tests/sdk/java``, not yet running; texts are UTF-8 to it wherever it runs (D-SUB-3)."""
    command = ["java", "-Dfile.encoding=UTF-8", "-cp", "target/classes:target/libraries/*", "Program", *arguments]
    return LineProgram(command, _with(JAVA, "target/libraries"))


def rust_program() -> LineProgram:
    """Return the program of ``tests/sdk/rust``, not yet running."""
    return LineProgram(["target/debug/sdk-tests"], _with(RUST, "target/debug/sdk-tests"))


def go_program() -> LineProgram:
    """Return the program of ``tests/sdk/go``, not yet running; the module proxy may not hand out what it needs."""
    return LineProgram(["target/sdk-tests"], _with(GO, "target/sdk-tests", "make go-sdk"))


def python_program() -> LineProgram:
    """Return the program of ``tests/sdk/python``, not yet running, with the SDK of these tests."""
    return LineProgram([sys.executable, "program.py"], PYTHON)


def python_3_program() -> LineProgram:
    """Return the program of ``tests/sdk/python``, not yet running, with the last SDK of major version 3."""
    interpreter = ".venv-3/bin/python"
    return LineProgram([interpreter, "program.py"], _with(PYTHON, interpreter))


def _with(folder: Path, built: str, make: str = "make sdks") -> Path:
    assert (folder / built).exists(), f"{folder / built} is missing: run `{make}`"
    return folder
