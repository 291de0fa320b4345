"""What the playground shows is what the real SDK answers, and the code that it gives to copy runs."""

import html
import json
import re
import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from emulator import Emulator
from tests.docs.snippets import run
from tests.sdk.programs import NODE

FLAGS = r"""
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: ["local production"] }
flags:
  checkout:
    type: boolean
    allocations:
      - { key: staff, if: 'email matches "@shop\.example$"', serve: true }
      - { key: later, start: 2100-04-01, serve: true }
      - { key: america, if: 'country in [US, CA] and app_version >= 2.3.0', traffic: 50%, serve: true, log: false }
    environments:
      production:
        serve: true
  headline:
    type: string
    variations: { short: "it's \"short\" $HOME `x` \\ \n 😀", long: long }
    allocations:
      - { key: test, split: { short: 50%, long: 50% } }
  page-size:
    type: integer
    variations: { small: 10, large: 50 }
    serve: small
  discount:
    type: numeric
    variations: { none: 0, tenth: 0.1 }
    serve: tenth
  layout:
    type: json
    variations: { wide: { json: '{"columns": [1, 2.5, true, null, "x"]}' } }
    serve: wide
  shy:
    type: boolean
    serve: true
    environments: { production: { enabled: false } }
  "it's \"odd\" $x":
    type: string
    variations: [a]
    allocations:
      - { key: "<b>", if: zip = "5", serve: a }
  shoes:
    type: string
    variations: { plain: plain, shoes: { bandit: shoes } }
    allocations:
      - { key: training, if: 'country = NO', serve: shoes }
    serve: plain
layers:
  banner:
    parameters: { sticky: false, label: Shop now }
    variations: { sticky: { sticky: true } }
    experiments:
      - { key: sticky-test, slots: 0%-40%, split: [default, sticky] }
    rollout: sticky
bandits:
  shoes:
    gamma: 2.0
    floor: 0.06
    actions:
      red:
        intercept: 1.0
        subject: { age: { coef: 0.02 }, season: { values: { winter: 1.5, summer: -0.5 } } }
        action: { price: { coef: -0.01, missing: -0.5 } }
      blue: { intercept: 0.8 }
"""
ODD = 'it\'s "odd" $x'
HOSTILE = 'it\'s "odd" $HOME `x` \\ \n 😀 <b>&amp;'
QUESTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "a rule": ("checkout", {"subject": "ann", "attr.email": "ann@shop.example"}),
    "a default": ("checkout", {"subject": "ann"}),
    "another environment": ("checkout", {"subject": "ann", "environment": "production"}),
    "another time": ("checkout", {"subject": "ann", "at": "2100-06-01"}),
    "no event": ("checkout", {"subject": "user-1", "attr.country": "CA", "attr.app_version": "2.10.0"}),
    "a value with signs": ("headline", {"subject": "user-1"}),
    "the other value": ("headline", {"subject": "user-2"}),
    "an integer": ("page-size", {"subject": "ann"}),
    "a fraction": ("discount", {"subject": "ann"}),
    "a document": ("layout", {"subject": "ann"}),
    "signs everywhere": (ODD, {"subject": HOSTILE, f"attr.{HOSTILE}": HOSTILE, "attr.zip:": '"5"'}),
    "typed attributes": (
        "headline",
        {"subject": "no", "attr.n": "1.5", "attr.b": "true", "attr.z": "null", "attr.y": "yes"},
    ),
    "a list": ("headline", {"subject": "ann", "attr.list:": '["a", {"b": 1}]'}),
    "a bandit": ("shoes", {"subject": "ann", "attr.country": "NO", "attr.age": "120", "attr.season": "winter"}),
    "a bandit's actions": (
        "shoes",
        {"subject": "eve", "attr.country": "NO", "actions": '{"red": {"price": 40, "it\'s": "x"}, "green": {}}'},
    ),
    "a bandit's names": ("shoes", {"subject": "bob", "attr.country": "NO", "actions": "red, no, blue"}),
    "a layer": ("banner", {"subject": "ann"}),
    "off there": ("shy", {"subject": "ann", "environment": "production"}),
    "no bandit": ("shoes", {"subject": "ann"}),
}
# An SDK's clock is the machine's.
FOR_SDKS = [name for name in QUESTIONS if name != "another time"]
# How the odd one stands in the file.
NAMES: Mapping[str, str] = {ODD: '"it\'s \\"odd\\" $x"'}
FALLBACKS: Mapping[str, Any] = {"checkout": False, "shy": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    flags = tmp_path_factory.mktemp("shop") / "flags"
    flags.mkdir()
    (flags / "shop.yaml").write_text(FLAGS, encoding="utf-8")
    return flags


@pytest.fixture(scope="module")
def emulator(folder: Path) -> Iterator[Emulator]:
    with Emulator(folder) as running:
        yield running


Ask = Callable[[str], "Page"]


class Page:
    """One page, read as a person reads it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def snippet(self, name: str) -> str:
        found = re.search(rf'<pre id="snippet-{name}">(.*?)</pre>', self._text, re.DOTALL)
        assert found, self._text
        return html.unescape(found[1])

    def details(self) -> Any:
        """Return the evaluation details that it shows."""
        found = re.search(r'<details id="try-details">.*?<pre>(.*?)</pre>', self._text, re.DOTALL)
        assert found, self._text
        return json.loads(html.unescape(found[1]))


@pytest.fixture(scope="module")
def ask(emulator: Emulator) -> Ask:
    def ask(name: str) -> Page:
        flag, parameters = QUESTIONS[name]
        root = emulator.base_url.removesuffix("/api")
        with urlopen(f"{root}/flags/?{urlencode({'key': flag, **parameters})}") as response:
            return Page(response.read().decode())

    return ask


def expected(page: Page, fallback: Any) -> tuple[Any, str | None]:
    """Return the value and the action that the page shows."""
    details = page.details()
    matched = details["flagEvaluationCode"] == "MATCH"
    return details["variationValue"] if matched else fallback, details["banditAction"]


@pytest.mark.parametrize("name", FOR_SDKS)
def test_python_prints_what_the_page_shows(ask: Ask, tmp_path: Path, name: str) -> None:
    page = ask(name)
    (tmp_path / "snippet.py").write_text(page.snippet("python"), encoding="utf-8")

    done = run([sys.executable, "snippet.py"], tmp_path)

    flag = QUESTIONS[name][0]
    value, action = expected(page, FALLBACKS.get(flag, "fallback"))
    assert (done.returncode, done.stderr) == (0, "")
    assert _read(done.stdout) == (value if flag != "shoes" else (value, action))


def _read(printed: str) -> Any:
    """Return what Python printed: a value of any type, or the value and the action of a bandit."""
    result = re.match(r"EvaluationResult\(variation=(.*), action=(.*), evaluation_details=None\)\n", printed)
    if result:
        return literal_eval(result[1]), literal_eval(result[2])
    try:
        return literal_eval(printed)
    except (SyntaxError, ValueError):
        return printed.removesuffix("\n")


@pytest.mark.ci
@pytest.mark.parametrize("name", FOR_SDKS)
def test_node_prints_what_the_page_shows(ask: Ask, tmp_path: Path, name: str) -> None:
    page = ask(name)
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    (tmp_path / "snippet.mjs").write_text(page.snippet("node"), encoding="utf-8")
    # As JSON rather than as Node shows values, and apart from what the SDK itself has to say.
    (tmp_path / "as-json.mjs").write_text("console.log = (value) => console.error(JSON.stringify(value));")

    done = run(["node", "--import", "./as-json.mjs", "snippet.mjs"], tmp_path)

    flag = QUESTIONS[name][0]
    value, action = expected(page, FALLBACKS.get(flag, "fallback"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stderr) == ({"variation": value, "action": action} if flag == "shoes" else value)


def test_a_sandbox_is_asked_by_its_key(emulator: Emulator, tmp_path: Path) -> None:
    sandbox = emulator.sandbox()
    sandbox.serve("checkout", True)
    root = emulator.base_url.removesuffix("/api")
    with urlopen(f"{root}/flags/checkout?{urlencode({'subject': 'ann', 'sdkKey': sandbox.sdk_key})}") as response:
        page = Page(response.read().decode())
    (tmp_path / "snippet.py").write_text(page.snippet("python"), encoding="utf-8")

    done = run([sys.executable, "snippet.py"], tmp_path)
    told = subprocess.run(["bash", "-c", page.snippet("curl")], capture_output=True, text=True, check=True)

    assert done.stdout == "True\n"
    assert json.loads(told.stdout)["trace"]["allocationKey"] == "override-true"


def test_without_environments_any_key_will_do(tmp_path: Path) -> None:
    (tmp_path / "flags.yaml").write_text("flags: { on: { type: boolean, serve: true } }")
    with Emulator(tmp_path / "flags.yaml") as emulator:
        root = emulator.base_url.removesuffix("/api")
        with urlopen(f"{root}/flags/on?subject=ann") as response:
            text = Page(response.read().decode()).snippet("python")
        (tmp_path / "snippet.py").write_text(text, encoding="utf-8")

        done = run([sys.executable, "snippet.py"], tmp_path)

    assert done.stdout == "True\n"


def test_pytest_passes(ask: Ask, folder: Path, tmp_path: Path) -> None:
    """All in one run, for it takes longer to begin than they do."""
    for number, name in enumerate(QUESTIONS):
        (tmp_path / f"test_snippet_{number}.py").write_text(ask(name).snippet("pytest"), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(f"[pytest]\neppo_flags = {folder}\n", encoding="utf-8")

    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path)

    assert done.returncode == 0, done.stdout
    assert f"{len(QUESTIONS)} passed" in done.stdout


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_expectation_holds(ask: Ask, tmp_path: Path, name: str) -> None:
    line = f"  {NAMES.get(QUESTIONS[name][0], QUESTIONS[name][0])}:\n"
    before, found, rest = FLAGS.partition(line)
    assert found
    (tmp_path / "shop.yaml").write_text(f"{before}{line}{ask(name).snippet('yaml')}\n{rest}", encoding="utf-8")

    done = run(["eppo-emulator", "test", "shop.yaml"], tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_command_gets_the_same_answer(ask: Ask, folder: Path, name: str) -> None:
    page = ask(name)

    done = run(["bash", "-c", page.snippet("command").replace(" --explain ", " --json ")], folder.parent)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["evaluationDetails"] == page.details()


@pytest.mark.parametrize("name", QUESTIONS)
def test_curl_gets_the_same_answer(ask: Ask, name: str) -> None:
    page = ask(name)

    done = subprocess.run(["bash", "-c", page.snippet("curl")], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["evaluationDetails"] == page.details()
