"""Answers over OpenFeature's remote evaluation protocol keep to what the OpenAPI document says of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.server import create_app
from emulator.server.parts import Parts, Settings
from tests.server.calling import Call, Reply, in_flask
from tests.server.described import DOCUMENT, validator
from tests.server.documents import Shelf, anybody, flag
from tests.server.remote import ALL, BROKEN, CONFIGURATION, CONTEXT, NOW, ONE, SNAPSHOT, UNSUITABLE, ask, told

DESCRIBED = {ONE: ONE + "{key}", ALL: ALL, CONFIGURATION: CONFIGURATION}
KEYS = ("headline", "limit", "price", "checkout", "layout", "colours", "coin", "later", "disabled", "nothing")


@pytest.fixture
def call() -> Call:
    return in_flask(create_app(Parts(Shelf(SNAPSHOT), clock=lambda: NOW)))


def complaints(reply: Reply, route: str, method: str = "post") -> Iterator[str]:
    described = DOCUMENT["paths"][DESCRIBED[route]][method]["responses"][str(reply.status)]["content"]
    for error in validator(described["application/json"]["schema"]).iter_errors(told(reply)):
        yield f"{error.json_path}: {error.message}"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("context", [CONTEXT, {"targetingKey": "ann"}, {}, "ann"], ids=str)
def test_a_flag_is_answered_as_described(call: Call, key: str, context: Any) -> None:
    assert list(complaints(ask(call, ONE + key, context), ONE)) == []


@pytest.mark.parametrize("context", [CONTEXT, {"targetingKey": "ann"}, {}, "ann"], ids=str)
def test_all_flags_are_answered_as_described(call: Call, context: Any) -> None:
    assert list(complaints(ask(call, ALL, context), ALL)) == []


@pytest.mark.parametrize("one", [BROKEN, UNSUITABLE], ids=lambda one: one["key"])
def test_a_broken_flag_is_answered_as_described(one: dict[str, Any]) -> None:
    call = in_flask(create_app(Parts(Shelf(anybody(one, flag("banner"))))))

    alone, among_all = ask(call, ONE + one["key"]), ask(call, ALL)

    assert [*complaints(alone, ONE), *complaints(among_all, ALL)] == []


def test_the_configuration_is_answered_as_described(call: Call) -> None:
    assert list(complaints(call("GET", CONFIGURATION), CONFIGURATION, "get")) == []


@pytest.mark.parametrize(
    "settings", [Settings(strict_keys=True), Settings(body_limit_bytes=2)], ids=["strict", "small"]
)
@pytest.mark.parametrize("route", [ONE, ALL])
def test_a_refusal_is_answered_as_described(settings: Settings, route: str) -> None:
    call = in_flask(create_app(Parts(Shelf(SNAPSHOT), settings)))

    assert list(complaints(ask(call, route + ("headline" if route == ONE else "")), route)) == []
