"""The nine operators: a table of what each says of each kind of value."""

import math
from typing import Any

import pytest

from emulator.evaluation import evaluate, prepare
from emulator.evaluation.operators import OPERATORS, prepare_condition
from emulator.ufc import wire
from tests.evaluation.configurations import NOW, allocation, asked, condition, configuration, flag, holds, rule, split

# A value that suits each operator and, were null a text or a number, would be true of it.
SUITABLE: dict[str, Any] = {
    "MATCHES": ".*",
    "NOT_MATCHES": "x",
    "GTE": -1,
    "GT": -1,
    "LTE": 1,
    "LT": 1,
    "ONE_OF": ["null", "None", ""],
    "NOT_ONE_OF": ["x"],
    "IS_NULL": False,
}


def test_every_operator_of_the_wire_has_its_row() -> None:
    assert tuple(OPERATORS) == wire.OPERATORS


@pytest.mark.parametrize("attributes", [{}, {"a": None}], ids=["missing", "null"])
@pytest.mark.parametrize("operator", OPERATORS)
def test_e21_without_a_value_only_is_null_true_is_true(operator: str, attributes: dict[str, Any]) -> None:
    assert not holds(operator, SUITABLE[operator], **attributes)
    assert holds("IS_NULL", True, **attributes)


@pytest.mark.parametrize("value", ["", 0, False, math.nan, [], {}], ids=repr)
def test_e22_emptiness_is_not_null(value: Any) -> None:
    assert holds("IS_NULL", False, a=value)
    assert not holds("IS_NULL", True, a=value)


@pytest.mark.parametrize(
    ("members", "value", "expected"),
    [
        (["10"], 10, True),
        (["10"], 10.0, True),
        (["10.0"], 10.0, False),
        (["0"], -0.0, True),
        (["-0"], -0.0, False),
        (["true"], True, True),
        (["1"], True, False),
        (["3.1"], 3.1, True),
        (["10000000"], 1e7, True),
        (["1e7"], 1e7, False),
        (["0.001"], 0.001, True),
        (["2147483647"], 2_147_483_647, True),
        (["NO"], "NO", True),
        (["NO"], "no", False),
        (["NO"], "NO ", False),
        ([], "NO", False),
        (["b", "a", "b"], "a", True),
    ],
    ids=str,
)
def test_e23_e24_one_of_compares_texts(members: list[str], value: Any, expected: bool) -> None:
    assert holds("ONE_OF", members, a=value) is expected
    assert holds("NOT_ONE_OF", members, a=value) is not expected


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("GT", 9, "10", True),
        ("GT", "9", 10, True),
        ("GTE", 10, 10.0, True),
        ("GT", 10, 10, False),
        ("LT", 10, "abc", False),
        ("GTE", 0, True, False),
        ("LTE", 1, False, False),
        ("GTE", 0, "", False),
        ("LT", 10.5, "10.25", True),
        ("GTE", 10, " 10 ", False),
        ("GTE", 10, "0x0A", False),
        ("GT", 10, "Infinity", False),
        ("GT", 10, "inf", False),
        ("GT", 10, math.inf, True),
        ("LT", 10, -math.inf, True),
        ("GTE", 10, "1_0", False),
        ("GTE", 5, ["6"], False),
        ("LT", 10, {"n": 1}, False),
        ("GTE", 10, "+10", True),
        ("GTE", 10, "1e1", True),
        ("LTE", 2**53, 2**53 + 1, True),
        ("GT", 10, 10**400, True),
    ],
)
def test_e26_comparisons(operator: str, wanted: Any, value: Any, expected: bool) -> None:
    assert holds(operator, wanted, a=value) is expected


@pytest.mark.parametrize("operator", ["GTE", "GT", "LTE", "LT"])
def test_e26_nothing_compares_with_nan(operator: str) -> None:
    assert not holds(operator, 0, a=math.nan)


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        *((operator, value) for operator in ("MATCHES", "NOT_MATCHES") for value in (5, ["5"], None, True, {"a": 1})),
        *(
            (operator, value)
            for operator in ("ONE_OF", "NOT_ONE_OF")
            for value in ("5", None, 5, True, {}, [1, 2], ["5", 5], [True], [None])
        ),
        *(
            (operator, value)
            for operator in ("GTE", "GT", "LTE", "LT")
            for value in (True, None, [], ["1"], {}, "abc", "", "0x0A", "Infinity", "NaN", "v1.2.3", "1.2.3.4")
        ),
        *(("IS_NULL", value) for value in ("false", "true", 0, 1, None, [])),
    ],
    ids=repr,
)
@pytest.mark.parametrize("attributes", [{"a": "5"}, {"a": 5}, {"a": True}], ids=str)
def test_e28_an_ill_typed_value_is_false_and_evaluation_goes_on(
    operator: str, value: Any, attributes: dict[str, Any]
) -> None:
    first = allocation("first", rules=[rule(condition(operator, value))])

    found = asked(flag(first, allocation("second", split("off"))), attributes=attributes)

    assert found.value == "OFF"


@pytest.mark.parametrize("operator", ["NEW", "one_of", "", None, 5], ids=repr)
def test_e29_an_unknown_operator_is_false_and_spoils_no_other_flag(operator: Any) -> None:
    odd = flag(allocation("only", rules=[rule(condition(operator, ["x"]))]))
    prepared = prepare(configuration(odd=odd, sound=flag(allocation("all"))))

    values = [evaluate(prepared, key, "alice", {"a": "x"}, now=NOW, default="-").value for key in ("odd", "sound")]

    assert values == ["-", "ON"]


@pytest.mark.parametrize(("pattern", "reason"), [("(", "missing ): ("), (r"\Q", r"invalid escape sequence: \Q")])
def test_pattern_that_cannot_be_compiled_is_called_that(pattern: str, reason: str) -> None:
    problem = prepare_condition(condition("MATCHES", pattern)).problem

    assert problem == f"the pattern cannot be compiled: {reason}"


def test_e29_an_unknown_operator_says_what_it_may_have_meant() -> None:
    assert prepare_condition(condition("ONE_OFF", ["x"])).problem == (
        'operator "ONE_OFF" is unknown; did you mean "ONE_OF"?'
    )


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"operator": "IS_NULL", "value": True}, {"attribute": 5}], ids=repr)
def test_e28_what_is_no_condition_is_false_with_a_reason(raw: Any) -> None:
    prepared = prepare_condition(raw)

    assert prepared.problem
    assert not prepared.check(None)
