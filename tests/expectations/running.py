"""Entries of short flag files, run at a fixed time."""

from datetime import UTC, datetime

from emulator.expectations import Result, entries_of, run_entry
from emulator.snapshot import Snapshot, build_snapshot

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)

GATE = """
flags:
  new-checkout:
    type: boolean
    overrides: {qa: true}
    allocations:
      - key: staff
        if: email matches "@example\\.com$" and country not in [NO, SE]
        serve: true
        extra_logging: {squad: growth, week: 7}
      - key: america
        if: country in [US, CA]
        traffic: 20%
        serve: true
    serve: false
    expect:
"""
NILS = 'subject: nils, with: {email: nils@example.com, country: "NO"}'
ANN = "subject: ann, with: {email: ann@example.com, country: DK}"
AMERICANS = "subjects: 10000, with: {country: US}"

BANDIT = """
bandits:
  shoes:
    actions: {nike: {intercept: 1.0}, adidas: {intercept: 2.0}}
flags:
  banner:
    type: string
    variations: {control: control, shoes: {bandit: shoes}}
    allocations: [{key: training, split: {control: 20%, shoes: 80%}}]
    expect:
"""


def snapshot_of(text: str) -> Snapshot:
    return build_snapshot({"flags.yaml": text}, "2025-01-01T00:00:00.000Z")


def run_all(text: str) -> list[Result]:
    """Return the results of all entries in all their environments."""
    snapshot = snapshot_of(text)
    return [
        run_entry(snapshot, entry, environment, now=NOW)
        for entry in entries_of(snapshot)
        for environment in entry.environments
    ]


def run(entry: str, file: str = GATE) -> Result:
    """Return the result of the only entry of *file*, which ends where its entries begin."""
    (result,) = run_all(f"{file}      - {{{entry}}}\n")
    return result
