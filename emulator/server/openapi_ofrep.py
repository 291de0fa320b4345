"""
The routes of OpenFeature's remote evaluation protocol, for the OpenAPI document. Pure.

As they are answered here: some members that the protocol leaves open are always there, for providers that need them.
"""

from emulator.server.ofrep_answers import ROUTES, STATUS_OF
from emulator.server.schemas import (
    ANYTHING,
    BOOLEAN,
    TEXT,
    WHOLE,
    Schema,
    described,
    either,
    json_content,
    list_of,
    members,
    named,
    one_of,
    parameter,
    with_optional,
)

_METADATA = {"allocation": TEXT, "doLog": BOOLEAN, "environment": TEXT}
_KEY = parameter("key", "path", "The flag's key; slashes in it may stay as they are.")
_SDK_KEYS = (
    parameter("Authorization", "header", "`Bearer <SDK key>`: selects the environment; the first one by default."),
    parameter("X-API-Key", "header", "The SDK key, in another place."),
)
_TAG = parameter("If-None-Match", "header", "The tag of an answer that the client holds.")
_TAGS = {"ETag": {"description": "Over the context and the answer.", "schema": TEXT}}
_HELD: Schema = {"description": "The client holds the answer already."}

OFREP_SCHEMAS: dict[str, Schema] = {
    "RemoteRequest": members(
        context=described(
            "The subject's key, and beside it any attributes.",
            {**members(targetingKey={**TEXT, "minLength": 1}), "additionalProperties": True},
        )
    ),
    "RemoteSuccess": members(
        key=TEXT,
        value=described("Of the flag's type; numeric values have a fraction, integers none.", ANYTHING),
        reason=one_of("STATIC", "TARGETING_MATCH", "SPLIT"),
        variant=TEXT,
        metadata=with_optional(_METADATA, {"revision": described("Where one flag was asked for.", WHOLE)}),
    ),
    "RemoteFailure": with_optional(
        {"errorCode": one_of(*STATUS_OF), "errorDetails": TEXT},
        {"key": described("Of the flag; absent where the whole request failed.", TEXT)},
    ),
    "RemoteFlags": members(
        flags=list_of(either(named("RemoteSuccess"), named("RemoteFailure"))),
        metadata=members(environment=TEXT, revision=WHOLE),
    ),
    "RemoteConfiguration": members(
        name=TEXT,
        capabilities=members(
            cacheInvalidation=members(polling=members(enabled=BOOLEAN, minPollingIntervalMs=WHOLE)),
            flagEvaluation=members(supportedTypes=list_of(TEXT)),
            caching=members(enabled=BOOLEAN),
        ),
    ),
}


def _failures(**reasons: str) -> Schema:
    """Return the responses ``s404="…"``, each a failure in JSON."""
    content = json_content(named("RemoteFailure"))
    return {status[1:]: {"description": reason, "content": content} for status, reason in reasons.items()}


_KEY_FAILURES = _failures(s401="No or an unknown key, with strict keys.")
_BODY_FAILURES = _failures(s400="The context cannot be read, or names no subject.", s413="The body is too large.")


def _answer(description: str, schema: str, **more: Schema) -> Schema:
    return {"description": description, "content": json_content(named(schema)), **more}


OFREP_PATHS: dict[str, Schema] = {
    f"{ROUTES}/evaluate/flags/{{key}}": {
        "post": {
            "summary": "What a subject gets from a flag, over OpenFeature's remote evaluation protocol.",
            "parameters": [_KEY, *_SDK_KEYS],
            "requestBody": {"required": True, "content": json_content(named("RemoteRequest"))},
            "responses": {
                "200": _answer("The value.", "RemoteSuccess"),
                **_failures(s404="Nothing is served, and why; or there is no such flag.", s500="The flag is broken."),
                **_KEY_FAILURES,
                **_BODY_FAILURES,
            },
        }
    },
    f"{ROUTES}/evaluate/flags": {
        "post": {
            "summary": "What a subject gets from every flag.",
            "parameters": [*_SDK_KEYS, _TAG],
            "requestBody": {"required": True, "content": json_content(named("RemoteRequest"))},
            "responses": {
                "200": _answer("The values, and why there is none.", "RemoteFlags", headers=_TAGS),
                "304": _HELD,
                **_KEY_FAILURES,
                **_BODY_FAILURES,
            },
        }
    },
    f"{ROUTES}/configuration": {
        "get": {
            "summary": "What providers may ask for.",
            "parameters": [*_SDK_KEYS, _TAG],
            "responses": {
                "200": _answer("The configuration.", "RemoteConfiguration", headers=_TAGS),
                "304": _HELD,
                **_KEY_FAILURES,
            },
        }
    },
}
