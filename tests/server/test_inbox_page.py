"""``/inbox`` over HTTP, without a browser: what is listed, one event, hostile and malformed content."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest

from emulator.events import read_event
from emulator.inbox import Arrival
from emulator.server.parts import Parts
from tests.events.families import ASSIGNMENTS, BANDITS
from tests.server.calling import Call


def assignment(**changes: Any) -> dict[str, Any]:
    return {
        "featureFlag": "banner",
        "allocation": "allocation-1",
        "experiment": "banner-allocation-1",
        "variation": "on",
        "subject": "ann",
        "subjectAttributes": {"country": "US"},
        "timestamp": "2026-03-01T09:00:00.000Z",
        **changes,
    }


def arrive(parts: Parts, *raws: Any, **known: Any) -> None:
    parts.inbox.append([Arrival(read_event(raw), **{"environment": "test", **known}) for raw in raws])


def test_events_are_listed_newest_first(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(subject="ann"), assignment(subject="bob"))

    text = call("GET", "/inbox").text

    assert text.index('id="e2"') < text.index('id="e1"')
    assert 'href="/inbox/2"' in text


def test_a_query_chooses(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(subject="ann"), assignment(subject="bob"))

    text = call("GET", "/inbox?q=subject:bob").text

    assert 'id="e2"' in text
    assert 'id="e1"' not in text


def test_a_query_that_cannot_be_read_is_explained_beside_its_box(call: Call) -> None:
    reply = call("GET", "/inbox?q=verdict:fine")

    assert reply.status == 200
    assert "verdict &#34;fine&#34; does not exist" in reply.text
    assert "data-keep" in reply.text


@pytest.mark.parametrize(
    ("scope", "found"), [("", ["e1", "e2"]), ("?environment=test", ["e1"]), ("?sdkKey=local-production", ["e2"])]
)
def test_an_environment_chooses(parts: Parts, call: Call, scope: str, found: list[str]) -> None:
    arrive(parts, assignment())
    arrive(parts, assignment(), environment="production")

    text = call("GET", f"/inbox{scope}").text

    assert [name for name in ("e1", "e2") if f'id="{name}"' in text] == found


def test_a_value_asks_for_more_of_its_kind(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(subject="ann lee"))

    text = call("GET", "/inbox?environment=test&q=kind:assignment").text

    assert 'href="/inbox?environment=test&amp;q=kind%3Aassignment+subject%3A%22ann+lee%22"' in text


def test_a_page_has_a_hundred_events_and_the_way_to_older_ones(parts: Parts, call: Call) -> None:
    arrive(parts, *(assignment(subject=f"user-{number}") for number in range(101)))

    text = call("GET", "/inbox").text

    assert text.count("data-row") == 100
    assert 'href="/inbox?before=2"' in text
    assert 'id="e1"' in call("GET", "/inbox?before=2").text


@pytest.mark.parametrize("path", ["/inbox/abc", "/inbox/1/2", "/inbox/%F0%9F%92%A5", "/inbox/-1"])
def test_what_is_no_event_is_said_on_a_page(parts: Parts, call: Call, path: str) -> None:
    arrive(parts, assignment())

    reply = call("GET", path)

    assert reply.status == 404
    assert "<h1>Nothing to show</h1>" in reply.text
    assert "the inbox has no page" in reply.text


@pytest.mark.parametrize(("last", "back"), [("minute", timedelta(minutes=1)), ("hour", timedelta(hours=1))])
def test_the_last_minute_is_a_time_in_the_query(parts: Parts, call: Call, last: str, back: timedelta) -> None:
    before = parts.clock() - back - timedelta(milliseconds=1)

    reply = call("GET", f"/inbox?environment=test&q=flag:a+after:2026-01-01T00:00:00Z&last={last}")

    assert reply.status == 303
    start, _, moment = unquote_plus(reply.headers["location"]).partition(" after:")
    assert start == "/inbox?environment=test&q=flag:a"
    assert before <= datetime.fromisoformat(moment) <= parts.clock() - back


def test_an_event_without_a_flag_does_not_look_like_one(parts: Parts, call: Call) -> None:
    arrive(parts, {"nothing": "of this"}, {"type": "track", "event": "Bought"})

    text = call("GET", "/inbox").text

    assert '<span class="muted">no flag</span>' in text
    assert '<span class="muted">Bought</span>' in text


def test_half_a_character_is_spelled_alike_everywhere(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(featureFlag="\ud800lone"), assignment(featureFlag="nul\0"))

    assert "\\ud800lone" in call("GET", "/inbox/1").text
    assert "\\xd800" not in call("GET", "/inbox/1").text
    assert "nul\\x00" in call("GET", "/inbox").text


def test_a_number_of_hundreds_of_digits_is_brief(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(subjectAttributes={"big": 1e308, "id": 2**60, "huge": 10**308, "year": 2026}))

    text = call("GET", "/inbox/1").text.partition('<pre id="raw"')[0]

    assert re.search(r">1e\+308</a>\s*<span class=\"muted\">number</span>", text)
    assert ">1E+308</a>" in text
    assert ">2026</a>" in text
    assert ">1152921504606846976</a>" in text


def test_ways_to_a_flag_are_where_it_is_served(parts: Parts, call: Call) -> None:
    key = next(iter(parts.workspace.current.environments[0].config["flags"]))
    known = assignment(featureFlag=key)
    arrive(parts, assignment(featureFlag="no-such-flag"), known, {**known, "subject": None})
    unknown, served, nobody = (call("GET", f"/inbox/{seq}").text for seq in (1, 2, 3))

    assert ["The flag</a>" in text for text in (unknown, served, nobody)] == [False, True, True]
    assert ['id="try"' in text for text in (unknown, served, nobody)] == [False, True, False]


def test_an_event_that_has_gone_is_said_beside_the_list(parts: Parts, call: Call) -> None:
    arrive(parts, assignment())

    assert "Event 99999 is not here; it may have been deleted." in call("GET", "/inbox?open=99999").text
    assert "may have been deleted" not in call("GET", "/inbox?open=1").text


def test_each_verdict_is_explained_where_it_stands(parts: Parts, call: Call) -> None:
    arrive(parts, {**assignment(), "subject": None})

    sentence = "The event cannot be used: a required field is missing, or has the wrong type."
    assert f'title="{sentence} &#34;subject&#34; is missing' in call("GET", "/inbox").text
    assert f'title="{sentence}"' in call("GET", "/inbox/summary").text
    assert sentence in call("GET", "/inbox/1").text


def test_newer_rows_are_a_fragment(parts: Parts, call: Call) -> None:
    arrive(parts, *(assignment() for _ in range(3)))

    text = call("GET", "/inbox/rows?after=2").text

    assert text.count("data-row") == 1
    assert 'data-seen="3"' in text
    assert "<html" not in text


def test_an_empty_inbox_says_how_to_send(call: Call) -> None:
    text = call("GET", "/inbox?environment=production").text

    assert "No event has arrived here yet" in text
    assert "InboxLogger(&#34;http://127.0.0.1" in text
    assert "sdk_key=&#34;local-production&#34;" in text


def test_an_event_is_told_in_sentences(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(variation="off"))

    text = call("GET", "/inbox/1").text

    assert "The flags give this subject something else, also those that the application held." in text
    assert "At revision 1 variation is &#34;on&#34;, the event says &#34;off&#34;." in text
    assert '<span class="badge bad">differs</span>' in text


def test_an_event_leads_to_the_playground(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(subjectAttributes={"country": "US", "age": 30, "zip": "01234"}))

    text = call("GET", "/inbox/1").text

    asked = "subject=ann&amp;at=2026-03-01T09%3A00%3A00.000Z&amp;attr.country=US&amp;attr.age=30&amp;attr.zip=01234"
    assert f'href="/flags/banner?environment=test&amp;{asked}"' in text


def test_neighbours_are_those_of_the_query(parts: Parts, call: Call) -> None:
    arrive(parts, *(assignment(subject=name) for name in ("ann", "bob", "ann", "bob", "ann")))

    text = call("GET", "/inbox/3?q=subject:ann").text

    assert 'href="/inbox/5?q=subject%3Aann"' in text
    assert 'href="/inbox/1?q=subject%3Aann"' in text


def test_an_event_that_is_not_there_is_told(call: Call) -> None:
    reply = call("GET", "/inbox/7")

    assert reply.status == 404
    assert "there is no event 7; it may have been deleted" in reply.text


@pytest.mark.parametrize("name", [*ASSIGNMENTS])
def test_every_familys_assignment_is_shown(parts: Parts, call: Call, name: str) -> None:
    arrive(parts, ASSIGNMENTS[name])

    assert call("GET", "/inbox?open=1").status == 200


@pytest.mark.parametrize("name", [*BANDITS])
def test_every_familys_bandit_action_is_shown(parts: Parts, call: Call, name: str) -> None:
    arrive(parts, BANDITS[name])

    assert call("GET", "/inbox?open=1").status == 200


def nested(levels: int) -> Any:
    value: Any = "core"
    for _ in range(levels):
        value = {"in": [value]}
    return value


EVIL = "<script>alert(1)</script>\"'&amp;\x00\ud800\u202e{{7*7}}"
HOSTILE: dict[str, Any] = {
    "markup everywhere": assignment(**dict.fromkeys(("featureFlag", "allocation", "variation", "subject"), EVIL)),
    "markup in attributes": assignment(subjectAttributes={EVIL: EVIL, "": "", "a:b": None}),
    "nested deeply": assignment(subjectAttributes={"deep": nested(100)}),
    "nested very deeply": {"deep": nested(400)},
    "a huge key": assignment(featureFlag="k" * 200_000, subjectAttributes={"n" * 100_000: 1}),
    "a megabyte": assignment(subjectAttributes={"text": "word " * 200_000}),
    "no numbers": assignment(subjectAttributes={"a": float("nan"), "b": float("inf"), "c": 10**400}),
    "mistyped": assignment(featureFlag=5, subject=["a"], subjectAttributes="none", timestamp={}),
    "tracked": {"event": EVIL, "properties": {"a": [1, {"b": EVIL}]}},
    "text": EVIL,
    "a list": [1, 2, 3],
    "nothing": None,
    "many attributes": assignment(subjectAttributes={f"attribute-{number}": number for number in range(1_000)}),
}


@pytest.mark.parametrize("path", ["/inbox", "/inbox/1", "/inbox?open=1", "/inbox/rows?after=0"])
@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_arrives_stays_text(parts: Parts, call: Call, name: str, path: str) -> None:
    arrive(parts, HOSTILE[name])

    reply = call("GET", path)

    assert reply.status == 200
    assert "<script>alert" not in reply.text
    assert len(reply.body) < 400_000


@pytest.mark.parametrize(
    "target",
    [
        "/inbox?q=%00%ff%22",
        "/inbox?before=abc&after=-1",
        "/inbox?before=99999999999999999999999999",
        "/inbox?open=99999999999999999999",
        "/inbox/9999999999999999999999",
        "/inbox/1?q=%22",
        "/inbox/rows?after=&q=verdict:x",
        f"/inbox?q={'a' * 5_000}",
        f"/inbox/rows?q={json.dumps('x')}",
    ],
)
def test_no_address_makes_it_fail(parts: Parts, call: Call, target: str) -> None:
    arrive(parts, assignment())

    assert call("GET", target).status in (200, 404)


def test_bars_ask_for_their_time(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(), assignment(variation="off"))

    text = call("GET", "/inbox/timeline?q=flag:banner").text

    assert re.search(r'href="/inbox\?q=flag%3Abanner\+after%3A2\S+Z\+before%3A2\S+Z"[^>]*: 2 events, 1 not ok"', text)


def test_counts_are_ways_to_their_events(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(), assignment(variation="off"))

    text = call("GET", "/inbox/summary?q=flag:banner").text

    assert "<b>2 events</b>" in text
    assert 'href="/inbox?q=flag%3Abanner+verdict%3Adrift"' in text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("flag:team", ["flag:team/nested"]),
        ("-environment:prod", ["-environment:production"]),
        ("subject:an", ["subject:ann"]),
        ("attr.", ["attr.country:"]),
        ("attr.country:", ["attr.country:US"]),
        ("variation:o", ["variation:on"]),
        ("nothing:", []),
        ("%ff%00", []),
    ],
)
def test_a_query_goes_on_with_what_occurs(parts: Parts, call: Call, typed: str, offered: list[str]) -> None:
    arrive(parts, assignment())

    answer = json.loads(call("GET", f"/inbox/completion?q={typed}").body)

    assert [offer["text"] for offer in answer["offers"]] == offered


def test_what_would_be_deleted_is_counted(parts: Parts, call: Call) -> None:
    arrive(parts, assignment(), assignment(), assignment(subject="bob"))

    answer = json.loads(call("GET", "/inbox/count?environment=test&q=subject:ann").body)

    assert answer == {"events": 2, "before": 4, "filters": {"environment": "test", "q": "subject:ann"}}


@pytest.mark.parametrize("part", ["timeline", "summary", "count"])
def test_parts_refuse_what_they_cannot_read(call: Call, part: str) -> None:
    assert call("GET", f"/inbox/{part}?q=verdict:fine").status == 400


@pytest.mark.parametrize("part", ["timeline", "summary", "completion"])
@pytest.mark.parametrize("name", HOSTILE)
def test_parts_keep_whatever_arrives_text(parts: Parts, call: Call, name: str, part: str) -> None:
    arrive(parts, HOSTILE[name])

    reply = call("GET", f"/inbox/{part}?q=")

    assert reply.status == 200
    assert "<script>alert" not in reply.text


def test_a_long_query_is_not_repeated_for_each_name(parts: Parts, call: Call) -> None:
    arrive(parts, *(assignment(subject="a" * 250) for _ in range(100)))

    assert len(call("GET", f"/inbox?q=-flag:{'a' * 2_000}").body) < 600_000
