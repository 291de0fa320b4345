"""Somebody who lands where one wants, with the attributes that it takes."""

from typing import Any

import pytest

from emulator.evaluation import Found
from emulator.pages.playground.wanted import wanted_of, ways_to, wishes_of
from emulator.queries import SubjectsQuery, find
from tests.pages.playground.shop import SHOP, asked, offers, resolve


def way(flag: str, wish: str, **given: Any) -> tuple[str, dict[str, Any]] | None:
    """Return the first subject who lands there, and with which attributes."""
    wanted = wanted_of(wish, flag, offers(flag).actions or None)
    assert wanted
    for attributes in ways_to(SHOP.prepared.flag(flag), wanted, given):
        found = find(SubjectsQuery(wanted, attributes), resolve)
        if isinstance(found, Found):
            return found.subjects[0], dict(attributes)
    return None


def test_variations_allocations_and_actions_can_be_wished_for() -> None:
    groups = {
        title: [wish.value for wish in wishes]
        for title, wishes in wishes_of(SHOP.prepared.flag("shoes"), offers("shoes"))
    }

    assert groups == {
        "a variation": ["gets:shoes", "gets:plain"],
        "an allocation": ["via:training", "via:default"],
        "an action of the bandit": ["does:red", "does:blue"],
    }


def test_of_a_flag_that_is_not_there_nothing_can_be_wished_for() -> None:
    assert wishes_of(None, offers("nope")) == ()


@pytest.mark.parametrize("wish", ["", "gets", "gets:", "other:short", ":short"])
def test_what_is_no_wish_wants_nothing(wish: str) -> None:
    assert wanted_of(wish, "headline", None) is None


@pytest.mark.parametrize(
    ("flag", "wish", "attributes"),
    [
        ("headline", "gets:short", {}),
        ("checkout", "via:staff", {"email": "ann@shop.example"}),
        ("checkout", "via:america", {"country": "US", "app_version": "2.3.0"}),
        ("checkout", "via:few", {"country": "NO"}),
        ("checkout", "gets:false", {}),
        ("gated", "via:adults", {"age": 18, "plan": "other"}),
        ("gated", "via:quitters", {"cancelled_at": "other"}),
        ("shoes", "does:blue", {"country": "NO"}),
        ("only-ann", "gets:true", {}),
    ],
)
def test_a_way_is_found_with_the_attributes_that_it_takes(flag: str, wish: str, attributes: dict[str, Any]) -> None:
    found = way(flag, wish)

    assert found is not None
    assert found[1] == attributes
    word, _, key = wish.partition(":")
    result = asked(flag, found[0], offers(flag).actions or None, **attributes)
    assert key == {"gets": result.variation_key, "via": result.allocation_key, "does": result.action}[word]


def test_what_was_filled_in_stays_where_it_can() -> None:
    found = way("checkout", "via:america", country="CA", plan="pro")

    assert found is not None
    assert found[1] == {"country": "CA", "plan": "pro", "app_version": "2.3.0"}


def test_what_stands_in_the_way_is_changed() -> None:
    found = way("checkout", "via:america", country="NO", email="bob@shop.example")

    assert found is not None
    assert found[1] == {"country": "US", "app_version": "2.3.0"}


@pytest.mark.parametrize(
    ("flag", "wish"), [("never", "gets:false"), ("checkout", "via:later"), ("checkout", "via:over")]
)
def test_where_nobody_lands_no_way_leads(flag: str, wish: str) -> None:
    assert way(flag, wish) is None
