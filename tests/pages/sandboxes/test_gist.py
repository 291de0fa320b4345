"""What one flag serves, in a sentence and as shares."""

from datetime import UTC, datetime

import pytest

from emulator.pages.sandboxes.gist import gist_of
from emulator.pages.sandboxes.said import plain
from emulator.snapshot import EnvironmentSnapshot, build_snapshot
from emulator.snapshot.published import snapshot_of_ufc

NOW = datetime(2025, 3, 28, tzinfo=UTC)
FLAGS = """
flags:
  switch: { type: boolean, serve: true }
  rollout: { type: boolean, allocations: [ { key: some, traffic: 20%, serve: true } ], serve: false }
  gate:
    type: boolean
    allocations:
      - { key: staff, if: 'email matches "@example"', serve: true }
      - { key: america, if: 'country = US', serve: true }
    serve: false
  never-reached:
    type: boolean
    allocations: [ { key: all, serve: true }, { key: staff, if: 'a = b', serve: false } ]
  nobody: { type: boolean, allocations: [ { key: staff, if: 'a = b', serve: true } ] }
  part: { type: string, variations: [red, blue], allocations: [ { key: some, traffic: 0.01%, serve: blue } ] }
  later:
    { type: string, variations: [old, new], allocations: [ { key: l, start: 2030-01-01, serve: new } ], serve: old }
"""


@pytest.fixture(scope="module")
def environment() -> EnvironmentSnapshot:
    return build_snapshot({"flags.yaml": FLAGS}, "2025-03-01T00:00:00.000Z").environments[0]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("switch", 'serves "true" to everybody'),
        ("rollout", 'serves "true" to 20% and "false" to 80%'),
        ("gate", 'serves "false" to everybody, except where a condition of "staff" or "america" holds'),
        ("never-reached", 'serves "true" to everybody'),
        ("nobody", 'gives callers their own default, except where the condition of "staff" holds'),
        ("part", 'serves "blue" to 0.01% and the caller\'s own default to 100%'),
        ("later", 'serves "old" to everybody'),
        ("gone", "is not there: callers get their own default"),
    ],
)
def test_what_most_people_get_is_said(environment: EnvironmentSnapshot, key: str, said: str) -> None:
    assert plain(gist_of(environment, key, NOW).said) == said


def test_shares_stand_side_by_side_in_the_order_of_the_variations(environment: EnvironmentSnapshot) -> None:
    shares = gist_of(environment, "rollout", NOW).shares

    assert [(one.variation, one.x, one.width, one.hue) for one in shares] == [
        ("true", "0%", "20%", "hue-0"),
        ("false", "20%", "80%", "hue-1"),
    ]


def test_the_callers_default_has_no_colour(environment: EnvironmentSnapshot) -> None:
    assert [(one.variation, one.hue) for one in gist_of(environment, "gone", NOW).shares] == [(None, "hue-none")]


@pytest.mark.parametrize("wire", ["null", "[]", '"text"', "{}", '{"key": "f", "enabled": 1}'])
def test_a_flag_of_another_shape_is_told(wire: str) -> None:
    served = snapshot_of_ufc(f'{{"createdAt": "2025-01-01T00:00:00.000Z", "flags": {{"f": {wire}}}}}', None, "2025")

    assert plain(gist_of(served.environments[0], "f", NOW).said).startswith("cannot be read")
