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


def shown_by_chromium(url: str, profile: Path, *, virtual_time_s: int = 10) -> Any:
    """Return the JSON in the page's answers; time in the page stands still while it waits for the network."""
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={profile}", f"--virtual-time-budget={virtual_time_s * 1000}", "--dump-dom", url,
    ]  # fmt: skip
    page = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="answers">(.+?)</pre>', page, re.DOTALL)
    assert found is not None, f"the page wrote no answers: {page}"
    return json.loads(unescape(found[1]))
