"""Bodies by their Content-Encoding, up to the cap."""

import gzip
import zlib

import pytest

from emulator.server.bodies import BodyTooLargeError, BodyUnreadableError, decoded_body

TEXT = b'{"eppo_events": []}'
# Without a moment in it: test names are made of it.
GZIPPED = gzip.compress(TEXT, mtime=0)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, ""),
        (TEXT, "identity"),
        (GZIPPED, "gzip"),
        (GZIPPED, " GZIP "),
        (GZIPPED, "x-gzip"),
        (zlib.compress(TEXT), "deflate"),
    ],
)
def test_a_body_is_decompressed_by_its_coding(body: bytes, coding: str) -> None:
    assert decoded_body(body, coding, 1_000) == TEXT


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, "gzip"),
        (b"", "gzip"),
        (GZIPPED[:-1], "gzip"),
        (GZIPPED + b"more", "gzip"),
        (TEXT, "br"),
        (TEXT, "gzip, gzip"),
    ],
)
def test_a_body_that_is_not_in_its_coding_is_refused(body: bytes, coding: str) -> None:
    with pytest.raises(BodyUnreadableError):
        decoded_body(body, coding, 1_000)


@pytest.mark.parametrize("size_bytes", [1_001, 50_000_000])
def test_the_cap_holds_for_what_comes_out(size_bytes: int) -> None:
    with pytest.raises(BodyTooLargeError, match="1000 bytes"):
        decoded_body(gzip.compress(bytes(size_bytes)), "gzip", 1_000)


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_a_body_of_exactly_the_cap_is_taken(coding: str) -> None:
    body = bytes(1_000)

    assert decoded_body(gzip.compress(body) if coding else body, coding, 1_000) == body
