"""W14 in a real browser: a page of another origin reads configurations, error texts and event answers."""

from typing import Any

import pytest

from emulator import Emulator
from tests.sdk.browser import page_at_another_origin, shown_by_chromium

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
const assigning = {method: "POST", body: JSON.stringify({subject_key: "ann"}),
                   headers: {"Content-Type": "application/json"}};
const answers = await Promise.all([
  ask("config", "/api/flag-config/v1/config?apiKey=local-web&sdkName=js-client-sdk"),
  ask("again", "/api/flag-config/v1/config?apiKey=local-web", {headers: {"If-None-Match": "*"}, cache: "no-store"}),
  ask("bandits", "/api/flag-config/v1/bandits?apiKey=local-web"),
  ask("unknown path", "/api/flag-config/v9/config?apiKey=local-web"),
  ask("events", "/api/v0/i", event),
  ask("assignments", "/api/assignments?apiKey=local-web", assigning),
  ask("refused assignments", "/assignments?apiKey=local-web", {...assigning, body: "{}"}),
  ask("control", "/emulator/v1/status"),
]);
document.getElementById("answers").textContent = JSON.stringify(answers);
</script>"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("browser")
    (folder / "flags.yaml").write_text("flags:\n  gate: {type: boolean, serve: true}\n")
    with Emulator(folder / "flags.yaml") as emulator, page_at_another_origin(folder) as url:
        (folder / "page.html").write_text(PAGE % {"base": emulator.url})
        return {name: (status, text) for name, status, text in shown_by_chromium(url, folder / "profile")}


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("config", 200, '"format":"CLIENT"'),
        ("again", 304, ""),
        ("bandits", 200, '"updatedAt"'),
        ("unknown path", 404, "404"),
        ("events", 200, '"failed_events"'),
        ("assignments", 200, '"format":"PRECOMPUTED"'),
        ("refused assignments", 400, "subject_key is required"),
    ],
)
def test_w14_a_page_of_another_origin_reads_the_answer(answers: Any, name: str, status: int, words: str) -> None:
    assert answers[name][0] == status
    assert words in answers[name][1]


def test_a_page_of_another_origin_reads_no_control_route(answers: Any) -> None:
    assert answers["control"][0] == 0
