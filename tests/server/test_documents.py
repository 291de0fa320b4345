"""How documents travel: coding, ETags, caching, HEAD (W6 to W13, W23 to W28, W45)."""

import gzip
import json
from dataclasses import replace

import pytest

from emulator.server.parts import Parts
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import (
    Shelf,
    bandit_snapshot,
    two_environments,
)
from tests.server.targets import BANDITS, CONFIG, DOCUMENTS, document


@DOCUMENTS
def test_w06_documents_are_json_in_utf8(call: Call, target: str) -> None:
    assert call("GET", target).headers["content-type"] == "application/json; charset=utf-8"


@DOCUMENTS
def test_w07_without_accept_encoding_the_body_is_plain(call: Call, target: str) -> None:
    """The Rust family sends no Accept-Encoding and cannot decompress (Q5)."""
    reply = call("GET", target)

    assert ("content-encoding" in reply.headers, json.loads(reply.body)["environment"]) == (False, {"name": "Test"})


@DOCUMENTS
def test_w07_gzip_where_it_is_offered_holds_the_same_document(call: Call, target: str) -> None:
    reply = call("GET", target, {"Accept-Encoding": "gzip, deflate"})

    assert gzip.decompress(reply.body) == call("GET", target).body
    assert reply.headers["content-encoding"] == "gzip"


@DOCUMENTS
@pytest.mark.parametrize(
    "headers", [{}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}], ids=["plain", "gzip", "304"]
)
def test_w07_caches_are_told_that_the_coding_varies(call: Call, target: str, headers: dict[str, str]) -> None:
    assert call("GET", target, headers).headers["vary"] == "Accept-Encoding"


@DOCUMENTS
def test_w08_the_etag_is_strong_and_quoted(call: Call, target: str) -> None:
    etag = call("GET", target).headers["etag"]

    assert (etag[0], etag[-1], etag[1:-1].isalnum()) == ('"', '"', True)


def test_w08_the_etag_differs_by_environment_and_form(call: Call) -> None:
    targets = [
        CONFIG,
        CONFIG.replace("python", "ios"),
        CONFIG.replace("local-test", "local-production"),
        CONFIG.replace("local-test", "local-production").replace("python", "ios"),
        BANDITS,
        BANDITS.replace("local-test", "local-production"),
    ]

    etags = {call("GET", target).headers["etag"] for target in targets}

    assert len(etags) == len(targets)


def test_w08_the_etag_is_made_of_the_content(carry: Carrier) -> None:
    """PHP keeps an ETag in a file across restarts of the server (Q20)."""
    first, second = (carry(Parts(Shelf(two_environments(revision)))) for revision in (1, 7))

    assert first("GET", CONFIG).headers["etag"] == second("GET", CONFIG).headers["etag"]


@DOCUMENTS
@pytest.mark.parametrize("form", ['"{}"', "{}", 'W/"{}"', '"other", "{}"', "*", '"{}-gzip"'])
def test_w09_a_matching_etag_gets_an_empty_304(call: Call, target: str, form: str) -> None:
    etag = call("GET", target).headers["etag"]

    reply = call("GET", target, {"IF-NONE-MATCH": form.format(etag.strip('"'))})

    assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", etag)


@DOCUMENTS
@pytest.mark.parametrize(
    "headers", [{}, {"If-None-Match": ""}, {"If-None-Match": '"other"'}], ids=["none", "empty", "other"]
)
def test_w09_nobody_else_gets_a_304(call: Call, target: str, headers: dict[str, str]) -> None:
    """A 304 breaks JavaScript, the Rust family, Python 3 and Java (Q6)."""
    assert call("GET", target, headers).status == 200


def test_w10_a_change_makes_the_old_etag_stale_and_a_revert_makes_it_good_again(shelf: Shelf, call: Call) -> None:
    held = {"If-None-Match": call("GET", CONFIG).headers["etag"]}
    statuses = []

    for revision, value in enumerate(["other", "on"], start=2):
        shelf.current = two_environments(revision, value)
        statuses.append(call("GET", CONFIG, held).status)

    assert statuses == [200, 304]


@DOCUMENTS
@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}], ids=["200", "304"])
def test_w11_caches_have_to_ask(call: Call, target: str, headers: dict[str, str]) -> None:
    assert call("GET", target, headers).headers["cache-control"] == "no-cache"


@DOCUMENTS
def test_w12_a_content_type_without_a_body_disturbs_nobody(call: Call, target: str) -> None:
    """Go sends one with every GET (Q4)."""
    reply = call("GET", target, {"Content-Type": "application/json; charset=UTF-8"})

    assert (reply.status, reply.body) == (200, call("GET", target).body)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}, {"If-None-Match": '"other"'}],
    ids=["plain", "gzip", "304", "other"],
)
@pytest.mark.parametrize("target", [CONFIG, BANDITS, "/health"])
def test_w13_head_has_the_headers_of_get_and_no_body(call: Call, target: str, headers: dict[str, str]) -> None:
    asked, head = call("GET", target, headers), call("HEAD", target, headers)

    assert replace(head, body=asked.body) == asked
    assert head.body == b""


@DOCUMENTS
def test_w23_two_reads_are_equal(call: Call, target: str) -> None:
    """``createdAt`` is when the content was published, not when it was asked for."""
    assert call("GET", target) == call("GET", target)


def test_w26_without_bandits_the_old_shape_is_left_out_and_the_new_one_is_empty(call: Call) -> None:
    """An empty ``bandits`` makes Go fetch models at every poll."""
    served = document(call, CONFIG)

    assert ("bandits" in served, served["banditReferences"]) == (False, {})


def test_w26_with_bandits_both_shapes_name_the_same_ones(carry: Carrier) -> None:
    served = document(carry(Parts(Shelf(bandit_snapshot(1)))), CONFIG)

    assert served["bandits"].keys() == served["banditReferences"].keys() == {"hats"}


def test_w27_models_are_served_where_there_are_none(call: Call) -> None:
    """Six SDKs throw the flags away when this fails (Q15); the Rust family demands ``updatedAt``."""
    served = document(call, BANDITS)

    assert (served["bandits"], served["environment"], "updatedAt" in served) == ({}, {"name": "Test"}, True)


def test_w28_both_documents_name_the_same_model_version(carry: Carrier) -> None:
    call = carry(Parts(Shelf(bandit_snapshot(3))))

    reference, model = document(call, CONFIG)["banditReferences"]["hats"], document(call, BANDITS)["bandits"]["hats"]

    assert reference["modelVersion"] == model["modelVersion"] == "v3"


def test_w45_an_edit_is_served_at_the_next_request(shelf: Shelf, call: Call) -> None:
    call("GET", CONFIG)

    shelf.current = two_environments(2, "edited")

    assert "edited" in document(call, CONFIG)["flags"]["banner"]["variations"]
