"""``/`` over HTTP: the flags, and the problems of broken files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.server import create_app
from emulator.server.parts import Parts
from emulator.snapshot import snapshot_of_ufc
from emulator.workspace import Workspace
from tests.server.calling import Call, in_flask
from tests.server.documents import CREATED_AT, Shelf
from tests.server.test_flag_page import HOSTILE

GOOD = "flags:\n  banner: { type: boolean, serve: true }\n  old: { type: boolean, enabled: false }\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flags.yaml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def workspace(file: Path) -> Workspace:
    return Workspace([file], clock=lambda: datetime.now(UTC))


@pytest.fixture
def call(workspace: Workspace) -> Call:
    return in_flask(create_app(Parts(workspace)))


def test_every_flag_leads_to_its_page(call: Call) -> None:
    text = call("GET", "/").text

    assert 'href="/flags/banner"' in text
    assert 'href="/flags/old"' in text


def test_a_search_leaves_what_suits(call: Call) -> None:
    text = call("GET", "/?q=bann&state=on&type=boolean").text

    assert 'href="/flags/banner' in text
    assert 'href="/flags/old' not in text


@pytest.mark.parametrize(
    "query", ["page=-1", "page=x", "page=99999999999", "state=maybe", "has=7", "type=%00", "q=%22"]
)
def test_what_makes_no_sense_is_not_asked_for(call: Call, query: str) -> None:
    assert call("GET", f"/?{query}").status == 200


def test_an_unknown_environment_is_told(call: Call) -> None:
    assert call("GET", "/?environment=nope").status == 404


def test_broken_files_are_shown_with_the_line(call: Call, file: Path, workspace: Workspace) -> None:
    file.write_text("flags:\n  banner: { type: boolean, serve: <b>ture }\n")
    workspace.reload()

    text = call("GET", "/").text

    assert "still serving revision 1" in text
    assert f"{file.as_posix()}:2:35" in text
    assert "<mark>&lt;b&gt;ture</mark>" in text
    assert "no variation" in text
    assert 'href="/flags/banner"' in text


def test_files_that_are_gone_are_told(call: Call, file: Path, workspace: Workspace) -> None:
    file.unlink()
    workspace.reload()

    assert "still serving revision 1" in call("GET", "/").text


def test_warnings_are_folded(call: Call, file: Path, workspace: Workspace) -> None:
    file.write_text(
        'flags:\n  banner: { type: boolean, allocations: [{ key: a, if: "plan not in [free]", serve: true }] }\n'
    )
    workspace.reload()

    text = call("GET", "/").text

    assert '<details id="warnings"' in text
    assert "still serving" not in text


@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_key_stays_text(key: str) -> None:
    flag = {"key": key, "enabled": True, "variationType": key, "variations": {key: {"key": key, "value": key}}}
    document = json.dumps({"flags": {key: {**flag, "allocations": [], "totalShards": 1}}, "environment": {"name": key}})
    call = in_flask(create_app(Parts(Shelf(snapshot_of_ufc(document, None, CREATED_AT)))))

    reply = call("GET", "/")

    assert reply.status == 200
    assert "<script>alert" not in reply.text
    assert "<img" not in reply.text


def test_only_what_a_sandbox_changed_can_be_seen(call: Call) -> None:
    key = json.loads(call("POST", "/emulator/v1/sandboxes").body)["sdkKey"]
    call("PUT", f"/emulator/v1/sandboxes/{key}/flags/banner", body=b'{"off": true}')

    text = call("GET", f"/?sdkKey={key}&changed=1").text

    assert f'href="/flags/banner?sdkKey={key}"' in text
    assert "this sandbox turns it off" in text
    assert "/flags/old" not in text


def test_what_a_sandboxs_clock_changes_is_changed(call: Call, file: Path, workspace: Workspace) -> None:
    sale = "allocations: [ { key: sale, start: 2025-06-01, end: 2025-06-30, serve: true } ], serve: false"
    file.write_text(f"{GOOD}  summer: {{ type: boolean, {sale} }}\n")
    workspace.reload()
    key = json.loads(call("POST", "/emulator/v1/sandboxes").body)["sdkKey"]
    call("PUT", f"/emulator/v1/sandboxes/{key}/clock", body=b'{"at": "2025-06-15T00:00Z"}')
    call("PUT", f"/emulator/v1/sandboxes/{key}/flags/banner", body=b'{"off": true}')

    text = call("GET", f"/?sdkKey={key}&changed=1").text

    assert [one for one in ("banner", "old", "summer") if f'href="/flags/{one}?' in text] == ["banner", "summer"]
    assert "but for 2 flags and the clock" in call("GET", f"/sandboxes/{key}").text
