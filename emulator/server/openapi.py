"""The OpenAPI document of every route; a test holds it against the Flask application. Pure."""

import emulator
from emulator.server.openapi_inbox import INBOX_PATHS, INBOX_SCHEMAS
from emulator.server.openapi_ofrep import OFREP_PATHS, OFREP_SCHEMAS
from emulator.server.openapi_questions import QUESTION_SCHEMAS
from emulator.server.openapi_sandboxes import SANDBOX_PATHS, SANDBOX_SCHEMAS
from emulator.server.openapi_vendors import VENDOR_PATHS, VENDOR_SCHEMAS
from emulator.server.problem_details import STATUS_OF
from emulator.server.schemas import (
    ANY_OBJECT,
    BOOLEAN,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    json_content,
    list_of,
    map_of,
    members,
    named,
    nullable,
    one_of,
    parameter,
)

# Every text but a flag's key, which is hashed, and its type is base64.
_ASSIGNED = members(
    flagKey=TEXT,
    allocationKey=TEXT,
    variationKey=TEXT,
    variationType=TEXT,
    variationValue=TEXT,
    extraLogging=map_of(TEXT),
    doLog=BOOLEAN,
)
_CHOSEN = members(
    banditKey=TEXT,
    action=TEXT,
    modelVersion=TEXT,
    actionProbability=nullable(NUMBER),
    optimalityGap=nullable(NUMBER),
    actionNumericAttributes=map_of(TEXT),
    actionCategoricalAttributes=map_of(TEXT),
)
_SOURCE = nullable(members(file=TEXT, line=WHOLE, column=WHOLE))
_SCHEMAS: dict[str, Schema] = {
    "Problem": members(
        file=TEXT,
        line=WHOLE,
        column=WHOLE,
        code=TEXT,
        severity=one_of("error", "warning"),
        message=TEXT,
        hint=TEXT,
        flag=TEXT,
    ),
    "Status": members(
        version=TEXT,
        revision=WHOLE,
        publishedAt=MOMENT,
        environments=list_of(members(key=TEXT, name=TEXT, flags=WHOLE, bandits=WHOLE)),
        problems=list_of(named("Problem")),
        stale=BOOLEAN,
        watcher=one_of("native", "polling", "off"),
        sandboxes=WHOLE,
        events=WHOLE,
        pid=WHOLE,
    ),
    "Pulse": members(revision=WHOLE, stale=BOOLEAN, problems=WHOLE, seq=WHOLE, deleted=WHOLE, sandboxes=WHOLE),
    "FlagList": members(
        environment=TEXT,
        revision=WHOLE,
        flags=list_of(
            members(
                key=TEXT,
                enabled=nullable(BOOLEAN),
                variationType=nullable(TEXT),
                variations=list_of(TEXT),
                allocations=list_of(nullable(TEXT)),
                source=_SOURCE,
            )
        ),
    ),
    "Flag": members(
        key=TEXT,
        revision=WHOLE,
        source=_SOURCE,
        environments=list_of(members(key=TEXT, name=TEXT, flag=nullable(ANY_OBJECT), human=list_of(TEXT))),
    ),
    "ProblemDetails": members(type=one_of(*STATUS_OF), title=TEXT, status=WHOLE, detail=TEXT),
    "AssignmentsRequest": {
        "type": "object",
        "required": ["subject_key"],
        "properties": {
            "subject_key": {**TEXT, "minLength": 1},
            "subject_attributes": nullable(ANY_OBJECT),
            "bandit_actions": nullable(ANY_OBJECT),
        },
    },
    "Assignments": members(
        createdAt=MOMENT,
        format=one_of("PRECOMPUTED"),
        obfuscated=BOOLEAN,
        salt=TEXT,
        environment=members(name=TEXT),
        flags=map_of(_ASSIGNED),
        bandits=map_of(_CHOSEN),
    ),
    "EventBatch": {
        "type": "object",
        "required": ["eppo_events"],
        "properties": {"eppo_events": list_of(ANY_OBJECT), "context": ANY_OBJECT},
    },
    "EventBatchResult": members(failed_events=list_of(TEXT)),
    **OFREP_SCHEMAS,
    **INBOX_SCHEMAS,
    **QUESTION_SCHEMAS,
    **SANDBOX_SCHEMAS,
    **VENDOR_SCHEMAS,
}


_PREFIX = parameter(
    "prefix", "path", "Nothing, or any path that ends in a slash; `api/` by convention.", allowEmptyValue=True
)
_SDK_QUERY = (
    _PREFIX,
    parameter("apiKey", "query", "The SDK key: selects the environment."),
    parameter("sdkName", "query", "The SDK's name: client SDKs are served an obfuscated configuration."),
    parameter("sdkVersion", "query", "Not read."),
)
_ENVIRONMENT = (
    parameter("environment", "query", "Key of the environment; the first one by default."),
    parameter("sdkKey", "query", "Names the environment by an SDK key instead."),
)
_KEY = parameter("key", "path", "The flag's key; slashes in it may stay as they are.")


def _answers(description: str, content: Schema | None, **errors: str) -> Schema:
    """Return the responses: 200, and each ``s404="…"`` as plain text."""
    success: Schema = {"description": description}
    if content is not None:
        success["content"] = content
    failures = {
        status[1:]: {"description": reason, "content": {"text/plain": {"schema": TEXT}}}
        for status, reason in errors.items()
    }
    return {"200": success, **failures}


def _read(summary: str, responses: Schema, parameters: tuple[Schema, ...] = ()) -> Schema:
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


def _control(summary: str, schema: Schema, parameters: tuple[Schema, ...] = ()) -> Schema:
    return _read(summary, _answers_or_problem(schema), parameters)


def _question(summary: str, body: Schema, answer: Schema) -> Schema:
    given = {"required": True, "content": json_content(body)}
    return {"post": {"summary": summary, "requestBody": given, "responses": _answers_or_problem(answer)}}


def _answers_or_problem(schema: Schema) -> Schema:
    problem = {"application/problem+json": {"schema": named("ProblemDetails")}}
    return _answers("The answer.", json_content(schema)) | {
        "default": {"description": "A problem.", "content": problem}
    }


_KEY_ERRORS = {
    "s400": "No key, with strict keys.",
    "s401": "An unknown key, with strict keys.",
}
_EVENTS: Schema = {
    "post": {
        "summary": "Take a batch of an Eppo event dispatcher.",
        "parameters": [_PREFIX, parameter("x-eppo-token", "header", "The sender's SDK key.")],
        "requestBody": {"required": True, "content": json_content(named("EventBatch"))},
        "responses": _answers(
            "All were taken, but those that are listed.",
            json_content(named("EventBatchResult")),
            s400="The body is no batch.",
            s401="No or an unknown token, with strict keys.",
            s413="The body is too large.",
            s503="The events cannot be kept; send them again later.",
        ),
    }
}
_ASSIGNMENTS: Schema = {
    "post": {
        "summary": "Every flag, evaluated for one subject: the document of precomputed clients.",
        "parameters": list(_SDK_QUERY),
        "requestBody": {"required": True, "content": json_content(named("AssignmentsRequest"))},
        "responses": _answers(
            "The document, always obfuscated.",
            json_content(named("Assignments")),
            s400="The body cannot be read; or no key, with strict keys.",
            s401="An unknown key, with strict keys.",
            s413="The body is too large.",
        ),
    }
}
_PATHS: dict[str, Schema] = {
    "/health": _read("Whether the emulator answers.", _answers("OK.", {"text/plain": {"schema": TEXT}})),
    "/{prefix}flag-config/v1/config": _read(
        "The configuration of one environment (UFC).",
        _answers("The configuration.", json_content(ANY_OBJECT), s304="The client holds it already.", **_KEY_ERRORS),
        _SDK_QUERY,
    ),
    "/{prefix}flag-config/v1/bandits": _read(
        "The bandit models of one environment.",
        _answers("The models.", json_content(ANY_OBJECT), s304="The client holds them already.", **_KEY_ERRORS),
        _SDK_QUERY,
    ),
    "/{prefix}assignments": _ASSIGNMENTS,
    "/{prefix}v0/i": _EVENTS,
    **VENDOR_PATHS,
    **OFREP_PATHS,
    **INBOX_PATHS,
    "/emulator/v1/status": _control("What is served, and what is wrong with the files.", named("Status")),
    "/emulator/v1/flags": _control("The flags of one environment.", named("FlagList"), _ENVIRONMENT),
    "/emulator/v1/flags/{key}": _control("One flag, as served, and in words.", named("Flag"), (_KEY, *_ENVIRONMENT)),
    "/emulator/v1/evaluate": _question(
        "What a subject gets from a flag, and why.", named("EvaluationRequest"), named("Evaluation")
    ),
    "/emulator/v1/evaluate/bulk": _question(
        "Many evaluations, all of one revision and one time.", named("BulkRequest"), named("BulkResult")
    ),
    "/emulator/v1/subjects": _question(
        "Subject keys that land where they are wanted; 409 with the reason where none can.",
        named("SubjectsRequest"),
        named("Subjects"),
    ),
    "/emulator/v1/simulate": _question(
        "Shares over many made-up subjects, next to the configured ones.",
        named("SimulationRequest"),
        named("Simulation"),
    ),
    **SANDBOX_PATHS,
    "/emulator/v1/pulse": _read(
        "What pages watch, as server-sent events: how things stand, and again after each change; each data is a Pulse.",
        _answers("The stream.", {"text/event-stream": {"schema": TEXT}}),
    ),
    "/emulator/v1/openapi.json": _control("This document.", ANY_OBJECT),
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
