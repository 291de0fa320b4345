"""The inbox in the OpenAPI document. Pure."""

from emulator.events import KINDS
from emulator.inbox import FIELDS
from emulator.inbox.arrival import VERDICTS
from emulator.server.events_in import OPEN_PATH
from emulator.server.schemas import (
    ANY_OBJECT,
    ANYTHING,
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
)

_BOUND = "Events after this seq, or after this time of arrival, exclusive."
_FILTERS = (
    *(parameter(field, "query", f"Events with this {field}.") for field in FIELDS),
    parameter("attr.NAME", "query", "Events whose subject has this attribute; NAME is the attribute's."),
    parameter("q", "query", 'A query: words, and field:value or field:"two words"; a leading - negates.'),
    parameter("after", "query", _BOUND),
    parameter("before", "query", _BOUND.replace("after", "before")),
)
_PAGING = (
    parameter("limit", "query", "How many, up to 1,000; 100 by default.", schema=WHOLE),
    parameter("order", "query", "asc (by default) or desc, by seq.", schema=one_of("asc", "desc")),
)
_NAME = nullable(TEXT)
_RECORD = {
    "seq": described("Grows with each event, and is never given twice.", WHOLE),
    "receivedAt": MOMENT,
    "sandbox": _NAME,
    "source": described("The door that it came by.", TEXT),
    "environment": TEXT,
    "kind": one_of(*KINDS),
    "event": described("As received.", ANYTHING),
    "flag": _NAME,
    "allocation": _NAME,
    "experiment": _NAME,
    "variation": _NAME,
    "subject": _NAME,
    "attributes": ANY_OBJECT,
    "bandit": _NAME,
    "action": _NAME,
    "timestamp": nullable(MOMENT),
    "sdk": _NAME,
    "verdict": nullable(one_of(*VERDICTS)),
    "reason": described("Why the verdict is not ok, or an event is invalid.", TEXT),
    "revision": described("The revision that its client held; null where that is not known.", nullable(WHOLE)),
    "duplicateOf": described("The seq of the event that this one repeats.", nullable(WHOLE)),
}
_ANSWER = members(
    revision=WHOLE,
    publishedAt=TEXT,
    verdict=one_of(*VERDICTS),
    reason=TEXT,
    variation=_NAME,
    allocation=_NAME,
    trace=ANY_OBJECT,
)

_COUNTS = map_of(WHOLE)
_EXPERIMENT = members(
    environment=TEXT,
    flag=TEXT,
    allocation=TEXT,
    experiment=TEXT,
    subjects=described("How many different ones, by variation.", _COUNTS),
    shares=described("The configured ones, from 0 to 1; null where none are.", nullable(map_of(NUMBER))),
    chiSquare=nullable(NUMBER),
    degreesOfFreedom=nullable(WHOLE),
    pValue=nullable(NUMBER),
    meaningful=BOOLEAN,
    mismatch=described(
        "The test is meaningful and p is below 0.001: the subjects are not shared out as configured.", BOOLEAN
    ),
    reason=described("Why the test means nothing, and which variation is left out for it has no share.", TEXT),
)

INBOX_SCHEMAS: dict[str, Schema] = {
    "Record": members(**_RECORD),
    "JudgedRecord": members(
        **_RECORD,
        then=described("What the flags said that its client held; null where they are not known.", nullable(_ANSWER)),
        now=described("What the flags say now.", nullable(_ANSWER)),
    ),
    "Receipt": members(accepted=WHOLE, rejected=list_of(members(index=WHOLE, reason=TEXT))),
    "Records": members(events=list_of(named("Record")), next=nullable(WHOLE)),
    "WaitRequest": question(
        {},
        {
            "match": described("Filters as those of the list, by name.", map_of(ANYTHING)),
            "count": described("How many; 1 by default.", WHOLE),
            "timeoutMs": described("2,000 by default.", WHOLE),
        },
    ),
    "Arrived": members(events=list_of(named("Record"))),
    "Deleted": members(deleted=WHOLE),
    "Histogram": members(
        buckets=list_of(
            members(
                **{"from": described("Inclusive.", MOMENT), "to": described("Exclusive.", MOMENT)},
                events=WHOLE,
                problems=described("How many of them have a verdict other than ok.", WHOLE),
            )
        )
    ),
    "Coverage": members(
        environment=TEXT,
        flags=map_of(members(events=WHOLE, variations=_COUNTS, allocations=_COUNTS)),
        bandits=map_of(members(actions=_COUNTS)),
        reached=WHOLE,
        total=WHOLE,
        percent=NUMBER,
    ),
    "EventSummary": members(
        kinds=_COUNTS,
        verdicts=_COUNTS,
        flags=map_of(members(events=WHOLE, variations=_COUNTS)),
        experiments=list_of(_EXPERIMENT),
        complete=described("False where there are too many combinations; the rarest are missing then.", BOOLEAN),
    ),
}

_PROBLEM: Schema = {
    "description": "A problem.",
    "content": {"application/problem+json": {"schema": named("ProblemDetails")}},
}


def _operation(
    summary: str, answer: str, *parameters: Schema, status: str = "200", body: Schema | None = None
) -> Schema:
    responses = {status: {"description": "The answer.", "content": json_content(named(answer))}, "default": _PROBLEM}
    given = {"requestBody": {"required": True, "content": json_content(body)}} if body is not None else {}
    return {"summary": summary, "parameters": list(parameters), **given, "responses": responses}


INBOX_PATHS: dict[str, Schema] = {
    OPEN_PATH: {
        "post": _operation(
            "Keep an event or a list of them, in any SDK's spelling; answered from every origin.",
            "Receipt",
            parameter("sdkKey", "query", "The SDK key that the events belong to."),
            parameter("Idempotency-Key", "header", "The same for a body that is sent again: its events count once."),
            status="202",
            body=either(ANY_OBJECT, list_of(ANY_OBJECT)),
        ),
        "get": _operation("Events that arrived.", "Records", *_FILTERS, *_PAGING),
        "delete": _operation("Delete events; all of them without a filter.", "Deleted", *_FILTERS),
    },
    f"{OPEN_PATH}/{{seq}}": {
        "get": _operation("One event.", "JudgedRecord", parameter("seq", "path", "Its seq.", schema=WHOLE))
    },
    f"{OPEN_PATH}/summary": {
        "get": _operation("Numbers of events, and a test of each experiment's shares.", "EventSummary", *_FILTERS)
    },
    f"{OPEN_PATH}/histogram": {
        "get": _operation(
            "Numbers of events by time of arrival: equal stretches without gaps, over all that is kept.",
            "Histogram",
            *_FILTERS,
            parameter("buckets", "query", "At most how many, up to 1,000; 60 by default.", schema=WHOLE),
        )
    },
    f"{OPEN_PATH}/coverage": {
        "get": _operation("What is served now, and how many events touched each of it.", "Coverage", *_FILTERS)
    },
    f"{OPEN_PATH}/export": {
        "get": {
            "summary": "Events as a table of a warehouse; what was sent again is in it once.",
            "parameters": [
                *_FILTERS,
                parameter("format", "query", "jsonl by default.", schema=one_of("jsonl", "csv", "parquet")),
                parameter("table", "query", "assignments by default.", schema=one_of("assignments", "bandit_actions")),
            ],
            "responses": {
                "200": {
                    "description": "The file.",
                    "content": {
                        "application/jsonl": {"schema": TEXT},
                        "text/csv": {"schema": TEXT},
                        "application/vnd.apache.parquet": {"schema": TEXT},
                    },
                },
                "default": _PROBLEM,
            },
        }
    },
    f"{OPEN_PATH}/stream": {
        "get": {
            "summary": "Events as they arrive, as server-sent events: each one's data is a Record, its id the seq.",
            "parameters": [
                *_FILTERS,
                parameter("Last-Event-ID", "header", "Go on after this seq; from now on without it, or without after."),
            ],
            "responses": {
                "200": {"description": "The stream.", "content": {"text/event-stream": {"schema": TEXT}}},
                "default": _PROBLEM,
            },
        }
    },
    f"{OPEN_PATH}/wait": {
        "post": _operation(
            "Wait for events; 408 with the nearest misses when they do not come.", "Arrived", body=named("WaitRequest")
        )
    },
}
