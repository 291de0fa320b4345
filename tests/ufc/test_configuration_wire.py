"""The configuration wire holds the served documents as texts."""

import json

from emulator.ufc.configuration_wire import configuration_wire, encode_configuration_wire
from emulator.ufc.encode import encoded

CONFIG = encoded('{"flags":{"å":{}}}'.encode(), '"c1"')
MODELS = encoded(b'{"bandits":{"b":{}}}', '"m1"')


def test_wire_is_version_1_and_holds_the_configuration_as_text() -> None:
    wire = configuration_wire(CONFIG)

    assert wire == {"version": 1, "config": {"response": '{"flags":{"å":{}}}', "etag": '"c1"'}}


def test_wire_holds_bandit_models_where_there_are_any() -> None:
    wire = configuration_wire(CONFIG, MODELS)

    assert wire["bandits"] == {"response": '{"bandits":{"b":{}}}', "etag": '"m1"'}


def test_wire_bytes_are_compact_json_of_the_same_document() -> None:
    body = encode_configuration_wire(CONFIG, MODELS)

    assert json.loads(body) == configuration_wire(CONFIG, MODELS)
    assert body.startswith(b'{"version":1,"config":{"response":"{\\"flags\\"')
