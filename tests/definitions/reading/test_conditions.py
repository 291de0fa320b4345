from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.definitions.parsing.document import Scalar
from emulator.definitions.reading.conditions import read_condition
from emulator.definitions.report import Report
from tests.definitions.compiled import codes, conditions, gate, problems


@pytest.mark.parametrize(
    ("compact", "rules"),
    [
        ("country = NO", [[("country", "ONE_OF", ["NO"])]]),
        ("country != NO and country is not null", [[("country", "NOT_ONE_OF", ["NO"]), ("country", "IS_NULL", False)]]),
        ("country in [US, CA, MX]", [[("country", "ONE_OF", ["US", "CA", "MX"])]]),
        ("x not in [a] or x is null", [[("x", "NOT_ONE_OF", ["a"])], [("x", "IS_NULL", True)]]),
        (r'email matches "@acme\.com$"', [[("email", "MATCHES", r"@acme\.com$")]]),
        ("age >= 18", [[("age", "GTE", 18)]]),
        ("age > 18.5", [[("age", "GT", 18.5)]]),
        ("age < -1", [[("age", "LT", -1)]]),
        ("app_version <= 2.3.0", [[("app_version", "LTE", "2.3.0")]]),
        ('app_version <= "2.3.0"', [[("app_version", "LTE", "2.3.0")]]),
        ('''"odd name" = "it""s"''', None),
        ("a = 1 or b = 2 and c = 3", [[("a", "ONE_OF", ["1"])], [("b", "ONE_OF", ["2"]), ("c", "ONE_OF", ["3"])]]),
        ("v in [on, 007, 'New York']", None),
    ],
)
def test_compact_condition_compiles(compact: str, rules: Any) -> None:
    expected = rules or {
        '''"odd name" = "it""s"''': [[("odd name", "ONE_OF", ['it"s'])]],
        "v in [on, 007, 'New York']": [[("v", "ONE_OF", ["on", "007", "New York"])]],
    }[compact]  # fmt: skip

    assert conditions(f"{compact!r}" if "'" not in compact and '"' not in compact else _block(compact)) == expected


def _block(compact: str) -> str:
    """Write a condition that holds quotes as a block scalar, where nothing needs escaping."""
    return f">-\n          {compact}"


def test_and_over_or_multiplies_in_reading_order() -> None:
    rules = conditions("(a = 1 or b = 1) and (c = 1 or d = 1)")

    assert [[name for name, _, _ in rule] for rule in rules] == [["a", "c"], ["a", "d"], ["b", "c"], ["b", "d"]]


@pytest.mark.parametrize(
    ("compact", "long"),
    [
        ("country = US", "{attribute: country, one_of: [US]}"),
        ("a = 1 and b = 2", "{all: [{attribute: a, one_of: [1]}, {attribute: b, one_of: [2]}]}"),
        ("a = 1 or b = 2", "[{attribute: a, one_of: [1]}, {attribute: b, one_of: [2]}]"),
        ("a = 1 or b = 2", "{any: ['a = 1', {attribute: b, one_of: [2]}]}"),
        ("v >= 2.0.0", '{attribute: v, gte: "2.0.0"}'),
        ("build <= 1999", "{attribute: build, lte: 1999}"),
        ("a is null", "{attribute: a, is_null: true}"),
        ("a is not null", "{attribute: a, is_null: false}"),
        ("a matches x", "{attribute: a, matches: x}"),
    ],
)
def test_long_form_says_the_same(compact: str, long: str) -> None:
    assert conditions(f'"{compact}"') == conditions(long)


def test_empty_list_is_an_empty_rule_list() -> None:
    assert conditions("[]") == []


@pytest.mark.parametrize("condition", ["{any: []}", "{all: []}", "{all: [[], 'a = 1']}", "[[], 'a = 1']"])
def test_empty_list_inside_a_condition_is_refused(condition: str) -> None:
    """A list that a template left empty would let everybody in."""
    assert codes(gate(condition)) == ["E107"]


def test_raw_condition_is_served_as_it_is() -> None:
    assert conditions("{raw: {attribute: a, operator: GTE, value: '5'}}") == [[("a", "GTE", "5")]]


@pytest.mark.parametrize(
    ("condition", "code", "words"),
    [
        ("country in US", "E201", "expected ["),
        ("country in [US, CA", "E201", "at its end"),
        ("country in []", "E201", "expected a value"),
        ("country = US and", "E201", "expected an attribute"),
        ("country = US && plan = pro", "E201", "write and"),
        ("(a = 1", "E201", "expected and, or, or )"),
        ("not a = 1", "E201", "negate the comparison instead"),
        ("country = New York", "E201", 'near "York"'),
        ("a ! b", "E201", 'near "!"'),
        ("a is missing", "E201", "expected null"),
        ("email endswith x", "E202", "write matches"),
        ("country == US", "E202", "write ="),
        ("country", "E201", "expected an operator"),
        ("app_version >= 2.3", "E203", "write 2.3.0"),
        ("age >= eighteen", "E203", "compare with a number"),
        ("app_version >= 2.3.0-beta", "E203", "prereleases"),
        ("app_version >= v2.3.0", "E203", "MAJOR.MINOR.PATCH".lower()),
        ("email matches '(['", "E205", "compiles in no SDK"),
        ("audience nobody", "E401", "no audience"),
        ("{attribute: a, gte: '5'}", "E203", "without quotes"),
        ("{attribute: a, lessthan: 5}", "E202", "unknown operator"),
        ("{attribute: a}", "E109", "exactly one operator"),
        ("{attribute: a, gt: 1, lt: 5}", "E109", "gt and lt"),
        ("{any: ['a = 1'], all: ['b = 1']}", "E109", "cannot stand beside"),
        ("{one_of: [a]}", "E108", "attribute"),
        ("{attribute: a, one_of: []}", "E107", "at least one value"),
    ],
)
def test_unreadable_condition_says_what_is_wrong(condition: str, code: str, words: str) -> None:
    (problem, *_) = problems(gate(condition))

    assert problem.code == code
    assert words.lower() in str(problem).lower().replace("a version like 2.3.0", "major.minor.patch")


def test_problem_points_at_the_word_inside_the_condition() -> None:
    (problem,) = problems(gate("country in US"))

    assert (problem.line, problem.column) == (6, 24)


def test_comment_sign_inside_a_quote_is_explained() -> None:
    (problem,) = problems(gate('name = "a # b"'))

    assert problem.code == "E201"
    assert "starts a comment" in problem.hint


def test_more_than_64_rules_are_refused() -> None:
    nine = " or ".join(f"a = {number}" for number in range(9))

    assert codes(gate(f"({nine}) and ({nine.replace('a', 'b')})")) == ["E209"]


def test_deep_parentheses_are_refused() -> None:
    assert codes(gate("(" * 60 + "a = 1" + ")" * 60)) == ["E201"]


@given(st.text(alphabet="abz019 .\"'[](),=!<>andorintmches\\#%", max_size=40))
def test_any_text_gives_an_expression_or_a_problem(text: str) -> None:
    report = Report("a.yaml")

    expression = read_condition(Scalar(text, True, 1, 1), report)

    assert (expression is None) == report.failed
