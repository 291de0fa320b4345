"""Events inside what vendors' client libraries send, as they were recorded (vendor-facts.md)."""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.events import UnreadableError, Vendor, raw_json, read_event, read_pixel, read_sent
from tests.events.families import ASSIGNMENTS, BANDITS

ASSIGNMENT = {**ASSIGNMENTS["javascript"], "subjectAttributes": {"name": "Bjørn ?>~ø", "plan": "pro"}}
BANDIT = BANDITS["javascript"]
_UNSTRUCT = "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0"


def described(event: Any) -> dict[str, Any]:
    return {"schema": _UNSTRUCT, "data": {"schema": "iglu:com.geteppo/assignment/jsonschema/1-0-0", "data": event}}


def segment(event: Any) -> dict[str, Any]:
    return {"batch": [{"type": "track", "userId": "ann", "messageId": "m-1", "properties": event}], "writeKey": "key"}


def amplitude(event: Any) -> dict[str, Any]:
    one = {"event_type": "Experiment Viewed", "user_id": "ann", "insert_id": "m-1", "event_properties": event}
    return {"api_key": "key", "events": [one]}


def mparticle(event: Any) -> dict[str, Any]:
    flat = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in event.items()}
    data = {"event_name": "Eppo", "custom_attributes": flat}
    return {"user_identities": {"customerid": "ann"}, "events": [{"event_type": "custom_event", "data": data}]}


def snowplow(event: Any) -> dict[str, Any]:
    packed = urlsafe_b64encode(json.dumps(described(event)).encode()).decode()
    return {"data": [{"e": "ue", "eid": "m-1", "aid": "key", "ue_px": packed}]}


WRITERS = {"segment": segment, "amplitude": amplitude, "mparticle": mparticle, "snowplow": snowplow}
IDS = {"segment": "m-1", "amplitude": "m-1", "mparticle": None, "snowplow": "m-1"}
KEYS = {"segment": "key", "amplitude": "key", "mparticle": None, "snowplow": "key"}


def sent(vendor: Vendor, document: Any) -> Any:
    return read_sent(vendor, document if isinstance(document, bytes) else json.dumps(document).encode())


@pytest.mark.parametrize("vendor", WRITERS)
def test_an_assignment_is_found_whole_in_what_a_vendor_sends(vendor: Vendor) -> None:
    (one,) = sent(vendor, WRITERS[vendor](ASSIGNMENT))

    plain, event = read_event(ASSIGNMENT), one.event
    assert (event.kind, event.faults, event.attributes) == ("assignment", (), ASSIGNMENT["subjectAttributes"])
    assert (event.flag, event.subject, event.timestamp, event.sdk) == (
        plain.flag,
        plain.subject,
        plain.timestamp,
        plain.sdk,
    )
    assert (one.message_id, one.key) == (IDS[vendor], KEYS[vendor])


@pytest.mark.parametrize("vendor", WRITERS)
def test_a_bandits_action_is_found_whole_in_what_a_vendor_sends(vendor: Vendor) -> None:
    (one,) = sent(vendor, WRITERS[vendor](BANDIT))

    plain = read_event(BANDIT)
    assert (one.event.kind, one.event.faults) == ("bandit", ())
    assert (one.event.action, one.event.choice) == (plain.action, plain.choice)


@pytest.mark.parametrize("vendor", WRITERS)
def test_what_was_kept_is_read_as_it_came(vendor: Vendor) -> None:
    (one,) = sent(vendor, WRITERS[vendor](ASSIGNMENT))

    assert read_event(json.loads(raw_json(one.event.raw))) == one.event


@pytest.mark.parametrize("vendor", WRITERS)
def test_an_event_of_something_else_is_kept_whole(vendor: Vendor) -> None:
    (one,) = sent(vendor, WRITERS[vendor]({"plan": "pro", "variation": "b"}))

    assert (one.event.kind, one.message_id) == ("tracked", IDS[vendor])


def test_the_vendors_user_is_the_subject_where_the_event_names_none() -> None:
    properties = {name: value for name, value in ASSIGNMENT.items() if name != "subject"}

    found = [one.event for vendor in ("segment", "amplitude") for one in sent(vendor, WRITERS[vendor](properties))]

    assert [(event.subject, event.faults) for event in found] == [("ann", ()), ("ann", ())]


def test_an_event_of_ours_alone_has_no_other_subject_than_its_own() -> None:
    properties = {name: value for name, value in ASSIGNMENT.items() if name != "subject"}

    assert [str(fault) for fault in read_event({**properties, "user_id": "ann"}).faults] == ['"subject" is missing']


def test_one_message_of_segments_needs_no_batch() -> None:
    (one,) = sent("segment", {**segment(ASSIGNMENT)["batch"][0], "writeKey": "own"})

    assert (one.event.kind, one.message_id, one.key) == ("assignment", "m-1", "own")


def test_each_event_of_a_batch_of_mparticle_keeps_its_user() -> None:
    batch = mparticle(ASSIGNMENT)
    two = {**batch, "events": batch["events"] * 2}

    found = [one.event for one in sent("mparticle", [two, two])]

    assert [event.kind for event in found] == ["assignment"] * 4
    assert all(event.raw["user_identities"] == {"customerid": "ann"} for event in found)


def test_a_batch_of_mparticle_without_events_is_kept() -> None:
    (one,) = sent("mparticle", {"user_identities": {"customerid": "ann"}, "events": []})

    assert one.event.kind == "tracked"


@pytest.mark.parametrize("nested", [lambda event: event, lambda event: {"properties": event}], ids=["flat", "nested"])
@pytest.mark.parametrize(
    "packed",
    [
        lambda text: {"ue_pr": text},
        lambda text: {"ue_px": urlsafe_b64encode(text.encode()).decode()},
        lambda text: {"ue_px": urlsafe_b64encode(text.encode()).decode().rstrip("=")},
        lambda text: {"ue_px": b64encode(text.encode()).decode()},
    ],
    ids=["text", "url-safe", "without padding", "plain base64"],
)
@pytest.mark.parametrize("length", range(3))
def test_a_self_describing_event_is_read_however_it_is_packed(nested: Any, packed: Any, length: int) -> None:
    text = json.dumps(described(nested({**ASSIGNMENT, "padding": "?" * length})), ensure_ascii=False)

    (posted,) = sent("snowplow", {"data": [{"e": "ue", "eid": "m-1", **packed(text)}]})
    (asked,) = read_pixel(urlencode({"e": "ue", "eid": "m-1", **packed(text)}))

    assert posted == asked
    assert (posted.event.kind, posted.event.attributes["name"]) == ("assignment", "Bjørn ?>~ø")


@pytest.mark.parametrize(
    "entry", [{"ue_px": "%%%"}, {"ue_px": 7}, {"ue_pr": "{"}, {"ue_pr": None}, {"ue_px": "ø"}], ids=str
)
def test_a_self_describing_event_that_describes_nothing_is_kept_with_the_reason(entry: dict[str, Any]) -> None:
    (one,) = sent("snowplow", {"data": [{"e": "ue", "eid": "m-1", **entry}]})

    (fault,) = one.event.faults
    assert (one.event.kind, one.event.raw, one.message_id) == ("invalid", {"e": "ue", "eid": "m-1", **entry}, "m-1")
    assert str(fault).startswith(f'"{next(iter(entry))}" does not hold a self-describing event: ')


@pytest.mark.parametrize("vendor", WRITERS)
def test_a_stranger_in_a_batch_spoils_no_other(vendor: Vendor) -> None:
    document = WRITERS[vendor](ASSIGNMENT)
    member = next(name for name, value in document.items() if isinstance(value, list))

    found = sent(vendor, {**document, member: [7, *document[member], None]})

    assert [one.event.kind for one in found] == ["invalid", "assignment", "invalid"]


@pytest.mark.parametrize("vendor", WRITERS)
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b" ", "the body is empty; expected events as JSON"),
        (b"nonsense", "the body is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"\xff\xfe\x00", "the body is not JSON: "),
        (b"[" * 100_000, "the body is not JSON: it is nested too deeply"),
        (b"7", "expected "),
    ],
    ids=["empty", "text", "bytes", "deep", "number"],
)
def test_a_body_that_cannot_be_read_says_why(vendor: Vendor, body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        sent(vendor, body)

    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    ("vendor", "document", "reason"),
    [
        ("segment", {"batch": {}}, 'expected a list "batch", found an object'),
        ("amplitude", {"api_key": "key"}, 'expected a list "events", found nothing'),
        ("amplitude", [], 'expected an object with a list "events", found a list'),
        ("mparticle", {"events": "none"}, 'expected a list "events", found the text "none"'),
        ("snowplow", {"data": 1}, 'expected a list "data", found number 1'),
    ],
)
def test_a_document_of_another_shape_says_what_was_expected(vendor: Vendor, document: Any, reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        sent(vendor, document)

    assert str(caught.value) == reason


def test_a_query_without_anything_says_so() -> None:
    with pytest.raises(UnreadableError, match="the query holds no event"):
        read_pixel("")
