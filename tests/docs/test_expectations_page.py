"""The chapter on expectations shows what ``test`` prints."""

import re
from datetime import UTC, datetime

from emulator.expectations import entries_of, run_entry
from emulator.reporting.expectations import Ran, Run, as_text
from emulator.reporting.ink import plain
from emulator.snapshot import build_snapshot
from tests.docs.snippets import ROOT

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)


def test_failure_is_shown_as_it_is_printed() -> None:
    chapter = (ROOT / "docs/flag-files.md").read_text("utf-8").partition("## Expectations\n")[2]
    file, entry, shown = re.findall(r"^```(?:yaml|yaml fragment|text)\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)[
        :3
    ]
    snapshot = build_snapshot({"flags/checkout.yaml": f"{file}      {entry}"}, "2025-01-01T00:00:00.000Z")

    runs = [Run(run_entry(snapshot, one, "test", now=NOW), 0.0) for one in entries_of(snapshot)]

    assert plain(as_text(Ran(runs, [], 1, NOW, 0.0))) == f"{shown}\n1 failed, 3 passed in 1 file (0 ms)\n"
