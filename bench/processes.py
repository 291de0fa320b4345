"""Children of the benchmark: started, awaited and ended here, each by its own process id; loopback only."""

import contextlib
import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

HERE = Path(__file__).parent
SCRATCH = HERE.parent / ".bench"
CONFIG = "/api/flag-config/v1/config"
_START_LIMIT_S = 60.0
_QUIET = subprocess.DEVNULL


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; *first_200_s* is how long it took from its start to its first configuration."""

    port: int
    process: "subprocess.Popen[bytes]"
    first_200_s: float

    def resident_mb(self) -> float:
        """Return the resident memory of the process and its children, in MB of 10**6 bytes."""
        root = psutil.Process(self.process.pid)
        return sum(one.memory_info().rss for one in (root, *root.children(recursive=True))) / 1e6

    def get(self, etag: str | None = None) -> tuple[int, str, int]:
        """Return status, ETag and length of the configuration."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_START_LIMIT_S)
        try:
            connection.request("GET", CONFIG, headers={"If-None-Match": etag} if etag else {})
            response = connection.getresponse()
            return response.status, response.headers.get("ETag", ""), len(response.read())
        finally:
            connection.close()


def emulator_command(*arguments: str) -> list[str]:
    # The installed script beside this interpreter: what a user starts.
    return [str(Path(sys.executable).with_name("eppo-emulator")), *arguments]


@contextlib.contextmanager
def emulator(flags: Path, *options: str) -> Iterator[Server]:
    port = _free_port()
    with _serving(emulator_command("serve", "--flags", str(flags), "--port", str(port), *options), port) as server:
        yield server


@contextlib.contextmanager
def express(body: Path, form: Literal["text", "bytes"] = "text") -> Iterator[Server]:
    """A minimal Express server that serves *body*, kept in that *form*."""
    port = _free_port()
    with _serving(["node", str(SCRATCH / "server.js"), str(port), str(body), form], port) as server:
        yield server


def install_express() -> None:
    """Install the reference server into ``.bench/`` once."""
    if not shutil.which("npm"):
        raise SystemExit("the reference server needs Node.js and npm; neither is part of eppo-emulator itself")
    SCRATCH.mkdir(exist_ok=True)
    for source in (HERE / "express").iterdir():
        shutil.copy(source, SCRATCH / source.name)
    if not (SCRATCH / "node_modules" / "express").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=SCRATCH, check=True, timeout=300)


def seconds_of(command: list[str]) -> float:
    """Run a command to its end, quietly, and return how long it took."""
    started = time.perf_counter()
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
    )
    took = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit code {done.returncode}:\n{done.stdout[-2000:]}")
    return took


def requests_per_second(server: Server, etag: str | None, *, seconds: int, connections: int = 16) -> float:
    """Return how many answers per second a load generator gets; with *etag*, answers 304."""
    command = (
        _wrk(server, etag, seconds, connections) if shutil.which("wrk") else _own(server, etag, seconds, connections)
    )
    output = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
    return float(output.split("Requests/sec:")[-1].split()[0])


def generator() -> str:
    return "wrk" if shutil.which("wrk") else "bench/express/load.js"


def _wrk(server: Server, etag: str | None, seconds: int, connections: int) -> list[str]:
    condition = ["-H", f"If-None-Match: {etag}"] if etag else []
    url = f"http://127.0.0.1:{server.port}{CONFIG}"
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *condition, url]


def _own(server: Server, etag: str | None, seconds: int, connections: int) -> list[str]:
    arguments = [str(server.port), CONFIG, str(seconds), str(connections), *([etag] if etag else [])]
    return ["node", str(SCRATCH / "load.js"), *arguments]


@contextlib.contextmanager
def _serving(command: list[str], port: int) -> Iterator[Server]:
    started = time.perf_counter()
    # A session of its own, so that a Ctrl-C here does not reach it before it is ended below.
    process = subprocess.Popen(command, stdout=_QUIET, stderr=_QUIET, start_new_session=True)
    try:
        _wait_for_200(process, port, started + _START_LIMIT_S)
        yield Server(port, process, time.perf_counter() - started)
    finally:
        _end(process)


def _wait_for_200(process: "subprocess.Popen[bytes]", port: int, limit: float) -> None:
    request = f"GET {CONFIG} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
    while time.perf_counter() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            if connection.recv(12).endswith(b"200"):
                return
        if process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with exit code {process.returncode}")
        time.sleep(0.002)
    raise SystemExit(f"no answer on port {port} in {_START_LIMIT_S:.0f} s")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
