import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ufc.encode import canonical, encode, encoded, etag_of, join_object, member

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_canonical_bytes_read_back(value: object) -> None:
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"b":1,"a":[true,null]}'),
        (5.0, "5.0"),
        (5, "5"),
        (1e308, "1e+308"),
        ("æ/💥\u2028", '"æ/💥\u2028"'),
        ('"\\\n\x01', '"\\"\\\\\\n\\u0001"'),
    ],
)
def test_canonical_spelling(value: object, text: str) -> None:
    assert canonical(value).decode() == text


def test_lone_surrogate_travels_as_its_escape() -> None:
    assert canonical("\ud800") == b'"\\ud800"'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_number_that_json_cannot_write_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical(value)


def test_w08_etag_leaves_the_stamp_out_and_tells_forms_apart() -> None:
    content = b'"flags":{}'

    early, late = (encode(("createdAt", stamp), content, etag_of(content, "plain")) for stamp in ("2024", "2025"))

    assert early.body != late.body
    assert early.etag == late.etag
    assert early.etag != etag_of(content, "obfuscated")
    assert early.etag[0] == early.etag[-1] == '"'


def test_gzip_form_holds_the_body_and_is_stable() -> None:
    first, second = (encoded(b"x" * 1_000_000, '"e"') for _ in range(2))

    assert gzip.decompress(first.gzipped) == first.body
    assert first.gzipped == second.gzipped


def test_fragments_join_to_an_object() -> None:
    assert join_object([member("a", 1), member("b", {})]) == b'{"a":1,"b":{}}'
