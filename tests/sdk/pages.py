"""
A client of js-client-sdk-common in a page, in a real Chromium, asked like the programs around other SDKs.

The page has an origin of its own. It fetches the next message from there, answers it, and posts what came of it; its
clock is everybody's, so it polls while nobody asks.
"""

import json
import os
import signal
import subprocess
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Self

from tests.sdk.programs import NODE
from tests.sdk.waiting import DEADLINE_S

BUNDLE = NODE / "node_modules" / "@eppo" / "js-client-sdk-common" / "dist" / "eppo-sdk.js"
# That bundle reads its log level from `process`, which an application's bundler would put in.
_PAGE = """<!doctype html><title>asking</title>
<script>globalThis.process = { env: { LOG_LEVEL: 'silent' } };</script>
<script src="/eppo-sdk.js"></script><script type="module">
import { commandsOf } from './answering.mjs';
import { clientOf } from './browser-client.mjs';
const commands = commandsOf((message, recorder) => clientOf(eppo, message, recorder));
for (let next; (next = await fetch('/next')).status === 200; ) {
  const message = await next.json();
  const reply = await (async () => ({ answer: (await commands[message.do](message)) ?? null }))().catch(
    (error) => ({ error: String(error?.stack ?? error) }),
  );
  await fetch('/answer', { method: 'POST', body: JSON.stringify(reply) });
}
</script>"""
_SCRIPTS = ("answering.mjs", "assigning.mjs", "browser-client.mjs")
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-background-timer-throttling",
)  # fmt: skip


class Page:
    """A running page; a context manager, one run at a time. Without Chromium it cannot be entered."""

    def __init__(self, bundle: Path) -> None:
        assert bundle.is_file(), f"{bundle} is missing: run `make sdks`"
        self._files = {"/": _PAGE.encode(), "/eppo-sdk.js": bundle.read_bytes()}
        self._files |= {f"/{name}": (NODE / name).read_bytes() for name in _SCRIPTS}

    def __enter__(self) -> Self:
        self._messages: Queue[Any] = Queue()
        self._answers: Queue[Any] = Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._profile = TemporaryDirectory(ignore_cleanup_errors=True)
        self._browser = _opened(f"http://127.0.0.1:{self._server.server_port}/", self._profile.name)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._messages.put(None)
        os.killpg(self._browser.pid, signal.SIGTERM)
        self._browser.wait(DEADLINE_S)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._profile.cleanup()

    def ask(self, **message: Any) -> Any:
        """
        Return the answer to *message*.

        Raises:
            AssertionError: the page answered nothing in time, or with an error.
        """
        self._messages.put(message)
        try:
            answer = self._answers.get(timeout=DEADLINE_S)
        except Empty:
            raise AssertionError(f"the page gave no answer to {message['do']}") from None
        assert "error" not in answer, answer["error"]
        return answer["answer"]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        files, messages, answers = self._files, self._messages, self._answers

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # the name that http.server calls
                if self.path == "/next":
                    message = messages.get()
                    self._answer(HTTPStatus.OK if message else HTTPStatus.GONE, json.dumps(message).encode())
                else:
                    found = files.get(self.path)
                    self._answer(HTTPStatus.NOT_FOUND if found is None else HTTPStatus.OK, found or b"")

            def do_POST(self) -> None:  # the name that http.server calls
                answers.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                self._answer(HTTPStatus.OK, b"")

            def handle(self) -> None:
                # The browser is ended in the middle of what it waits for.
                with suppress(ConnectionError):
                    super().handle()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

            def _answer(self, status: HTTPStatus, body: bytes) -> None:
                self.send_response_only(status)
                kind = "text/html" if self.path == "/" else "text/javascript"
                headers = {"content-type": f"{kind}; charset=utf-8", "cache-control": "no-store"}
                for name, value in {**headers, "content-length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        return Handler


def _opened(url: str, profile: str) -> subprocess.Popen[bytes]:
    """Start a Chromium whose processes can be ended together."""
    command = ["chromium", *_OPTIONS, f"--user-data-dir={profile}", url]
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=nowhere, stderr=nowhere, start_new_session=True)


def page_program() -> Page:
    """Return a page with the newest version's client, not yet running."""
    return Page(BUNDLE)
