"""``/flags/{key}`` over HTTP: the page of one flag, whatever its key and its content are."""

import pytest

from emulator.server import create_app
from emulator.server.parts import Parts
from tests.server.calling import Call, in_flask
from tests.server.documents import Shelf, two_environments


@pytest.fixture
def call() -> Call:
    return in_flask(create_app(Parts(Shelf(two_environments()))))


def test_a_key_may_hold_slashes(call: Call) -> None:
    reply = call("GET", "/flags/team/nested")

    assert reply.status == 200
    assert "team/nested</h1>" in reply.text
