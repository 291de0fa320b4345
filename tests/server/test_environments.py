"""Who is served which environment in which form (W30, W32, W42, W43)."""

import pytest

from emulator.sdk_keys import mint_key
from emulator.server.parts import Parts
from tests.server.calling import Call
from tests.server.conftest import Carrier
from tests.server.documents import Shelf, bandit_snapshot
from tests.server.targets import CONFIG, document

SDK_NAMES = {
    "js-client-sdk": "CLIENT",
    "react-native-sdk": "CLIENT",
    "android": "CLIENT",
    "ios": "CLIENT",
    "node-server-sdk": "SERVER",
    "python": "SERVER",
    "ruby": "SERVER",
    "rust": "SERVER",
    "elixir": "SERVER",
    "go": "SERVER",
    "java-server-sdk": "SERVER",
    "dotnet-server": "SERVER",
    "dotnet-client": "SERVER",
    "eppo%2Fphp-sdk": "SERVER",
    "eppo/php-sdk": "SERVER",
    "android-debug": "SERVER",
    "IOS": "SERVER",
    "unknown": "SERVER",
    "": "SERVER",
}


@pytest.mark.parametrize(("sdk_name", "form"), SDK_NAMES.items())
def test_w30_w32_the_sdk_name_decides_whether_a_configuration_is_obfuscated(
    call: Call, sdk_name: str, form: str
) -> None:
    served = document(call, f"/flag-config/v1/config?apiKey=local-test&sdkName={sdk_name}")

    assert (served["format"], "banner" in served["flags"]) == (form, form == "SERVER")


@pytest.mark.parametrize("sdk_name", SDK_NAMES)
@pytest.mark.parametrize("key", ["test-token", mint_key("http://127.0.0.1:8378", "test", is_client_token=True)])
def test_w30_w32_a_client_token_gets_an_obfuscated_configuration_for_any_sdk(
    call: Call, sdk_name: str, key: str
) -> None:
    served = document(call, f"/flag-config/v1/config?apiKey={key}&sdkName={sdk_name}")

    assert (served["format"], "banner" in served["flags"]) == ("CLIENT", False)


@pytest.mark.parametrize("key", ["local-test", "test-token"])
def test_w30_bandit_models_are_never_obfuscated(carry: Carrier, key: str) -> None:
    call = carry(Parts(Shelf(bandit_snapshot(1))))

    assert "hats" in document(call, f"/flag-config/v1/bandits?apiKey={key}&sdkName=js-client-sdk")["bandits"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("local-test", "Test"),
        ("local-production", "Production"),
        ("foreign.Y3M9YWJj", "Production"),
        (mint_key("http://127.0.0.1:8378", "production"), "Production"),
    ],
)
@pytest.mark.parametrize("document_name", ["config", "bandits"])
def test_w42_w43_one_server_serves_each_environment_to_its_keys(
    call: Call, key: str, name: str, document_name: str
) -> None:
    served = document(call, f"/flag-config/v1/{document_name}?apiKey={key}")

    assert served["environment"]["name"] == name


def test_w43_a_flag_that_an_environment_lacks_is_absent_there(call: Call) -> None:
    served = [document(call, CONFIG.replace("local-test", key)) for key in ("local-test", "local-production")]

    assert ["team/nested" in one["flags"] for one in served] == [True, False]
