"""A server per test, and the same application in Flask alone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from emulator.runtime import ServerThread
from emulator.server import create_app
from emulator.server.parts import Parts, Settings
from emulator.server.serving import listening_socket
from tests.server.calling import Call, in_flask, over_http
from tests.server.documents import Shelf, two_environments

Carrier = Callable[[Parts], Call]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(two_environments())


@pytest.fixture
def parts(shelf: Shelf) -> Parts:
    return Parts(shelf)


@pytest.fixture
def serve() -> Iterator[Callable[[Parts], int]]:
    """Serve parts over HTTP until the test ends, and return the port."""
    with ExitStack() as servers:

        def start(parts: Parts) -> int:
            listener = servers.enter_context(listening_socket("127.0.0.1", 0))
            server = ServerThread(parts, listener)
            servers.callback(server.close)
            server.start()
            port: int = listener.getsockname()[1]
            return port

        yield start


@pytest.fixture(params=["server", "flask"])
def carry(request: pytest.FixtureRequest, serve: Callable[[Parts], int]) -> Carrier:
    """Put parts behind a real server, and behind Flask alone: a test that asks for this runs once with each."""
    if request.param == "server":
        return lambda parts: over_http(serve(parts))
    return lambda parts: in_flask(create_app(parts))


@pytest.fixture
def call(carry: Carrier, parts: Parts) -> Call:
    return carry(parts)


@pytest.fixture
def strict(shelf: Shelf, carry: Carrier) -> Call:
    """As ``call``, with strict keys."""
    return carry(Parts(shelf, Settings(strict_keys=True)))
