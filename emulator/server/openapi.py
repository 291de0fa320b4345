"""The OpenAPI document of every route; a test holds it against the Flask application. Pure."""

from typing import Any

import emulator
from emulator.server.problem_details import STATUS_OF

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "integer"}
_BOOLEAN: Schema = {"type": "boolean"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_ANY_OBJECT: Schema = {"type": "object"}


def _object(**members: Schema) -> Schema:
    return {"type": "object", "required": list(members), "properties": members}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_SOURCE = _nullable(_object(file=_TEXT, line=_NUMBER, column=_NUMBER))
_SCHEMAS: dict[str, Schema] = {
    "Problem": _object(
        file=_TEXT,
        line=_NUMBER,
        column=_NUMBER,
        code=_TEXT,
        severity={"enum": ["error", "warning"]},
        message=_TEXT,
        hint=_TEXT,
        flag=_TEXT,
    ),
    "Status": _object(
        version=_TEXT,
        revision=_NUMBER,
        publishedAt=_MOMENT,
        environments=_list(_object(key=_TEXT, name=_TEXT, flags=_NUMBER, bandits=_NUMBER)),
        problems=_list(_named("Problem")),
        stale=_BOOLEAN,
        watcher={"enum": ["native", "polling", "off"]},
        sandboxes=_NUMBER,
        events=_NUMBER,
        pid=_NUMBER,
    ),
    "FlagList": _object(
        environment=_TEXT,
        revision=_NUMBER,
        flags=_list(
            _object(
                key=_TEXT,
                enabled=_nullable(_BOOLEAN),
                variationType=_nullable(_TEXT),
                variations=_list(_TEXT),
                allocations=_list(_nullable(_TEXT)),
                source=_SOURCE,
            )
        ),
    ),
    "Flag": _object(
        key=_TEXT,
        revision=_NUMBER,
        source=_SOURCE,
        environments=_list(_object(key=_TEXT, name=_TEXT, flag=_nullable(_ANY_OBJECT))),
    ),
    "ProblemDetails": _object(type={"enum": list(STATUS_OF)}, title=_TEXT, status=_NUMBER, detail=_TEXT),
    "EventBatch": {
        "type": "object",
        "required": ["eppo_events"],
        "properties": {"eppo_events": _list(_ANY_OBJECT), "context": _ANY_OBJECT},
    },
    "EventBatchResult": _object(failed_events=_list(_TEXT)),
}


def _parameter(name: str, where: str, description: str, **more: Any) -> Schema:
    return {"name": name, "in": where, "required": where == "path", "description": description, "schema": _TEXT} | more


_PREFIX = _parameter(
    "prefix", "path", "Nothing, or any path that ends in a slash; `api/` by convention.", allowEmptyValue=True
)
_SDK_QUERY = (
    _PREFIX,
    _parameter("apiKey", "query", "The SDK key: selects the environment."),
    _parameter("sdkName", "query", "The SDK's name: client SDKs are served an obfuscated configuration."),
    _parameter("sdkVersion", "query", "Not read."),
)
_ENVIRONMENT = (
    _parameter("environment", "query", "Key of the environment; the first one by default."),
    _parameter("sdkKey", "query", "Names the environment by an SDK key instead."),
)
_KEY = _parameter("key", "path", "The flag's key; slashes in it may stay as they are.")


def _answers(description: str, content: Schema | None, **errors: str) -> Schema:
    """Return the responses: 200, and each ``s404="…"`` as plain text."""
    success: Schema = {"description": description}
    if content is not None:
        success["content"] = content
    failures = {
        status[1:]: {"description": reason, "content": {"text/plain": {"schema": _TEXT}}}
        for status, reason in errors.items()
    }
    return {"200": success, **failures}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _read(summary: str, responses: Schema, parameters: tuple[Schema, ...] = ()) -> Schema:
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def _control(summary: str, schema: Schema, parameters: tuple[Schema, ...] = ()) -> Schema:
    problem = {"application/problem+json": {"schema": _named("ProblemDetails")}}
    responses = _answers("The answer.", _json(schema)) | {"default": {"description": "A problem.", "content": problem}}
    return _read(summary, responses, parameters)


_KEY_ERRORS = {
    "s400": "No key, with strict keys.",
    "s401": "An unknown key, with strict keys.",
}
_EVENTS: Schema = {
    "post": {
        "summary": "Take a batch of an Eppo event dispatcher.",
        "parameters": [_PREFIX, _parameter("x-eppo-token", "header", "The sender's SDK key.")],
        "requestBody": {"required": True, "content": _json(_named("EventBatch"))},
        "responses": _answers(
            "All were taken.",
            _json(_named("EventBatchResult")),
            s400="The body is no batch.",
            s401="No or an unknown token, with strict keys.",
            s413="The body is too large.",
        ),
    }
}
_PATHS: dict[str, Schema] = {
    "/": _read("A page for people.", _answers("The page.", {"text/plain": {"schema": _TEXT}})),
    "/health": _read("Whether the emulator answers.", _answers("OK.", {"text/plain": {"schema": _TEXT}})),
    "/{prefix}flag-config/v1/config": _read(
        "The configuration of one environment (UFC).",
        _answers("The configuration.", _json(_ANY_OBJECT), s304="The client holds it already.", **_KEY_ERRORS),
        _SDK_QUERY,
    ),
    "/{prefix}flag-config/v1/bandits": _read(
        "The bandit models of one environment.",
        _answers("The models.", _json(_ANY_OBJECT), s304="The client holds them already.", **_KEY_ERRORS),
        _SDK_QUERY,
    ),
    "/{prefix}v0/i": _EVENTS,
    "/emulator/v1/status": _control("What is served, and what is wrong with the files.", _named("Status")),
    "/emulator/v1/flags": _control("The flags of one environment.", _named("FlagList"), _ENVIRONMENT),
    "/emulator/v1/flags/{key}": _control("One flag, as served.", _named("Flag"), (_KEY, *_ENVIRONMENT)),
    "/emulator/v1/openapi.json": _control("This document.", _ANY_OBJECT),
}


def openapi_document() -> Schema:
    """Return the document, OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "eppo-emulator",
            "version": emulator.__version__,
            "description": "A local emulator of Eppo's feature-flag service: what SDKs call, and a control API.",
        },
        "paths": _PATHS,
        "components": {"schemas": _SCHEMAS},
    }
