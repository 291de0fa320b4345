import pytest

from emulator.ufc.patterns import pattern_findings, pattern_problem


@pytest.mark.parametrize("pattern", ["([", "*a", "[z-a]", "{2}", "a|*", "a{2,1}", "[", ")", "+?", "(?P<n", "a\\"])
def test_pattern_that_no_engine_compiles_has_a_problem(pattern: str) -> None:
    assert pattern_problem(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"@acme\.com$", r"^\p{L}+$", r"\pL", r"(?<name>x)", r"(?P<name>x)", r"(?i)abc", r"a(?i)b", r"(?i-s:x)", r"\z",
        r"(?>a)", "a++", r"(a)\1", r"\k<n>", r"\x{41}", r"\x41", r"\u0041", "[[:alpha:]]", "x{1001}", r"\e\y",
        r"\Qa\E", "", "a|", "[^]]", r"[\d-z]", r"[a-\d]",
        "a**", "a*{2}", "x{2}{3}", "a???", "[a--b]", "^*", r"\b+", "[]", "[^]",
    ],
)  # fmt: skip
def test_pattern_that_some_engine_compiles_has_none(pattern: str) -> None:
    assert pattern_problem(pattern) == ""


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        (r"^[a-z0-9._%+-]+@acme\.(com|org)$", []),
        (r"^(?:a|b){2,3}?c*$", []),
        (r"\/path\/", []),
        (r"[\/]", []),
        (r"\p{L}+", []),
        (r"(?<name>x)", []),
        ("^(?!bot)", ["P1"]),
        ("(?<=a)b", ["P1"]),
        (r"(a)\1\1", ["P1"]),
        ("(?i)abc", ["P1"]),
        ("(?i:abc)", ["P1"]),
        ("(?P<n>x)", ["P1"]),
        ("(?>a)", ["P1"]),
        ("a*+", ["P1"]),
        (r"\Aabc\z", ["P1"]),
        ("^https://x", ["P2"]),
        ("[a/]", ["P2"]),
        ("(?i)/x/", ["P1", "P2"]),
        (r"\{\}[{}]\\}\x{41}", []),
        (r"[\w.-]+@[\w-]+", []),
        (r"[\[\&&\-\d\/]{1,2}?", []),
        ("[[:alpha:]-]", []),
        ("{", ["P1"]),
        ("a{,3}", ["P1"]),
        (r"\0", ["P1"]),
        (r"[\07]", ["P1"]),
        ("[a&&b]", ["P1"]),
        ("[a~~b]", ["P1"]),
        ("[a--b]", ["P1"]),
        ("[a[b]]", ["P1"]),
        (r"[\d-z]", ["P1"]),
        (r"[a-\d]", ["P1"]),
        ("a**", ["P1"]),
        ("x{2}{3}", ["P1"]),
        (r"\b+", ["P1"]),
        ("[]a]", ["P1"]),
        ("[^]", ["P1"]),
        ("[[/]", ["P2", "P1"]),
    ],
)
def test_what_only_some_engines_do_is_found_once(pattern: str, codes: list[str]) -> None:
    assert [finding.code for finding in pattern_findings(pattern)] == codes
