"""
W14 in a real browser: a page of another origin reads configurations, error texts and event answers.

The page asks and writes what it got into itself; Chromium prints it. A missing Chromium is a failure.
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

import pytest

from emulator import Emulator

pytestmark = pytest.mark.ci

PAGE = """<!doctype html><title>asking</title><pre id="answers"></pre><script type="module">
const base = "%(base)s";
async function ask(name, path, options) {
  try {
    const response = await fetch(base + path, options);
    return [name, response.status, (await response.text()).slice(0, 80)];
  } catch (error) {
    return [name, 0, String(error)];
  }
}
const event = {method: "POST", body: JSON.stringify({eppo_events: []}),
               headers: {"Content-Type": "application/json", "x-eppo-token": "local-web"}};
const answers = await Promise.all([
  ask("config", "/api/flag-config/v1/config?apiKey=local-web&sdkName=js-client-sdk"),
  ask("again", "/api/flag-config/v1/config?apiKey=local-web", {headers: {"If-None-Match": "*"}, cache: "no-store"}),
  ask("bandits", "/api/flag-config/v1/bandits?apiKey=local-web"),
  ask("unknown path", "/api/flag-config/v9/config?apiKey=local-web"),
  ask("events", "/api/v0/i", event),
  ask("control", "/emulator/v1/status"),
]);
document.getElementById("answers").textContent = JSON.stringify(answers);
</script>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def page_at_another_origin(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/page.html"
        finally:
            server.shutdown()
            thread.join()


def shown_by_chromium(url: str, profile: Path) -> Any:
    command = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={profile}", "--virtual-time-budget=10000", "--dump-dom", url,
    ]  # fmt: skip
    page = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="answers">(.*?)</pre>', page, re.DOTALL)
    assert found is not None, page
    return {name: (status, text) for name, status, text in json.loads(unescape(found[1]))}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("browser")
    (folder / "flags.yaml").write_text("flags:\n  gate: {type: boolean, serve: true}\n")
    with Emulator(folder / "flags.yaml") as emulator, page_at_another_origin(folder) as url:
        (folder / "page.html").write_text(PAGE % {"base": emulator.url})
        return shown_by_chromium(url, folder / "profile")


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("config", 200, '"format":"CLIENT"'),
        ("again", 304, ""),
        ("bandits", 200, '"updatedAt"'),
        ("unknown path", 404, "404"),
        ("events", 200, '"failed_events"'),
    ],
)
def test_w14_a_page_of_another_origin_reads_the_answer(answers: Any, name: str, status: int, words: str) -> None:
    assert answers[name][0] == status
    assert words in answers[name][1]


def test_a_page_of_another_origin_reads_no_control_route(answers: Any) -> None:
    assert answers["control"][0] == 0
