"""A small bicycle shop. Which page a visitor sees, and what it offers, is decided by flags of Eppo's."""

from typing import Any

import eppo_client
from flask import Flask, jsonify, request

HEADLINES = {"control": "Bicycles", "short": "Ride.", "playful": "Hop on!"}
POST = {"days": 7, "price": 59}
ACCESSORIES: dict[str, dict[str, float]] = {
    "helmet": {"price": 60.0},
    "lights": {"price": 25.0},
    "lock": {"price": 40.0},
}


def create_app() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=home)
    app.add_url_rule("/cart", view_func=cart)
    app.add_url_rule("/checkout", view_func=checkout)
    return app


def visitor() -> tuple[str, dict[str, Any]]:
    """Return who asks, as Eppo calls it: the subject's key and attributes."""
    attributes = {name: value for name, value in request.args.items() if name != "user"}
    return request.args["user"], attributes


def home() -> str:
    subject, attributes = visitor()
    variation = eppo_client.get_instance().get_string_assignment("headline", subject, attributes, "control")
    return HEADLINES[variation]


def cart() -> Any:
    subject, attributes = visitor()
    client = eppo_client.get_instance()
    discount = client.get_numeric_assignment("summer-sale", subject, attributes, 0.0)
    offer = client.get_bandit_action("recommendation", subject, attributes, ACCESSORIES, "bestseller")
    return jsonify(
        total=round(100 * (1 - discount)),
        delivery=client.get_json_assignment("delivery", subject, attributes, POST),
        offer=offer.action or offer.variation,
    )


def checkout() -> str:
    subject, attributes = visitor()
    if eppo_client.get_instance().get_boolean_assignment("one-page-checkout", subject, attributes, False):
        return "Pay on one page"
    return "Address, then delivery, then payment"
