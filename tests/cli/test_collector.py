import gc
from collections.abc import Iterator

import pytest

from emulator.cli.collector import keep_collector_away


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Leave the collector of the test run as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_collector_goes_on_without_what_exists() -> None:
    gc.disable()

    keep_collector_away()

    assert gc.isenabled()
    assert gc.get_freeze_count() > 1_000
