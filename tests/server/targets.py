"""What SDKs ask for."""

import json
from typing import Any

import pytest

from tests.server.calling import Call

CONFIG = "/api/flag-config/v1/config?apiKey=local-test&sdkName=python&sdkVersion=4.4.1"
BANDITS = "/api/flag-config/v1/bandits?apiKey=local-test&sdkName=python&sdkVersion=4.4.1"
DOCUMENTS = pytest.mark.parametrize("target", [CONFIG, BANDITS], ids=["config", "bandits"])


def document(call: Call, target: str) -> Any:
    return json.loads(call("GET", target).body)
