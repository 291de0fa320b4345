"""A waterfall as lines of text."""

from emulator.pages.flag.origins import origins_of
from emulator.pages.flag.sentences import sentences_of
from emulator.pages.flag.waterfall import waterfall_of
from tests.pages.flag.documents import NOW, allocation, compiled, condition, drawn

FILE = """
holdouts: { h2: { traffic: 10% } }
flags:
  banner:
    type: string
    variations: [red, blue]
    status_quo: red
    overrides: { ann: blue }
    allocations:
      - key: test
        if: country in [US, CA] or plan is null and age >= 18
        traffic: 60%
        start: 2026-04-01
        split: { red: 33%, blue: 67% }
        holdouts: [h2]
        log: false
    serve: red
"""


def test_every_allocation_is_one_line() -> None:
    snapshot = compiled(FILE)
    flag = snapshot.environments[0].config["flags"]["banner"]

    lines = sentences_of(waterfall_of(flag, NOW, origins=origins_of(snapshot.build, "banner", "test")))

    rules = "if country is one of US, CA, or plan is missing and age is at least 18"
    window = "from 1 Apr 2026 (UTC), starts in 30 days"
    assert lines == (
        "1. Named subjects (override-blue): if the subject's key is ann → blue. Not logged.",
        f"2. Held out by h2 (test-holdout-h2): {window}; {rules}; 60% take part; 10% are held out by h2 → red. "
        "Not logged.",
        f"3. test: {window}; {rules}; 60% take part → red 33%, blue 67%. Not logged.",
        "4. Everybody else (default): everybody → red. Logged as banner-default.",
        "Everybody else: the caller's default. Nobody comes this far now.",
    )


def test_what_is_wrong_is_said() -> None:
    rules = [{"conditions": [condition("age", "GTE", "old")]}]

    assert "SDKs cannot read this flag" in sentences_of(waterfall_of({}, NOW))[0]
    assert "(never true: " in sentences_of(drawn(allocation("a", rules=rules)))[0]
    assert sentences_of(drawn(allocation("a")))[0].startswith("1. a: everybody → nobody, for it has no splits.")
    assert "served as disabled" in sentences_of(drawn(enabled=False))[0]
