"""Request headers, read as SDKs, browsers and proxies write them."""

import pytest

from emulator.server.negotiation import accepts_gzip, etag_matches, preflight

ETAG = '"0123abcd"'


@pytest.mark.parametrize(
    "header",
    [
        '"0123abcd"',
        "0123abcd",
        'W/"0123abcd"',
        "W/0123abcd",
        '"other", "0123abcd"',
        "other, 0123abcd",
        '"other",W/"0123abcd" , "third"',
        "*",
        " * ",
        '"0123abcd-gzip"',
        '"0123abcd"-gzip',
        "0123abcd-gzip",
        'W/"0123abcd-gzip"',
    ],
)
def test_w09_an_etag_matches_in_every_form_that_clients_and_proxies_send(header: str) -> None:
    assert etag_matches(header, ETAG)


@pytest.mark.parametrize("header", ["", '""', '"0123abc"', '"0123abcd0"', '"0123ABCD"', "W/", ",", '"*"', "gzip"])
def test_w09_another_etag_does_not_match(header: str) -> None:
    assert not etag_matches(header, ETAG)


@pytest.mark.parametrize(
    "header",
    [
        "gzip",
        "GZIP",
        "gzip, deflate, br",
        "deflate,gzip",
        "gzip;q=0.5",
        "gzip; q=1.0",
        "x-gzip",
        "br;q=1, gzip;q=0.001",
    ],
)
def test_w07_gzip_is_taken_where_it_is_offered(header: str) -> None:
    assert accepts_gzip(header)


@pytest.mark.parametrize(
    "header", ["", "identity", "br", "*", "gzip;q=0", "gzip; q=0.000", "notgzip", "gzipped", "deflate"]
)
def test_w07_gzip_is_not_guessed_at(header: str) -> None:
    assert not accepts_gzip(header)


def test_w14_a_preflight_reflects_the_headers_that_were_asked_for() -> None:
    answer = preflight({"access-control-request-headers": "content-type,x-custom"})

    assert dict(answer.headers)[b"Access-Control-Allow-Headers"] == b"content-type,x-custom"


def test_w14_a_preflight_reflects_nothing_that_is_no_header_name() -> None:
    answer = preflight({"access-control-request-headers": "x\r\nSet-Cookie: a=b"})

    assert b"x-eppo-token" in dict(answer.headers)[b"Access-Control-Allow-Headers"]
