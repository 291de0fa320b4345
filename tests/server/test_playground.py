"""The playground of ``/flags/{key}`` over HTTP: whatever an address holds there is a page, and what it says is text."""

import html
import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.server import create_app
from emulator.server.pages import playing
from emulator.server.parts import Parts, Settings
from emulator.snapshot import build_snapshot, snapshot_of_ufc
from tests.pages.playground.shop import TEXT
from tests.server.calling import Call, Reply, in_flask
from tests.server.documents import Shelf

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
ENVIRONMENTS = """
environments:
  test: { sdk_keys: [local-test] }
  production: { sdk_keys: [local-production] }
"""
HOSTILE = "<script>alert(1)</script>\"'`${x}\n\0\u202e😀"


def parts_of(text: str = ENVIRONMENTS + TEXT, settings: Settings | None = None) -> Parts:
    snapshot = build_snapshot({"shop.yaml": text}, "2025-03-28T12:00:00.000Z")
    return Parts(Shelf(snapshot), settings or Settings(), clock=lambda: NOW)


CALL = in_flask(create_app(parts_of()))


def ask(*pairs: tuple[str, str], flag: str = "checkout", call: Call = CALL) -> Reply:
    return call("GET", f"/flags/{flag}?{urlencode(pairs)}")


def verdict(reply: Reply) -> str:
    """Return the sentence of the answer, as a person reads it."""
    found = re.search(r'<p class="because">(.*?)</p>', reply.text, re.DOTALL)
    assert found, reply.text
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", found[1])).split())


def target(reply: Reply) -> list[tuple[str, str]]:
    assert reply.status == 303
    return parse_qsl(urlsplit(reply.headers["location"]).query, keep_blank_values=True)


def test_without_a_subject_there_is_a_form_and_no_answer() -> None:
    reply = ask()

    assert reply.status == 200
    assert "Give a subject's key" in reply.text
    assert 'class="because"' not in reply.text


def test_the_answer_is_a_sentence() -> None:
    assert verdict(ask(("subject", "ann"), ("attr.email", "ann@shop.example"))) == (
        'ann gets true because allocation "staff" takes this subject: email is ann@shop.example, which ends with '
        "@shop.example."
    )


def test_the_callers_default_is_a_sentence() -> None:
    assert verdict(ask(("subject", "ann"), flag="gated")) == (
        "ann gets the caller's default because none of the flag's 2 allocations takes this subject."
    )


def test_a_bandits_choice_is_in_the_sentence() -> None:
    assert verdict(ask(("subject", "ann"), ("attr.country", "NO"), ("actions", "red"), flag="shoes")) == (
        'ann gets "shoes" and the action red because allocation "training" takes this subject: country is NO.'
    )


def test_a_flag_that_is_not_there_says_so() -> None:
    assert 'did you mean "checkout"?' in verdict(ask(("subject", "ann"), flag="chekout"))


def test_time_is_what_was_asked_for() -> None:
    assert 'allocation "later"' in verdict(ask(("subject", "ann"), ("at", "2025-06-01")))
    assert 'allocation "later"' not in verdict(ask(("subject", "ann")))


def test_the_waterfall_shows_the_trace() -> None:
    assert "matched" in ask(("subject", "ann")).text.partition('id="waterfall"')[2].partition("<aside")[0]


def test_the_other_environment_is_told() -> None:
    text = ask(("subject", "ann"), ("environment", "production")).text

    assert '<a href="/flags/checkout?environment=test&amp;subject=ann">' in text


@pytest.mark.parametrize(
    ("pairs", "address"),
    [
        ([("subject", "ann"), ("attr.country", ""), ("kind.country", "")], [("subject", "ann")]),
        ([("subject", "ann"), ("attr.zip", "5"), ("kind.zip", "text")], [("subject", "ann"), ("attr.zip:", '"5"')]),
        ([("new.name", "a b&c"), ("new.value", "=")], [("attr.a b&c", "=")]),
        ([("simulate", "100"), ("attr.a", "")], [("simulate", "100")]),
    ],
)
def test_a_form_leads_to_the_address_of_its_question(
    pairs: list[tuple[str, str]], address: list[tuple[str, str]]
) -> None:
    assert target(ask(*pairs)) == address


def test_a_random_subject_is_made_up() -> None:
    (name, subject), attribute = sorted(target(ask(("attr.a", "1"), ("random", "1"), ("want", ""))), reverse=True)

    assert name == "subject"
    assert re.fullmatch(r"user-\d{4}", subject)
    assert attribute == ("attr.a", "1")


@pytest.mark.parametrize(
    ("wish", "because"),
    [
        ("via:america", 'true because allocation "america"'),
        ("via:staff", 'true because allocation "staff"'),
        ("gets:false", "false because"),
    ],
)
def test_somebody_is_found_who_lands_there(wish: str, because: str) -> None:
    found = target(ask(("want", wish), ("find", "1")))

    assert because in verdict(ask(*found))


def test_a_search_that_takes_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "_PATIENCE_S", -1.0)

    assert "Nobody was found within" in ask(("want", "gets:short"), ("find", "1"), flag="headline").text


def test_another_one_is_found_each_time() -> None:
    first = dict(target(ask(("want", "gets:short"), ("find", "1"), flag="headline")))["subject"]
    second = dict(target(ask(("want", "gets:short"), ("find", "1"), ("subject", first), flag="headline")))["subject"]

    assert first != second


def test_an_action_is_found() -> None:
    found = target(ask(("want", "does:blue"), ("find", "1"), flag="shoes"))

    assert "and the action blue" in verdict(ask(*found, flag="shoes"))


@pytest.mark.parametrize(
    ("flag", "wish", "reason"),
    [
        ("never", "gets:false", "Nobody lands there: nobody gets as far: allocation &#34;everybody&#34; takes 1."),
        ("checkout", "via:later", "Nobody lands there: allocation &#34;later&#34; is not active at"),
        ("checkout", "gets:perhaps", "never serves &#34;perhaps&#34;"),
        ("checkout", "nonsense", "Choose a variation or an allocation."),
        ("chekout", "gets:true", "there is no flag &#34;chekout&#34;"),
    ],
)
def test_where_nobody_lands_the_reason_is_told(flag: str, wish: str, reason: str) -> None:
    reply = ask(("want", wish), ("find", "1"), flag=flag)

    assert reply.status in (200, 404)
    assert reason in reply.text


def test_a_button_without_a_wish_asks_nothing() -> None:
    assert target(ask(("subject", "ann"), ("want", ""), ("find", "1"))) == [("subject", "ann")]


@pytest.mark.parametrize(
    ("pair", "error"),
    [
        (("at", "rubbish"), "Expected a time, found &#34;rubbish&#34;"),
        (("actions", "{"), "not JSON"),
        (("attr.country:", "NO"), "This is not JSON"),
        (("new.value", "x"), "Give the attribute a name."),
        (("subject", "s" * 6000), "6,000 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(pair: tuple[str, str], error: str) -> None:
    reply = ask(("subject", "ann"), pair, flag="shoes")

    assert reply.status == 200
    assert error in reply.text
    assert "waits until what is marked" in reply.text
    assert 'class="because"' not in reply.text


def test_hostile_texts_stay_texts() -> None:
    pairs = [("subject", HOSTILE), (f"attr.{HOSTILE}", HOSTILE), ("actions", json.dumps({HOSTILE: {HOSTILE: HOSTILE}}))]

    reply = ask(*pairs, flag="shoes")

    assert reply.status == 200
    assert "<script>alert" not in reply.text
    assert "&lt;script&gt;alert" in reply.text


@pytest.mark.parametrize("attributes", [[], [("attr.<q>", "<a>")]], ids=["without", "with an attribute"])
def test_a_flag_file_may_be_hostile_too(attributes: list[tuple[str, str]]) -> None:
    text = (
        'flags: {"<b>&amp;": {type: string, variations: {"<i>": "<u>"}, allocations: '
        '[{key: "<s>", if: {attribute: "<q>", one_of: ["<a>"]}, serve: "<i>"}]}}'
    )
    call = in_flask(create_app(parts_of(text)))

    page = call("GET", f"/flags/%3Cb%3E%26amp;?{urlencode([('subject', 'ann'), *attributes])}").text

    assert "&lt;i&gt;" in page
    assert not re.search(r"<(s|i|u|q)>", page)


_TEXTS = (
    st.sampled_from(["", "1", "red", "{}", "[", "2025-03-28", "gets:true", "does:red", "via:", "json", "number"])
    | st.text()
)
_NAMES = st.sampled_from(
    [
        "subject",
        "at",
        "actions",
        "attr.country",
        "attr.age:",
        "kind.age",
        "new.name",
        "new.value",
        "new.kind",
        "want",
        "tab",
    ]
) | st.text(max_size=8)


@given(st.lists(st.tuples(_NAMES, _TEXTS)), st.sampled_from(["checkout", "shoes", "layout", "nope"]))
def test_whatever_an_address_holds_there_is_a_page(pairs: list[tuple[str, str]], flag: str) -> None:
    own = [pair for pair in pairs if pair[0] not in ("environment", "sdkKey", "simulate", "part", "key")]
    query = urlencode(own, errors="surrogatepass")

    reply = CALL("GET", f"/flags/{flag}?{query}")

    assert reply.status in (200, 303, 404)


MALFORMED: list[Any] = [
    None, 5, "flag", [], {}, {"key": "odd"}, {"enabled": True}, {"enabled": True, "variationType": "STRING"},
    {"enabled": True, "variationType": "NONSENSE", "variations": {}, "allocations": [], "totalShards": 10000},
    {"enabled": True, "variationType": "STRING", "variations": [1], "allocations": {}, "totalShards": "many"},
    {"enabled": True, "variationType": "STRING", "variations": {"a": {"key": "a", "value": 5}}, "totalShards": 10000,
     "allocations": [{"key": "x", "doLog": True, "splits": [{"variationKey": "a", "shards": []}]}]},
    {"enabled": True, "variationType": "STRING", "variations": {"a": {"key": "a", "value": "a"}}, "totalShards": 10000,
     "allocations": [{"key": "x", "doLog": True, "rules": [{"conditions": [
     {"attribute": 5, "operator": {}, "value": []},
     {"attribute": "b", "operator": "MATCHES", "value": 5}, {"attribute": "b", "operator": "ONE_OF", "value": [5]}]}],
     "splits": [{"variationKey": "a", "shards": []}]}]},
]  # fmt: skip


@pytest.mark.parametrize("wire", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("models", [None, {"bandits": {"m": 5}}], ids=["no models", "broken models"])
@pytest.mark.parametrize("query", ["", "?subject=ann", "?subject=ann&attr.b=5&actions=red", "?want=gets:a&find=1"])
def test_a_published_flag_may_be_malformed(wire: Any, models: Any, query: str) -> None:
    document = {"createdAt": "2025-03-28T12:00:00.000Z", "format": "SERVER", "environment": {"name": "Test"}}
    ties = {"m": [{"key": "m", "flagKey": "odd", "variationKey": "a", "variationValue": "a"}]}
    published = {**document, "flags": {"odd": wire}, "bandits": ties}
    snapshot = snapshot_of_ufc(
        json.dumps(published), json.dumps(models) if models else None, "2025-03-28T12:00:00.000Z"
    )
    call = in_flask(create_app(Parts(Shelf(snapshot), clock=lambda: NOW)))

    assert call("GET", f"/flags/odd{query}").status in (200, 303, 404)


def test_with_a_token_curl_needs_it() -> None:
    call = in_flask(create_app(parts_of(settings=Settings(token="secret"))))

    text = call("GET", "/flags/checkout?subject=ann", {"Authorization": "Bearer secret"}).text

    assert "Authorization: Bearer $EPPO_EMULATOR_TOKEN" in text
    assert "secret" not in text
