"""What visitors see: the shop as it is, and one fixture."""

import pytest
from flask.testing import FlaskClient
from shop import ACCESSORIES, HEADLINES

from emulator.testing import Sandbox


def test_headline(eppo: Sandbox, shop: FlaskClient) -> None:
    eppo.serve("headline", "short")

    assert shop.get("/?user=ann").text == "Ride."
    event = eppo.assignments.one(flag="headline")
    assert (event.subject, event.variation) == ("ann", "short")


def test_headline_of_the_experiment(eppo: Sandbox, shop: FlaskClient) -> None:
    ann = eppo.subject("headline", gets="playful", via="headline-test", with_={"country": "NO"})

    assert shop.get("/", query_string={"user": ann, "country": "NO"}).text == "Hop on!"
    assert eppo.assignments.one(flag="headline", allocation="headline-test", extra={"squad": "growth"})


def test_whoever_is_not_in_the_experiment_is_not_counted(eppo: Sandbox, shop: FlaskClient) -> None:
    shop.get("/?user=ann&country=US")

    eppo.assignments.none(allocation="headline-test")
    assert eppo.assignments.one(subject="ann", attributes={"country": "US"}).allocation == "default"


def test_one_visitor_is_different(eppo: Sandbox, shop: FlaskClient) -> None:
    eppo.serve("headline", "short", subjects="ann")

    assert [shop.get(f"/?user={user}").text for user in ("ann", "bob")] == ["Ride.", "Bicycles"]


@pytest.mark.eppo_each("headline")
def test_every_headline(eppo: Sandbox, shop: FlaskClient, variation: str | None) -> None:
    assert shop.get("/?user=ann").text == HEADLINES[variation or "control"]


@pytest.mark.eppo_each("one-page-checkout")
def test_one_can_always_pay(shop: FlaskClient) -> None:
    assert "pay" in shop.get("/checkout?user=ann").text.lower()


@pytest.mark.eppo({"one-page-checkout": True}, env="production")
def test_one_page(shop: FlaskClient) -> None:
    assert shop.get("/checkout?user=ann").text == "Pay on one page"


@pytest.mark.eppo(env="production")
def test_only_staff_tries_it_in_production(eppo: Sandbox, shop: FlaskClient) -> None:
    pages = [shop.get(f"/checkout?user=ann&email=ann@{host}").text for host in ("shop.example", "mail.example")]

    assert [page.startswith("Pay") for page in pages] == [True, False]
    assert eppo.assignments.count(allocation="staff") == 1


@pytest.mark.eppo({"one-page-checkout": None})
def test_a_flag_that_is_off(shop: FlaskClient) -> None:
    assert shop.get("/checkout?user=ann").text.startswith("Address")


@pytest.mark.eppo(at="2025-06-15T12:00Z")
def test_in_june_there_is_a_discount(eppo: Sandbox, shop: FlaskClient) -> None:
    june = shop.get("/cart?user=ann").get_json()["total"]
    with eppo.at("2025-07-15T12:00Z"):
        july = shop.get("/cart?user=ann").get_json()["total"]

    assert (june, july) == (90, 100)


@pytest.mark.parametrize("action", ACCESSORIES)
def test_the_shop_offers_what_the_bandit_chooses(eppo: Sandbox, shop: FlaskClient, action: str) -> None:
    eppo.pin("accessories", action)

    assert shop.get("/cart?user=ann").get_json()["offer"] == action
    event = eppo.bandit_actions.one(bandit="accessories", subject="ann")
    assert (event.action, event.choice is not None and event.choice.probability) == (action, 1.0)


def test_every_accessory_is_offered_to_somebody(eppo: Sandbox, shop: FlaskClient) -> None:
    eppo.uniform("accessories")
    actions = list(ACCESSORIES)
    visitors = [eppo.subject("recommendation", action=action, actions=actions) for action in actions]

    assert [shop.get(f"/cart?user={visitor}").get_json()["offer"] for visitor in visitors] == actions


def test_without_the_bandit_there_is_a_bestseller(eppo: Sandbox, shop: FlaskClient) -> None:
    eppo.serve("recommendation", "bestseller")

    assert shop.get("/cart?user=ann").get_json()["offer"] == "bestseller"
    eppo.bandit_actions.none()


def test_a_price_of_delivery_that_is_not_in_the_files(eppo: Sandbox, shop: FlaskClient) -> None:
    eppo.edit("delivery", {"type": "json", "variations": {"bike": {"days": 2, "price": 0}}, "serve": "bike"})

    assert shop.get("/cart?user=ann").get_json()["delivery"] == {"days": 2, "price": 0}


def test_what_is_not_logged_is_not(eppo: Sandbox, shop: FlaskClient) -> None:
    shop.get("/cart?user=ann")

    eppo.assignments.none(flag="delivery")


def test_the_shop_works_without_eppo(eppo: Sandbox, shop: FlaskClient) -> None:
    with eppo.unavailable():
        cart = shop.get("/cart?user=ann").get_json()

    assert cart == {"total": 100, "delivery": {"days": 7, "price": 59}, "offer": "bestseller"}


def test_changes_within_one_visit(eppo: Sandbox, shop: FlaskClient) -> None:
    seen = [shop.get("/?user=ann").text]
    with eppo.serve("headline", "short"):
        seen.append(shop.get("/?user=ann").text)
        with eppo.off("headline"):
            seen.append(shop.get("/?user=ann").text)
    eppo.serve("headline", "playful")
    eppo.reset()
    seen.append(shop.get("/?user=ann").text)

    assert seen == ["Bicycles", "Ride.", "Bicycles", "Bicycles"]


def test_the_cart_asks_what_it_has_to(eppo: Sandbox, shop: FlaskClient) -> None:
    eppo.strict = True

    shop.get("/cart?user=ann")

    assert eppo.untouched() == ["headline", "one-page-checkout"]


def test_the_numbers_are_as_planned(eppo: Sandbox) -> None:
    shares = eppo.simulate("one-page-checkout", 2_000).simulated.variations

    assert 0.17 < shares["true"] < 0.23
    assert eppo.evaluate("one-page-checkout", "ann", {"email": "ann@shop.example"}).allocation_key == "staff"
    assert eppo.bandit("recommendation", "ann", ["helmet", "lock"]).action in ("helmet", "lock")
