"""The routes of sandboxes, for the OpenAPI document. Pure."""

from emulator.sandboxes import DAMAGES, TARGETS
from emulator.server.schemas import (
    ANY_OBJECT,
    BOOLEAN,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    described,
    either,
    json_content,
    list_of,
    map_of,
    members,
    named,
    nullable,
    one_of,
    parameter,
    question,
    with_optional,
)

_VARIATION = either(TEXT, BOOLEAN, NUMBER)
_FLAG_CHANGE = either(
    question({"serve": _VARIATION}, {"subjects": list_of(TEXT), "via": TEXT}),
    question({"off": {"enum": [True]}}, {}),
    question({"yaml": described("What a flag file has under the flag's key.", TEXT)}, {}),
    question({"ufc": described("The flag as SDKs receive it.", ANY_OBJECT)}, {}),
)
_BANDIT_CHANGE = either(question({"pin": TEXT}, {}), question({"mode": one_of("uniform", "cold-start")}, {}))
_CLOCK = either(question({"at": TEXT}, {}), question({"offsetSeconds": NUMBER}, {}))
_FAILED = described("Of a dispatcher's batch: how many events fail, or which ones.", either(WHOLE, list_of(TEXT)))
_FAULT = question(
    {"on": one_of(*TARGETS)},
    {"status": WHOLE, "delayMs": WHOLE, "body": one_of(*DAMAGES), "drop": BOOLEAN, "failed": _FAILED, "times": WHOLE},
)
_CLIENT = members(
    sdkName=TEXT,
    sdkVersion=TEXT,
    remote=TEXT,
    connected=BOOLEAN,
    lastSeen=MOMENT,
    requests=WHOLE,
    delivered=map_of(WHOLE),
    applied=WHOLE,
)
_SHOWN_FAULT = with_optional(
    {"on": one_of(*TARGETS)},
    {
        "status": WHOLE,
        "delayMs": WHOLE,
        "body": TEXT,
        "drop": BOOLEAN,
        "failed": _FAILED,
        "times": WHOLE,
        "timesLeft": WHOLE,
    },
)

SANDBOX_SCHEMAS: dict[str, Schema] = {
    "SandboxRequest": question(
        {},
        {
            "environment": TEXT,
            "at": described("Its clock stands still at this time.", TEXT),
            "name": described("For people.", TEXT),
            "ttlSeconds": described("It ends when it was not used for so long; an hour by default.", WHOLE),
        },
    ),
    "Sandbox": members(
        sdkKey=TEXT,
        baseUrl=TEXT,
        edgeUrl=TEXT,
        environment=TEXT,
        name=TEXT,
        createdAt=MOMENT,
        ttlSeconds=nullable(NUMBER),
        revision=WHOLE,
        now=MOMENT,
        clock=nullable(_CLOCK),
        flags=map_of(list_of(_FLAG_CHANGE)),
        bandits=map_of(_BANDIT_CHANGE),
        faults=list_of(_SHOWN_FAULT),
        missing=described("Changes that the flag files have no place for any more.", list_of(TEXT)),
        clients=list_of(_CLIENT),
    ),
    "Sandboxes": members(sandboxes=list_of(named("Sandbox"))),
    "FlagChange": either(_FLAG_CHANGE, list_of(_FLAG_CHANGE)),
    "BanditChange": _BANDIT_CHANGE,
    "Clock": _CLOCK,
    "Faults": either(_FAULT, list_of(_FAULT)),
    "Clients": members(revision=WHOLE, clients=list_of(_CLIENT)),
    "AwaitRequest": question({}, {"revision": WHOLE, "clients": WHOLE, "timeoutMs": WHOLE}),
}

_SDK_KEY = parameter("sdkKey", "path", "The sandbox's own SDK key.")
_KEY = parameter("key", "path", "The flag's or bandit's key; slashes in it may stay as they are.")
_PROBLEM: Schema = {
    "description": "A problem.",
    "content": {"application/problem+json": {"schema": named("ProblemDetails")}},
}
_ONE = "/emulator/v1/sandboxes/{sdkKey}"


def _call(
    summary: str, *names: Schema, body: str = "", optional: bool = False, answer: str = "Sandbox", status: str = "200"
) -> Schema:
    told: Schema = {"description": "The answer."}
    if answer:
        told["content"] = json_content(named(answer))
    call: Schema = {"summary": summary, "parameters": list(names), "responses": {status: told, "default": _PROBLEM}}
    if body:
        call["requestBody"] = {"required": not optional, "content": json_content(named(body))}
    return call


SANDBOX_PATHS: dict[str, Schema] = {
    "/emulator/v1/sandboxes": {
        "get": _call("All sandboxes, the oldest first.", answer="Sandboxes"),
        "post": _call("A new sandbox over an environment.", body="SandboxRequest", optional=True, status="201"),
    },
    _ONE: {
        "get": _call("One sandbox.", _SDK_KEY),
        "delete": _call("End it.", _SDK_KEY, answer="", status="204"),
    },
    f"{_ONE}/reset": {"post": _call("Take all changes, faults and clocks away.", _SDK_KEY)},
    f"{_ONE}/flags": {"delete": _call("Take the changes of all flags away.", _SDK_KEY)},
    f"{_ONE}/flags/{{key}}": {
        "put": _call("Change a flag; of a list, the last change lies on top.", _SDK_KEY, _KEY, body="FlagChange"),
        "delete": _call("Take the changes of a flag away.", _SDK_KEY, _KEY),
    },
    f"{_ONE}/bandits/{{key}}": {
        "put": _call("Change a bandit.", _SDK_KEY, _KEY, body="BanditChange"),
        "delete": _call("Take the change of a bandit away.", _SDK_KEY, _KEY),
    },
    f"{_ONE}/clock": {
        "put": _call("Stop or shift its clock, by which schedules are resolved.", _SDK_KEY, body="Clock"),
        "delete": _call("Go by the real time again.", _SDK_KEY),
    },
    f"{_ONE}/faults": {
        "put": _call("What goes wrong for its clients, in place of what did.", _SDK_KEY, body="Faults"),
        "delete": _call("Let nothing go wrong.", _SDK_KEY),
    },
    f"{_ONE}/clients": {"get": _call("Who asked, and which revision each holds.", _SDK_KEY, answer="Clients")},
    f"{_ONE}/await": {
        "post": _call(
            "Wait until every client has applied the revision; 408 with who is behind.",
            _SDK_KEY,
            body="AwaitRequest",
            optional=True,
            answer="Clients",
        )
    },
}
