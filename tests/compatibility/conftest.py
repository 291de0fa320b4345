"""Fixtures of the compatibility tests: what is served to every SDK, once per process."""

from collections.abc import Iterator

import pytest

from tests.compatibility.questions import Served, serving


@pytest.fixture(scope="session")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, ...]]:
    with serving(tmp_path_factory.mktemp("sets")) as running:
        yield running
