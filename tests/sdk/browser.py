"""
A page at an origin of its own, in a real Chromium.

The page asks and writes what it got into itself, into its element ``answers``; Chromium prints it. A missing Chromium
is a failure.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

_VIRTUAL_TIME_MS = 60_000


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def page_at_another_origin(folder: Path) -> Iterator[str]:
    """Serve *folder*, and yield the address of its ``page.html``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/page.html"
        finally:
            server.shutdown()
            thread.join()


def dom_in_chromium(url: str, profile: Path) -> str:
    """Return the page as it is in the end; time in the page stands still while it waits for the network."""
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={profile}", f"--virtual-time-budget={_VIRTUAL_TIME_MS}", "--dump-dom", url,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def shown_by_chromium(url: str, profile: Path) -> Any:
    """Return the JSON in the page's answers."""
    page = dom_in_chromium(url, profile)
    found = re.search(r'<pre id="answers">(.+?)</pre>', page, re.DOTALL)
    assert found is not None, f"the page wrote no answers: {page}"
    return json.loads(unescape(found[1]))
