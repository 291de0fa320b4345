"""How attributes are split into numbers and categories, and what a category reads like."""

from typing import Any

import pytest

from emulator.evaluation.contexts import EMPTY, attributes_of, context_of, number_in, offered_actions, text_in


def test_plain_attributes_are_split_by_type() -> None:
    context = context_of({"age": 30, "score": 1.5, "plan": "pro", "vip": True, "note": None, "tags": ["a"]})

    assert context.named() == ({"age": 30, "score": 1.5}, {"plan": "pro", "vip": True})


def test_a_number_that_is_a_text_is_a_category() -> None:
    assert context_of({"age": "30"}).named() == ({}, {"age": "30"})


def test_split_attributes_stay_as_they_are_given() -> None:
    context = context_of({"numericAttributes": {"age": "30"}, "categoricalAttributes": {"zip": 303, "plan": None}})

    assert context.named() == ({"age": "30"}, {"zip": 303, "plan": None})
    assert (number_in(context, "age"), text_in(context, "zip"), text_in(context, "plan")) == (None, "303", None)


@pytest.mark.parametrize("name", ["numericAttributes", "categoricalAttributes"])
def test_one_of_the_two_maps_alone_is_split_already(name: str) -> None:
    context = context_of({name: {"n": 1}})

    assert {"n": 1} in context.named()


def test_an_attribute_that_only_sounds_like_a_map_is_plain() -> None:
    assert context_of({"numericAttributes": "all"}).named() == ({}, {"numericAttributes": "all"})


@pytest.mark.parametrize("nothing", [None, {}, [], "text", 7])
def test_what_is_no_map_is_an_empty_context(nothing: Any) -> None:
    assert context_of(nothing) == EMPTY


def test_a_category_hides_a_number_of_the_same_name_from_the_flag() -> None:
    """As in JavaScript and Go."""
    split = {"numericAttributes": {"n": 1, "age": 30}, "categoricalAttributes": {"n": "one"}}

    assert attributes_of(context_of(split)) == {"n": "one", "age": 30}


def test_plain_attributes_reach_the_flag_untouched() -> None:
    plain = {"age": 30, "note": None}

    assert attributes_of(context_of(plain)) == plain


def test_actions_may_be_a_list_of_names() -> None:
    assert offered_actions(["nike", "adidas"]) == {"nike": EMPTY, "adidas": EMPTY}


def test_actions_may_mix_plain_and_split_attributes() -> None:
    actions = offered_actions({"nike": {"price": 1}, "adidas": {"numericAttributes": {"price": 2}}, "puma": None})

    assert [context_of(attributes).named()[0] for attributes in actions.values()] == [{"price": 1}, {"price": 2}, {}]


@pytest.mark.parametrize("nothing", [None, "nike", 7, {}, []])
def test_what_is_neither_map_nor_list_offers_no_action(nothing: Any) -> None:
    assert offered_actions(nothing) == {}
