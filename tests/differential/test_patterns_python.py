"""The grounds of P1: what the real eppo-server-sdk 4, whose engine is Rust's, makes of patterns, next to RE2."""

import pytest

from emulator.evaluation.patterns import UnsupportedPatternError, compile_pattern
from emulator.ufc.patterns import pattern_findings, pattern_problem
from tests.differential.flag_python_sdk import PythonFlags
from tests.differential.flag_questions import Question
from tests.evaluation.configurations import allocation, condition, configuration, flag, rule, split


@pytest.fixture(scope="module")
def sdk() -> PythonFlags:
    return PythonFlags()


def in_rust(sdk: PythonFlags, pattern: str, text: str) -> bool | None:
    """Return whether *pattern* is found in *text*, None when it does not compile: then neither operator holds."""
    rules = {key: [rule(condition(key, pattern))] for key in ("MATCHES", "NOT_MATCHES")}
    served = {"MATCHES": "on", "NOT_MATCHES": "off"}
    asked = flag(*(allocation(key, split(served[key]), rules=rules[key]) for key in served))
    sdk.load(configuration(f=asked))
    return {"ON": True, "OFF": False}.get(sdk.answer(Question("f", "STRING", "ann", {"a": text})).value)


def in_re2(pattern: str, text: str) -> bool | None:
    try:
        return compile_pattern(pattern)(text)
    except UnsupportedPatternError:
        return None


@pytest.mark.parametrize(
    ("pattern", "text", "rust", "re2"),
    [
        ("{", "{", None, True),
        ("a{,3}", "a{,3}", None, True),
        ("a{1, 2}", "aa", True, False),
        (r"\0", "\0", None, True),
        (r"\07", "\7", None, True),
        (r"[\0]", "\0", None, True),
        ("[a&&b]", "a", False, True),
        ("[a~~b]", "~", False, True),
        ("[!--]", "-", False, True),
        ("[a[b]c]", "a", True, False),
        (r"[\d-z]", "-", None, True),
        (r"[a-\d]", "a", None, None),
        ("[a--b]", "a", True, None),
        ("a**", "aa", True, None),
        ("x{2}{3}", "xxxxxx", True, None),
        ("a++", "aa", True, None),
    ],
)
def test_pattern_that_engines_read_differently_is_a_warning(
    sdk: PythonFlags, pattern: str, text: str, rust: bool | None, re2: bool | None
) -> None:
    assert (in_rust(sdk, pattern, text), in_re2(pattern, text)) == (rust, re2)
    assert (pattern_problem(pattern), [one.code for one in pattern_findings(pattern)]) == ("", ["P1"])


@pytest.mark.parametrize(("pattern", "text"), [(r"\w", "é"), (r"\d", "٣"), (r"\b", "é")])
def test_classes_of_letters_and_digits_know_all_scripts_in_rust_only(sdk: PythonFlags, pattern: str, text: str) -> None:
    assert (in_rust(sdk, pattern, text), in_re2(pattern, text)) == (True, False)
