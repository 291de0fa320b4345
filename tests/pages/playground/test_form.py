"""The playground's form: what addresses fill in, what is wrong with it, and the one address of each question."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.pages.playground.fields import Field
from emulator.pages.playground.form import Form, canonical, differs, read_form
from tests.pages.playground.shop import offers

SCOPE = ("environment", "sdkKey")


def read(*pairs: tuple[str, str], flag: str = "checkout") -> Form:
    return read_form(pairs, offers(flag), SCOPE)


def field(form: Form, name: str) -> Field:
    return next(one for one in form.fields if one.name == name)


def test_the_flags_attributes_are_offered_with_the_values_that_conditions_name() -> None:
    fields = {one.name: one.suggestions for one in read().fields}

    assert fields == {
        "email": ("ann@shop.example",),
        "country": ("US", "CA", "NO"),
        "app_version": ("2.3.0",),
    }


def test_a_bandits_attributes_are_offered_too() -> None:
    fields = {one.name: one.suggestions for one in read(flag="shoes").fields}

    assert fields == {"country": ("NO",), "age": (), "season": ("winter", "summer")}


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        (("attr.country", "NO"), "NO"),
        (("attr.country", "18"), 18),
        (("attr.country", "2.5"), 2.5),
        (("attr.country", "true"), True),
        (("attr.country", "null"), None),
        (("attr.country", "01234"), "01234"),
        (("attr.country:", '"18"'), "18"),
        (("attr.country:", '["a"]'), ["a"]),
        (("attr.country:", '""'), ""),
    ],
)
def test_attributes_are_typed_as_on_the_command_line(pair: tuple[str, str], value: Any) -> None:
    assert read(pair).attributes == {"country": value}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("18", "text", "18"),
        (" 18 ", "number", 18),
        ("true", "boolean", True),
        ("true", "text", "true"),
        ("[1]", "json", [1]),
    ],
)
def test_a_type_may_be_chosen(text: str, kind: str, value: Any) -> None:
    form = read(("attr.country", text), ("kind.country", kind))

    assert form.attributes == {"country": value}


@pytest.mark.parametrize(
    ("text", "kind", "error"),
    [
        ("NO", "number", "This is no number; write 18 or 2.5, or choose another type."),
        ("", "number", ""),
        ("1", "boolean", "Write true or false, or choose another type."),
        ("{", "json", "This is not JSON"),
        ("1e999", "", "There is a number in it that is too large for any computer."),
        ("x" * 5001, "", "This is too long: 5,001 characters, of at most 5,000."),
    ],
)
def test_what_does_not_fit_is_told_beside_the_field(text: str, kind: str, error: str) -> None:
    form = read(("attr.country", text), ("kind.country", kind))

    assert field(form, "country").error.startswith(error)
    assert form.is_sound is not bool(error)


def test_an_empty_field_gives_no_attribute() -> None:
    form = read(("attr.country", ""), ("attr.other", ""))

    assert form.attributes == {}
    assert [one.name for one in form.fields] == ["email", "country", "app_version"]


def test_another_attribute_joins_the_others() -> None:
    form = read(("new.name", "plan"), ("new.value", "pro"), ("attr.country", "NO"))

    assert form.attributes == {"country": "NO", "plan": "pro"}
    assert (form.fields[-1].name, form.draft) == ("plan", Field(""))


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("", "pro", "Give the attribute a name."), ("n" * 201, "1", "This is too long"), ("plan", "", "")],
)
def test_another_attribute_that_is_not_complete_stays_in_its_fields(name: str, value: str, error: str) -> None:
    draft = read(("new.name", name), ("new.value", value)).draft

    assert (draft.name, draft.text) == (name, value)
    assert draft.error.startswith(error)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("", None),
        ("2025-03-28", datetime(2025, 3, 28, tzinfo=UTC)),
        (" 2025-03-28T14:00Z ", datetime(2025, 3, 28, 14, tzinfo=UTC)),
    ],
)
def test_a_time_may_be_given(text: str, moment: datetime | None) -> None:
    form = read(("at", text))

    assert (form.moment, form.at_error) == (moment, "")


@pytest.mark.parametrize("text", ["rubbish", "2025-13-01", "2025-03-28T14:00", "9" * 9999, "\0"])
def test_a_time_that_is_none_is_told(text: str) -> None:
    form = read(("at", text))

    assert form.at_error
    assert not form.is_sound


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("", {"red": {}, "blue": {}}),
        ("red, green", ["red", "green"]),
        ('{"red": {"price": 5}}', {"red": {"price": 5}}),
        ("{}", {}),
    ],
)
def test_a_bandit_is_offered_what_it_knows_unless_somebody_says_otherwise(text: str, offered: Any) -> None:
    assert read(("actions", text), flag="shoes").offered == offered


def test_a_flag_without_a_bandit_is_offered_nothing() -> None:
    assert read().offered is None


@pytest.mark.parametrize("text", ["{", "[1]", '{"red": 5}', '"red"', "[" * 9999, "x" * 50_001])
def test_actions_that_are_none_are_told(text: str) -> None:
    form = read(("actions", text), flag="shoes")

    assert form.actions_error
    assert not form.is_sound


@pytest.mark.parametrize("pair", [("subject", "s" * 5001), *[("attr." + "n" * 201, "1")]])
def test_what_is_too_long_is_told(pair: tuple[str, str]) -> None:
    assert not read(pair).is_sound


def test_too_many_attributes_are_told() -> None:
    assert "101 attributes" in read(*((f"attr.a{number}", "1") for number in range(101))).too_many


@pytest.mark.parametrize(
    ("pairs", "address"),
    [
        ([("subject", "ann"), ("attr.country", ""), ("kind.country", "")], [("subject", "ann")]),
        ([("attr.zip", "01234"), ("kind.zip", "text")], [("attr.zip", "01234")]),
        ([("attr.zip", "5"), ("kind.zip", "text")], [("attr.zip:", '"5"')]),
        ([("attr.age", "5"), ("kind.age", "number")], [("attr.age", "5")]),
        ([("new.name", "plan"), ("new.value", "5"), ("new.kind", "text")], [("attr.plan:", '"5"')]),
        ([("attr.a", "1"), ("attr.a", "2")], [("attr.a", "2")]),
        ([("attr.a::", '"b"')], [("attr.a::", '"b"')]),
        ([("at", " 2025-03-28 "), ("tab", "events"), ("want", "")], [("at", "2025-03-28"), ("tab", "events")]),
        ([("environment", "test"), ("subject", "")], [("environment", "test")]),
    ],
)
def test_each_question_has_one_address(pairs: list[tuple[str, str]], address: list[tuple[str, str]]) -> None:
    scope = dict(pair for pair in pairs if pair[0] in SCOPE)

    assert canonical(read(*pairs), scope) == address


def test_actions_that_are_offered_anyway_are_not_in_the_address() -> None:
    form = read(("actions", '{"red": {}, "blue": {}}'), flag="shoes")

    assert canonical(form, {}) == []


_NAMES = st.sampled_from(
    [
        "subject",
        "at",
        "actions",
        "new.name",
        "new.value",
        "new.kind",
        "want",
        "tab",
        "attr.",
        "attr.:",
        "kind.",
        "kind.country",
    ]
) | st.text(max_size=5).map(lambda name: f"attr.{name}")
_TEXTS = (
    st.sampled_from(["", "1", "true", "text", "json", "number", "2025-03-28", "{}", '["a"]', '""', "null", "red,blue"])
    | st.text()
)


@given(st.lists(st.tuples(_NAMES, _TEXTS)), st.sampled_from(["checkout", "shoes"]))
def test_the_address_of_a_question_leads_to_itself(pairs: list[tuple[str, str]], flag: str) -> None:
    form = read(*pairs, flag=flag)
    assume(form.is_sound)
    address = canonical(form, {})

    again = read(*address, flag=flag)

    assert again.is_sound
    assert not differs(address, canonical(again, {}))
    assert (repr(again.attributes), again.offered) == (repr(form.attributes), form.offered)
