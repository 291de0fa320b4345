"""Regular expressions: what they mean, and that none takes long."""

import contextlib
import time

import pytest

from emulator.evaluation.patterns import UnsupportedPatternError, compile_pattern
from tests.evaluation.configurations import allocation, asked, condition, flag, holds, rule, split

CATASTROPHIC = ("^(a+)+b$", "(a|aa)+$", "^(a|a?)+$x", "([a-zA-Z]+)*1", "(.*a){20}$", "(x+x+)+y")
# A request that takes this long hangs; RE2 needs about a hundredth of it.
LIMIT_S = 2.0


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("^ab", "abc", True),
        ("bc$", "abc", True),
        ("^abc$", "abc", True),
        ("^abc$", "abc\n", False),
        ("c$", "abc\n", False),
        ("a\\.c", "abc", False),
        ("@example\\.com$", "ann@example.com", True),
        ("@example\\.com$", "ann@exampleXcom", False),
        ("a/b", "a/b", True),
        (r"a\/b\-c", "a/b-c", True),
        ("a|b", "xb", True),
        ("A", "a", False),
        ("(?i)ABC", "abc", True),
        ("^.$", "😀", True),
        ("^a.b$", "a\nb", False),
        (r"^\d+$", "123", True),
        (r"^\d+$", "٣", False),
        (r"^\w$", "é", False),
        (r"^\p{L}$", "é", True),
        (r"a\sb", "a\u00a0b", True),
        (r"a\sb", "a\vb", True),
        (r"a\sb", "a\ufeffb", False),
        (r"a\Sb", "a\u2028b", False),
        (r"a\Sb", "axb", True),
        (r"a[\s_]b", "a\u2003b", True),
        (r"a[^\s]b", "a\u2003b", False),
        (r"\\s", "a\\sb", True),
        (r"^\u0041[\u0062]$", "Ab", True),
        ("(?P<name>a)", "a", True),
        ("(?<name>a)", "a", True),
        ("", "anything", True),
        ("é$", "café", True),
        ("x", "\ud800x", True),
        ("[x]", "\ud800x", True),
    ],
)
def test_e25_a_pattern_is_searched_for(pattern: str, text: str, found: bool) -> None:
    assert compile_pattern(pattern)(text) is found


UNSUPPORTED = ("[bad", "(", "*", "x(?=y)", "(?<!x)y", r"(a)\1", "a{1001}", r"\Qabc\E", r"\C", "(?>a)", r"\ud800", "\\")


@pytest.mark.parametrize("pattern", UNSUPPORTED)
def test_e25_beyond_re2_a_pattern_is_refused_with_a_reason(pattern: str) -> None:
    with pytest.raises(UnsupportedPatternError, match=r"\w"):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", UNSUPPORTED)
@pytest.mark.parametrize("operator", ["MATCHES", "NOT_MATCHES"])
def test_e25_a_refused_pattern_is_false_under_both_operators_and_the_next_allocation_is_tried(
    operator: str, pattern: str
) -> None:
    first = allocation("first", rules=[rule(condition(operator, pattern))])

    found = asked(flag(first, allocation("second", split("off"))), attributes={"a": "xy"})

    assert (found.value, list(found.unmatched)) == ("OFF", ["FAILING_RULE"])


@pytest.mark.parametrize("text", ["abc", "xyz", "10", "", "a b"])
@pytest.mark.parametrize("pattern", ["b", "^x", r"\d", "a.*c", "^$"])
def test_e25_not_matches_is_the_negation(pattern: str, text: str) -> None:
    assert holds("NOT_MATCHES", pattern, a=text) is not holds("MATCHES", pattern, a=text)


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_a_pattern_that_backtracks_forever_elsewhere_is_answered_at_once(pattern: str) -> None:
    started = time.perf_counter()
    compile_pattern(pattern)("a" * 1_000_000)

    assert time.perf_counter() - started < LIMIT_S


@pytest.mark.parametrize("part", ["[", "[:a", "[\\", "[^]", "(", "a|", r"\u0041"])
def test_a_long_pattern_is_read_at_once_however_damaged(part: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(UnsupportedPatternError):
        compile_pattern(r"\s" + part * 5_000)

    assert time.perf_counter() - started < LIMIT_S


def test_the_reason_of_a_refusal_is_one_short_line() -> None:
    with pytest.raises(UnsupportedPatternError) as refusal:
        compile_pattern("[\n" + "a" * 100_000)

    assert len(str(refusal.value)) < 300
    assert str(refusal.value).isprintable()


def test_a_pattern_too_large_for_re2_is_refused() -> None:
    with pytest.raises(UnsupportedPatternError):
        compile_pattern("(?:" + "|".join(rf"[\p{{L}}]{{500}}{number}" for number in range(50)) + ")")


def test_without_re2_plain_patterns_work_and_others_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "re2", None)

    assert compile_pattern("^beta-")("beta-1")
    with pytest.raises(UnsupportedPatternError, match="google-re2"):
        compile_pattern("^beta-[0-9]")
