"""
Configuration wire, version 1: a configuration and its bandit models in one document that SDKs start from offline.

Source: js-sdk-common ``configuration-wire/configuration-wire-types.ts``.
"""

from typing import NotRequired, TypedDict

from emulator.ufc.encode import Document, canonical


class WireResponse(TypedDict):
    """The text of one answer of the service, with its ``ETag`` as the header has it: SDKs send it back unchanged."""

    response: str
    etag: str


class ConfigurationWire(TypedDict):
    version: int
    config: WireResponse
    bandits: NotRequired[WireResponse]


def configuration_wire(config: Document, bandits: Document | None = None) -> ConfigurationWire:
    """Return the wire document of the plain *config* and of *bandits*, which is left out when there are none."""
    wire: ConfigurationWire = {"version": 1, "config": _response(config)}
    if bandits is not None:
        wire["bandits"] = _response(bandits)
    return wire


def encode_configuration_wire(config: Document, bandits: Document | None = None) -> bytes:
    """Return the bytes of :func:`configuration_wire`."""
    return canonical(configuration_wire(config, bandits))


def _response(document: Document) -> WireResponse:
    return {"response": document.body.decode("utf-8"), "etag": document.etag}
