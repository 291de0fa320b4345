"""``GET /emulator/v1/events/export``: the tables of a warehouse, as files of any length."""

import csv
import json
import sys
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from pyarrow import parquet

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.inbox.arrival import shape_judgement
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.server.calling import Call, over_http

EXPORT = "/emulator/v1/events/export"
HOSTILE = 'a"b,c\nd\u2028\ud800<script>\0'
# As every reader of files can have it.
SAFE = HOSTILE.replace("\ud800", "\\ud800").replace("\0", "\\x00")


@pytest.fixture
def some(parts: Parts) -> Parts:
    """Assignments of ann (sent twice) and of a hostile subject, a bandit's action, and something that is nothing."""
    parts.inbox.judge_by(shape_judgement)
    assignment = ASSIGNMENTS["rust core"]
    twice = Arrival(read_event(assignment), environment="test", message_id="m1")
    others = ({**assignment, "subject": HOSTILE, "timestamp": "never"}, BANDITS["rust core"], 7)
    parts.inbox.append([twice, twice, *(Arrival(read_event(raw), environment="test") for raw in others)])
    return parts


def test_assignments_are_lines_of_json(call: Call, some: Parts) -> None:
    reply = call("GET", EXPORT)
    first, second = map(json.loads, reply.body.splitlines())

    assert (reply.status, reply.headers["content-type"]) == (200, "application/jsonl; charset=utf-8")
    assert reply.headers["content-disposition"] == 'attachment; filename="assignments.jsonl"'
    assert first == {
        "experiment": "banner-rollout",
        "subject": "ann",
        "variation": "on",
        "timestamp": "2026-03-01T09:00:00.123Z",
        "subject_attributes": {"country": "NO", "age": 30},
        "feature_flag": "banner",
        "allocation": "rollout",
        "holdout_key": "q1",
        "holdout_variation": None,
    }
    assert (second["subject"], second["timestamp"]) == (HOSTILE, None)


def test_actions_of_bandits_are_a_table_of_their_own(call: Call, some: Parts) -> None:
    (row,) = map(json.loads, call("GET", f"{EXPORT}?table=bandit_actions").body.splitlines())

    assert (row["bandit_key"], row["action"], row["feature_flag"], row["model_version"]) == (
        "hats", "fedora", "hat", "v1",
    )  # fmt: skip
    assert row["action_probability"] == BANDITS["rust core"]["actionProbability"]
    assert row["metadata"] == BANDITS["rust core"]["metaData"]


def test_csv_holds_what_the_lines_of_json_hold(call: Call, some: Parts) -> None:
    header, ann, hostile = csv.reader(StringIO(call("GET", f"{EXPORT}?format=csv").body.decode(), newline=""))

    assert header[:3] == ["experiment", "subject", "variation"]
    assert (ann[1], json.loads(ann[4])) == ("ann", {"country": "NO", "age": 30})
    assert hostile[1] == SAFE


def test_a_cell_of_another_type_is_its_json(call: Call, parts: Parts) -> None:
    parts.inbox.append([Arrival(read_event({**ASSIGNMENTS["rust core"], "holdoutKey": 1.5}), environment="test")])

    rows = list(csv.DictReader(StringIO(call("GET", f"{EXPORT}?format=csv").body.decode())))
    table = parquet.read_table(BytesIO(call("GET", f"{EXPORT}?format=parquet").body)).to_pylist()

    assert [row["holdout_key"] for row in (*rows, *table)] == ["1.5", "1.5"]


def test_parquet_holds_what_the_lines_of_json_hold(call: Call, some: Parts) -> None:
    ann, hostile = parquet.read_table(BytesIO(call("GET", f"{EXPORT}?format=parquet").body)).to_pylist()
    (action,) = parquet.read_table(
        BytesIO(call("GET", f"{EXPORT}?format=parquet&table=bandit_actions").body)
    ).to_pylist()

    assert (ann["subject"], json.loads(ann["subject_attributes"])) == ("ann", {"country": "NO", "age": 30})
    assert hostile["subject"] == SAFE
    assert action["action_probability"] == BANDITS["rust core"]["actionProbability"]


@pytest.mark.parametrize("file_format", ["jsonl", "csv", "parquet"])
def test_filters_narrow_a_file_down_to_an_empty_one(call: Call, some: Parts, file_format: str) -> None:
    body = call("GET", f"{EXPORT}?format={file_format}&q=subject:nobody").body

    rows: Any = {
        "jsonl": lambda: body.splitlines(),
        "csv": lambda: body.splitlines()[1:],
        "parquet": lambda: parquet.read_table(BytesIO(body)).to_pylist(),
    }[file_format]()
    assert rows == []


@pytest.mark.parametrize("file_format", ["jsonl", "csv", "parquet"])
def test_a_file_of_many_pieces_holds_every_event(serve: Callable[[Parts], int], parts: Parts, file_format: str) -> None:
    parts.inbox.judge_by(shape_judgement)
    raws = [{**ASSIGNMENTS["rust core"], "subject": f"user-{number}"} for number in range(1_700)]
    parts.inbox.append([Arrival(read_event(raw)) for raw in raws])

    reply = over_http(serve(parts))("GET", f"{EXPORT}?format={file_format}")

    assert "content-length" not in reply.headers
    found = {
        "jsonl": lambda: [json.loads(line)["subject"] for line in reply.body.splitlines()],
        "csv": lambda: [row["subject"] for row in csv.DictReader(StringIO(reply.text))],
        "parquet": lambda: parquet.read_table(BytesIO(reply.body)).column("subject").to_pylist(),
    }[file_format]()
    assert found == [raw["subject"] for raw in raws]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?format=jsnl", 'did you mean "jsonl"?'),
        ("?table=assignment", 'did you mean "assignments"?'),
        ("?flga=x", 'did you mean "flag"?'),
    ],
)
def test_what_is_not_understood_is_a_problem(call: Call, query: str, words: str) -> None:
    reply = call("GET", EXPORT + query)

    assert (reply.status, words in json.loads(reply.body)["detail"]) == (400, True)


def test_without_its_library_parquet_is_a_problem(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    reply = call("GET", f"{EXPORT}?format=parquet")

    assert (reply.status, "pip install 'eppo-emulator[parquet]'" in json.loads(reply.body)["detail"]) == (400, True)
