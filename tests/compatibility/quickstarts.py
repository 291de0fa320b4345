"""The shortest program around each SDK: what docs/compatibility.md shows, and how a test runs it."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.sdk.programs import GO, JAVA, NODE, PYTHON, REACT_NATIVE, RUST

_JAVA = ("java", "-cp", "target/classes:target/libraries/*")


@dataclass(frozen=True, slots=True)
class QuickStart:
    """
    *language* is that of the fenced block. *command* runs it in *folder*; a page has none.

    *note* is for who has the SDK where only its core could be had. One that *is_refused* needs what registries may not
    hand out.
    """

    name: str
    language: str
    source: Path
    folder: Path
    command: tuple[str, ...] = ()
    note: str = ""
    is_refused: bool = False


QUICK_STARTS: tuple[QuickStart, ...] = (
    QuickStart("Python 4", "python quickstart", PYTHON / "quickstart.py", PYTHON, (sys.executable, "quickstart.py")),
    QuickStart(
        "Python 3", "python quickstart", PYTHON / "quickstart_3.py", PYTHON, (".venv-3/bin/python", "quickstart_3.py")
    ),
    QuickStart("Node", "js quickstart", NODE / "quickstart.mjs", NODE, ("node", "quickstart.mjs")),
    QuickStart(
        "Browser", "html quickstart", NODE / "quickstart.html", NODE,
        note="A page in Chromium, on the core that could be had; `eppo-sdk.js` is the bundle in its package. With "
        "`@eppo/js-client-sdk` itself, which no test runs, the client is what its "
        "`await init({ apiKey, baseUrl, assignmentLogger })` returns.",
    ),
    QuickStart(
        "React Native", "js quickstart", REACT_NATIVE / "quickstart.mjs", REACT_NATIVE,
        ("node", "--import", "./storage.mjs", "quickstart.mjs"),
    ),
    QuickStart(
        "Java", "java quickstart", JAVA / "src/main/java/QuickStart.java", JAVA, (*_JAVA, "QuickStart"),
        note="On the core that could be had. With `cloud.eppo:eppo-server-sdk` itself, which no test runs, the client "
        'is what `EppoClient.builder("local-test").apiBaseUrl(baseUrl).buildAndInit()` returns.',
    ),
    QuickStart(
        "Android", "java quickstart", JAVA / "src/main/java/AndroidQuickStart.java", JAVA,
        (*_JAVA, "AndroidQuickStart"),
        note="On the core that could be had, on a computer. With `cloud.eppo:android-sdk` itself, which no test runs, "
        'the client is what `new EppoClient.Builder("local-test", application).apiBaseUrl(baseUrl).buildAndInit()` '
        "returns.",
    ),
    QuickStart(
        "Rust", "rust quickstart", RUST / "examples" / "quickstart.rs", RUST, ("target/debug/examples/quickstart",)
    ),
    QuickStart(
        "Go", "go quickstart", GO / "quickstart" / "main.go", GO, ("go", "run", "./quickstart"),
        note="CI does not run this one: the module proxy that it asks refuses the module, in every version. "
        "`make go-sdk` runs it where the module can be had.",
        is_refused=True,
    ),
)  # fmt: skip
