"""What eval and bandit tell, of answers that a file does not easily bring about."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.queries import Result, answer, read_evaluation, served
from emulator.reporting import choosing
from emulator.reporting.evaluating import as_json, as_table, as_text, as_value
from emulator.reporting.ink import plain
from emulator.snapshot.published import snapshot_of_ufc

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
CONFIG: dict[str, Any] = {
    "createdAt": "2025-01-01T00:00:00.000Z",
    "environment": {"name": "Live"},
    "format": "SERVER",
    "flags": {
        "banner": {
            "key": "banner",
            "enabled": True,
            "variationType": "STRING",
            "variations": {"b": {"key": "b", "value": "bandit"}},
            "allocations": [
                {
                    "key": "later",
                    "startAt": "2026-01-01T00:00:00.000Z",
                    "doLog": True,
                    "splits": [{"variationKey": "b", "shards": []}],
                }
            ],
            "totalShards": 10000,
        },
        "off": {
            "key": "off",
            "enabled": False,
            "variationType": "STRING",
            "variations": {},
            "allocations": [],
            "totalShards": 10000,
        },
        "bad\x1b[2J\nkey": {"key": "bad", "enabled": True, "variationType": "STRING", "totalShards": 0},
    },
    "banditReferences": {
        "bandit": {
            "modelVersion": "v1",
            "flagVariations": [{"key": "bandit", "flagKey": "banner", "variationKey": "b", "variationValue": "bandit"}],
        }
    },
}
MODELS: dict[str, Any] = {"bandits": {"bandit": {"banditKey": "bandit", "modelVersion": "v1", "modelData": {}}}}


def asked(flag: str, subject: str = "ann", **members: Any) -> Result:
    snapshot = snapshot_of_ufc(json.dumps(CONFIG), json.dumps(MODELS), "2025-01-01T00:00:00.000Z")
    query = read_evaluation({"flag": flag, "subject": subject, **members})
    return answer(query, lambda scope: served(snapshot, scope, NOW))


def told(result: Result, *, explained: bool = False) -> str:
    return plain(as_text(result, explained=explained))


def test_nearest_miss_is_told_without_an_explanation() -> None:
    assert '  Nearest  allocation "later": begins at 2026-01-01T00:00:00.000Z; now it is ' in told(asked("banner"))


def test_disabled_flag_is_told_as_such() -> None:
    assert '  Hint    flag "off" is disabled in environment "live"\n' in told(asked("off"))


def test_bandit_without_a_usable_model_is_told_with_its_reason() -> None:
    result = asked("banner", actions=["a"], at="2026-02-01")

    text = plain(choosing.as_text(result))

    assert "  Reason      BANDIT_ERROR  Error evaluating bandit action: " in text
    assert "  Bandit      BANDIT_ERROR  " in text


@pytest.mark.parametrize("explained", [False, True])
def test_nothing_foreign_breaks_a_line_or_moves_a_cursor(explained: bool) -> None:
    key, subject = "bad\x1b[2J\nkey", "ann\x1b[31m\nValue"

    text = told(asked(key, subject, default="\x1b[2J\x85\u202e"), explained=explained)

    assert text.startswith("bad\\x1b[2J\\x0akey for ann\\x1b[31m\\x0aValue in live\n")
    assert '  Value   "\\u001b[2J\\u0085\\u202e"  the default\n' in text
    assert all(line.isprintable() for line in text.split("\n"))


def test_long_subject_is_cut_short() -> None:
    assert len(told(asked("banner", "x" * 1_000_000), explained=True)) < 5_000


def test_table_tells_the_code_where_there_is_no_variation() -> None:
    text = plain(as_table({key: asked(key, default={"a": "x" * 99}) for key in ("banner", "off")}, "ann"))

    assert text.splitlines()[0] == "2 flags for ann in live"
    assert text.splitlines()[3].split() == ["banner", '{"a":"' + "x" * 34 + "…", "DEFAULT_ALLOCATION_NULL"]


def test_value_shows_every_character() -> None:
    assert as_value({"a": ["ø", "\x00\u200b\ud800", 1.0]}) == '{"a":["ø","\\u0000\\u200b\\ud800",1.0]}'


def test_json_is_valid_however_deep_and_whatever_is_in_it() -> None:
    deep: Any = []
    for _ in range(700):
        deep = [deep]

    assert json.loads(as_json({"a": deep, "b": "\ud800"})) == {"a": deep, "b": "\ud800"}
    assert json.loads(as_json({"a": float("nan")})) == {"a": "NaN"}
