"""What the emulator answers to SDKs that do not run here; recorded.py has their requests."""

import json
from collections.abc import Iterator
from hashlib import md5

import pytest

from emulator import Emulator
from tests.compatibility.recorded import PRECOMPUTED, RECORDED, Precomputed, Recorded, Reply, ask, post
from tests.compatibility.records import keep
from tests.sdk.flag_files import BANDITS, FlagFolder

CONFIG, MODELS = "/flag-config/v1/config", "/flag-config/v1/bandits"
EACH = pytest.mark.parametrize("client", [pytest.param(one, id=one.id) for one in RECORDED])
CONDITIONAL = pytest.mark.parametrize("client", [pytest.param(one, id=one.id) for one in RECORDED if one.etag])
WITH_BANDITS = pytest.mark.parametrize("client", [pytest.param(one, id=one.id) for one in RECORDED if one.has_bandits])
EACH_PRECOMPUTED = pytest.mark.parametrize("client", [pytest.param(one, id=one.id) for one in PRECOMPUTED])
SUBJECT = {
    "subject_key": "ann",
    "subject_attributes": {"numericAttributes": {}, "categoricalAttributes": {"vip": True}},
}


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> FlagFolder:
    return FlagFolder(tmp_path_factory.mktemp("recorded") / "flags")


@pytest.fixture
def emulator(folder: FlagFolder) -> Iterator[Emulator]:
    with Emulator(folder.path, watch=False, strict_keys=True) as running:
        yield running


def reaches_a_configuration(reply: Reply) -> bool:
    """Tell whether .NET, Go and iOS, which look at the body alone, would take it for flags."""
    try:
        return isinstance(json.loads(reply.body), dict)
    except ValueError:
        return False


@EACH
def test_the_configuration_is_there_under_every_base_url_that_it_ever_had(client: Recorded, emulator: Emulator) -> None:
    wanted = md5(b"headline").hexdigest() if client.obfuscated else "headline"

    for base in client.bases:
        reply = ask(emulator.port, client, CONFIG, base=base)
        document = json.loads(reply.body)
        assert (reply.status, document["format"]) == (200, "CLIENT" if client.obfuscated else "SERVER"), base
        assert wanted in document["flags"], base
        assert reply.headers["content-type"].startswith("application/json")
    keep(client.id, "requests", {"bases": list(client.bases)})


@EACH
@pytest.mark.parametrize(
    ("path", "key", "status"), [(CONFIG, "wrong", 401), ("/flag-config/v2/config", "local-test", 404)]
)
def test_an_error_is_no_configuration(client: Recorded, emulator: Emulator, path: str, key: str, status: int) -> None:
    reply = ask(emulator.port, client, path, key=key)

    assert (reply.status, reaches_a_configuration(reply)) == (status, False)


@EACH
def test_a_client_that_does_not_ask_for_304_gets_everything_each_time(client: Recorded, emulator: Emulator) -> None:
    replies = [ask(emulator.port, client, CONFIG) for _ in range(2)]

    assert [one.status for one in replies] == [200, 200]
    assert replies[0].body == replies[1].body


@CONDITIONAL
def test_its_own_etag_brings_a_304_until_something_changes_and_again_when_it_is_undone(
    client: Recorded, emulator: Emulator, folder: FlagFolder
) -> None:
    first = ask(emulator.port, client, CONFIG)
    etag = first.headers["etag"]
    again = ask(emulator.port, client, CONFIG, etag=etag)
    folder.serve_headline("long")
    emulator.workspace.reload()
    changed = ask(emulator.port, client, CONFIG, etag=etag)
    folder.serve_headline("short")
    emulator.workspace.reload()
    undone = ask(emulator.port, client, CONFIG, etag=etag)

    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert (changed.status, changed.headers["etag"] != etag) == (200, True)
    assert undone.status == 304
    keep(client.id, "conditional", {"header": client.etag})


@CONDITIONAL
def test_an_etag_outlives_the_server(client: Recorded, emulator: Emulator, folder: FlagFolder) -> None:
    """PHP keeps it in a file (Q20)."""
    etag = ask(emulator.port, client, CONFIG).headers["etag"]

    with Emulator(folder.path, watch=False) as next_one:
        assert ask(next_one.port, client, CONFIG, etag=etag).status == 304


@WITH_BANDITS
def test_a_new_model_changes_the_configuration_and_the_models_alike(
    client: Recorded, emulator: Emulator, folder: FlagFolder
) -> None:
    """.NET and PHP look at models only when the configuration has changed."""
    folder.add("bandits.yaml", BANDITS)
    emulator.workspace.reload()
    before = ask(emulator.port, client, CONFIG)
    folder.add("bandits.yaml", BANDITS.replace("pin: nike", "pin: adidas"))
    emulator.workspace.reload()

    after = ask(emulator.port, client, CONFIG, etag=before.headers["etag"] if client.etag else "")
    models = json.loads(ask(emulator.port, client, MODELS).body)["bandits"]

    reference = json.loads(after.body)["banditReferences"]["shoe-bandit"]
    assert after.status == 200
    assert reference["modelVersion"] == models["shoe-bandit"]["modelVersion"]
    assert reference != json.loads(before.body)["banditReferences"]["shoe-bandit"]


@EACH_PRECOMPUTED
def test_precomputed_assignments_are_answered(client: Precomputed, emulator: Emulator) -> None:
    reply = post(emulator.port, client, json.dumps(SUBJECT).encode())

    document = json.loads(reply.body)
    assert (reply.status, document["format"], document["obfuscated"]) == (200, "PRECOMPUTED", True)
    assert md5(f"{document['salt']}headline".encode()).hexdigest() in document["flags"]
    keep(client.id, "precomputed", {"target": client.target.split("?")[0]})


@EACH_PRECOMPUTED
def test_precomputed_assignments_without_a_subject_are_refused_in_words(
    client: Precomputed, emulator: Emulator
) -> None:
    reply = post(emulator.port, client, b"{}")

    assert (reply.status, reaches_a_configuration(reply)) == (400, False)
