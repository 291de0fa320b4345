"""What vendors' client libraries call, in the OpenAPI document. Pure."""

from collections.abc import Mapping

from emulator.events import Vendor
from emulator.server.schemas import (
    ANY_OBJECT,
    BOOLEAN,
    TEXT,
    WHOLE,
    Schema,
    either,
    json_content,
    list_of,
    members,
    named,
    parameter,
)
from emulator.server.vendors import VENDOR_OF, method_of

VENDOR_SCHEMAS: dict[str, Schema] = {
    "VendorFailure": members(success=BOOLEAN, code=WHOLE, message=TEXT, error=TEXT),
    "Ingested": members(code=WHOLE, events_ingested=WHOLE, payload_size_bytes=WHOLE, server_upload_time=WHOLE),
}
_BASIC = parameter("Authorization", "header", "Basic; its user is the write key or API key, which may be an SDK key.")
_AID = parameter(
    "aid", "query", "The application id, which may be an SDK key; all that Snowplow's trackers know may follow."
)
_WHO: Mapping[Vendor, str] = {
    "segment": "Segment's and RudderStack's libraries",
    "amplitude": "Amplitude's libraries",
    "mparticle": "mParticle's libraries",
    "snowplow": "Snowplow's trackers",
}
_PARAMETERS: Mapping[Vendor, tuple[Schema, ...]] = {"segment": (_BASIC,), "mparticle": (_BASIC,)}
_TAKEN: Mapping[Vendor, tuple[str, Schema]] = {
    "segment": ("200", json_content(members(success=BOOLEAN))),
    "amplitude": ("200", json_content(named("Ingested"))),
    "mparticle": ("202", {}),
    "snowplow": ("200", {"text/plain": {"schema": TEXT}}),
}
_FAILURES = {
    "400": "The body cannot be read; it is kept with the reason.",
    "413": "The body is too large.",
    "503": "The events cannot be kept; send them again later.",
}


def _answers(vendor: Vendor, path: str) -> Schema:
    status, content = _TAKEN[vendor]
    if method_of(path) == "GET":
        content = {"image/gif": {}}
    taken: Schema = {"description": "All were committed.", **({"content": content} if content else {})}
    failed = {
        one: {"description": why, "content": json_content(named("VendorFailure"))} for one, why in _FAILURES.items()
    }
    return {status: taken, **failed}


def _operation(path: str, vendor: Vendor) -> Schema:
    call: Schema = {"summary": f"Take events as {_WHO[vendor]} send them.", "responses": _answers(vendor, path)}
    if method_of(path) == "GET":
        return {"get": {**call, "parameters": [_AID]}}
    body = either(ANY_OBJECT, list_of(ANY_OBJECT)) if path.endswith("bulkevents") else ANY_OBJECT
    given = {"required": True, "content": json_content(body)}
    return {"post": {**call, "parameters": list(_PARAMETERS.get(vendor, ())), "requestBody": given}}


VENDOR_PATHS: dict[str, Schema] = {path: _operation(path, vendor) for path, vendor in VENDOR_OF.items()}
