"""The SDKs as parameters of tests: those that CI has, and those that whoever can get them runs by ``make go-sdk``."""

import pytest

from tests.compatibility.sdks import REFUSED_SDKS, SDKS

# For tests that run the SDK.
EACH_RUNNING = pytest.mark.parametrize(
    "sdk",
    [
        *(pytest.param(one, id=one.id, marks=pytest.mark.ci) for one in SDKS),
        *(pytest.param(one, id=one.id, marks=pytest.mark.go) for one in REFUSED_SDKS),
    ],
)
# For tests of what was recorded.
EACH = pytest.mark.parametrize("sdk", [pytest.param(one, id=one.id) for one in (*SDKS, *REFUSED_SDKS)])
