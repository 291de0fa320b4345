"""The tests that the docs show pass, in a project with the sample flags and the application that the page shows."""

import shutil
import sys
from pathlib import Path

from tests.docs.snippets import ROOT, Snippet, run, snippets

APPLICATION = "python shop.py"
TESTS = "python pytest"


def write(snippet: Snippet, path: Path) -> None:
    path.write_text(snippet.text)


def test_the_tests_that_are_shown_pass(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "flags", tmp_path / "flags")
    for snippet in snippets(APPLICATION):
        write(snippet, tmp_path / "shop.py")
    shown = snippets(TESTS)
    for number, snippet in enumerate(shown):
        write(snippet, tmp_path / f"test_{number}.py")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = --strict-markers\npythonpath = .\nfilterwarnings = error\n"
    )

    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path)

    assert len(shown) >= 5
    assert done.returncode == 0, done.stdout
