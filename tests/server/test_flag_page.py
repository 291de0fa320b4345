"""``/flags/{key}`` over HTTP: the page of one flag, whatever its key and its content are."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.pages.wording import flag_href
from emulator.server import create_app
from emulator.server.parts import Parts
from emulator.snapshot import build_snapshot, snapshot_of_ufc
from tests.server.calling import Call, in_flask
from tests.server.documents import CREATED_AT, Shelf, two_environments

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "a/b//c",
    "a/../b",
    "/",
    "?x=1#y",
    "\N{PARTY POPPER}",
    "nul\0",
    "\ud800",
    "long" * 500,
    " ",
    "..",
]
MALFORMED: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    {"key": "f"},
    {
        "key": "f",
        "enabled": True,
        "variationType": "STRING",
        "variations": {"a": 1},
        "allocations": [],
        "totalShards": 1,
    },
    {"key": "f", "enabled": "no", "variationType": ["x"], "variations": [], "allocations": {}, "totalShards": None},
]
FILE = """
environments:
  test: {}
  backend: { tags: [backend] }
flags:
  off: { type: boolean, enabled: false, serve: true, description: nobody sees it }
  gone: { type: boolean, archived: true, serve: true }
  banner:
    type: boolean
    allocations:
      - { key: america, if: "country in [US, CA]", traffic: 20%, serve: true }
    serve: false
"""


def serving(parts: Parts) -> Call:
    return in_flask(create_app(parts))


def published(flags: dict[str, Any]) -> Call:
    text = json.dumps({"createdAt": CREATED_AT, "environment": {"name": "Test"}, "flags": flags})
    return serving(Parts(Shelf(snapshot_of_ufc(text, None, CREATED_AT))))


@pytest.fixture
def parts() -> Parts:
    return Parts(
        Shelf(build_snapshot({"flags/a.yaml": FILE}, CREATED_AT)), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC)
    )


@pytest.fixture
def call(parts: Parts) -> Call:
    return serving(parts)


def test_a_key_may_hold_slashes() -> None:
    reply = serving(Parts(Shelf(two_environments())))("GET", "/flags/team/nested")

    assert reply.status == 200
    assert "team/nested" in reply.text


@pytest.mark.parametrize("key", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_key_stays_text(key: str) -> None:
    variation = {"key": key, "value": key}
    rules = [{"conditions": [{"attribute": key, "operator": "ONE_OF", "value": [key]}]}]
    splits = [
        {"variationKey": key, "shards": [{"salt": key, "ranges": [{"start": 0, "end": 5}]}], "extraLogging": {key: key}}
    ]
    flag = {
        "key": key,
        "enabled": True,
        "variationType": "STRING",
        "variations": {key: variation},
        "allocations": [{"key": key, "rules": rules, "splits": splits, "doLog": True}],
        "totalShards": 10,
    }

    reply = published({key: flag})("GET", flag_href(key, {}))

    assert reply.status == 200
    assert "<script>alert" not in reply.text
    assert "<img" not in reply.text


@pytest.mark.parametrize("flag", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_flag_has_a_page(flag: Any) -> None:
    reply = published({"f": flag})("GET", "/flags/f?simulate=10")

    assert reply.status == 200


def test_what_is_wrong_with_a_flag_is_said() -> None:
    reply = published({"f": {"key": "f"}})("GET", "/flags/f")

    assert "SDKs cannot read this flag: variationType is missing" in reply.text


def test_rules_and_shares_are_told_in_words(call: Call) -> None:
    text = call("GET", "/flags/banner").text

    assert "is one of <code>US</code> or <code>CA</code>" in text
    assert "<b>20%</b> take part" in text


def test_the_place_of_the_definition_is_told(call: Call) -> None:
    assert "flags/a.yaml:8:3" in call("GET", "/flags/banner").text


@pytest.mark.parametrize(
    ("key", "why"), [("off", "disabled everywhere"), ("gone", "archived"), ("nope", "No flag &#34;nope&#34;")]
)
def test_a_flag_that_is_not_served_says_why(call: Call, key: str, why: str) -> None:
    assert why in call("GET", f"/flags/{key}").text


def test_only_a_flag_that_nobody_defines_is_not_found(call: Call) -> None:
    assert [call("GET", f"/flags/{key}").status for key in ("banner", "off", "gone", "nope")] == [200, 200, 200, 404]


def test_a_flag_may_be_left_out_of_an_environment(call: Call) -> None:
    text = call("GET", "/flags/banner?environment=backend").text

    assert "takes only flags with one of the tags backend" in text


def test_simulated_shares_stand_beside_the_configured_ones(call: Call) -> None:
    text = call("GET", "/flags/banner?simulate=100").text

    assert ">Simulated</th>" in text


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "many", "1000001", "9" * 40])
def test_a_number_of_subjects_that_makes_no_sense_is_told_beside_its_field(call: Call, number: str) -> None:
    reply = call("GET", f"/flags/banner?simulate={number}")

    assert reply.status == 200
    assert "Give a number of subjects from 1 to 1,000,000." in reply.text
    assert f'value="{number}"' in reply.text


def test_while_an_attribute_cannot_be_read_shares_are_told_without_any(call: Call) -> None:
    sound = call("GET", "/flags/banner?attr.country=US").text
    broken = call("GET", "/flags/banner?attr.country=US&attr.age:=xxx").text

    assert "Share with these attributes" in sound
    assert "Share without attributes" in broken
    assert "This is not JSON" in broken


def test_a_flag_that_goes_takes_its_variations_with_it(call: Call) -> None:
    """Parts of a page that are fetched again are there even while they are empty, so that what they held goes."""
    text = call("GET", "/flags/off").text

    assert '<section id="variations" data-region aria-labelledby="variations-title" hidden>' in text
    assert '<section id="wire" data-region aria-labelledby="wire-title" hidden>' in text


def test_where_a_flag_comes_from_is_told(call: Call) -> None:
    assert "no flag file defines it" in call("GET", "/flags/absent").text
    assert "from a published configuration" in published({"f": {"key": "f"}})("GET", "/flags/f").text


def test_a_sandbox_is_compared_with_every_environment(call: Call) -> None:
    key = json.loads(call("POST", "/emulator/v1/sandboxes").body)["sdkKey"]
    same = call("GET", f"/flags/banner?sdkKey={key}").text
    call("PUT", f"/emulator/v1/sandboxes/{key}/flags/banner", body=b'{"serve": true}')
    different = call("GET", f"/flags/banner?sdkKey={key}").text

    assert "Test: on, the same as here</a>" in same
    assert "Test: on, different</a>" in different


def test_recent_events_come_as_a_part(call: Call) -> None:
    event = {"featureFlag": "banner", "allocation": "default", "variation": "false", "subject": "<b>ann</b>"}
    call("POST", "/emulator/v1/events", {"Content-Type": "application/json"}, json.dumps(event).encode())

    text = call("GET", "/flags/banner?part=events").text

    assert "&lt;b&gt;ann&lt;/b&gt;" in text
    assert "/inbox?q=flag%3Abanner" in text


def test_the_last_allocation_has_one_name(call: Call) -> None:
    text = call("GET", "/flags/banner?subject=ann").text

    assert '<h3>Everybody else (<span class="mono">default</span>)</h3>' in text
    assert "because allocation &#34;default&#34; takes" in text


def test_a_key_with_a_blank_in_front_is_seen_to_have_it() -> None:
    call = published({" lead": {"key": " lead"}})

    assert ">&#34; lead&#34;</a>" in call("GET", "/").text
    assert "&#34; lead&#34;" in call("GET", "/flags/absent?subject=ann").text.split('id="verdict"')[1]


def test_a_sandbox_shows_what_it_changed(call: Call) -> None:
    key = json.loads(call("POST", "/emulator/v1/sandboxes").body)["sdkKey"]
    call("PUT", f"/emulator/v1/sandboxes/{key}/flags/banner", body=b'{"serve": true}')

    text = call("GET", f"/flags/banner?sdkKey={key}").text

    assert "changed in this sandbox" in text
    assert "by this sandbox" in text


def test_a_flag_that_a_sandbox_turns_off_says_so(call: Call) -> None:
    key = json.loads(call("POST", "/emulator/v1/sandboxes").body)["sdkKey"]
    call("PUT", f"/emulator/v1/sandboxes/{key}/flags/banner", body=b'{"off": true}')

    assert "this sandbox turns it off" in call("GET", f"/flags/banner?sdkKey={key}").text


@pytest.fixture
def long() -> Call:
    steps = "".join(
        f"      - {{ key: step-{number}, if: 'country = C{number}', serve: true }}\n" for number in range(300)
    )
    text = f"flags:\n  long:\n    type: boolean\n    allocations:\n{steps}"
    return serving(Parts(Shelf(build_snapshot({"a.yaml": text}, CREATED_AT))))


def test_of_a_long_waterfall_the_rest_comes_later(long: Call) -> None:
    first, rest = long("GET", "/flags/long").text, long("GET", "/flags/long?part=steps").text

    assert [f'id="step-{number}"' in first for number in (1, 20, 21, 300)] == [True, True, False, False]
    assert [f'id="step-{number}"' in rest for number in (1, 20, 21, 300)] == [False, False, True, True]


def test_a_long_waterfall_says_where_the_rest_is(long: Call, call: Call) -> None:
    assert 'data-fragment="/flags/long?part=steps"' in long("GET", "/flags/long").text
    assert 'data-fragment="/flags/banner?part=steps"' not in call("GET", "/flags/banner").text


def test_the_rest_is_about_the_same_subject(long: Call) -> None:
    text = long("GET", "/flags/long?subject=ann&attr.country=C250&attr.age=1").text

    assert 'data-fragment="/flags/long?subject=ann&amp;attr.country=C250&amp;attr.age=1&amp;part=steps"' in text
    assert "the subject gets it here" in long("GET", "/flags/long?subject=ann&attr.country=C250&part=steps").text


def test_the_whole_way_of_a_long_waterfall_comes_later(long: Call) -> None:
    page = long("GET", "/flags/long?subject=ann&attr.country=C250").text
    way = long("GET", "/flags/long?subject=ann&attr.country=C250&part=way").text

    assert 'data-fragment="/flags/long?subject=ann&amp;attr.country=C250&amp;part=way"' in page
    assert ["flagEvaluationCode" in one for one in (page, way)] == [False, True]


def test_without_scripts_all_of_it_can_be_had(long: Call) -> None:
    assert 'id="step-300"' in long("GET", "/flags/long?steps=all").text


def test_the_flag_as_sdks_get_it_comes_as_a_part(call: Call) -> None:
    assert "&#34;variationType&#34;: &#34;BOOLEAN&#34;" in call("GET", "/flags/banner?part=ufc").text
