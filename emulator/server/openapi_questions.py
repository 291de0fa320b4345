"""The shapes of questions and their answers, for the OpenAPI document; a test holds real answers against them. Pure."""

from emulator.queries.evaluation import MOST_REQUESTS
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
    list_of,
    map_of,
    members,
    named,
    nullable,
    question,
    with_optional,
)

_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_SHARES = map_of(_SHARE)
# What JSON cannot write as a number is a text: "NaN", "inf".
_AMOUNT = either(NUMBER, TEXT)
_SCOPE = {
    "environment": described("Key of the environment; the first one by default.", TEXT),
    "sdkKey": described("Names the environment by an SDK key instead.", TEXT),
    "at": described("The time to evaluate at, with a zone: 2025-06-01T12:00Z; now by default.", TEXT),
}
_ATTRIBUTES = described(
    "Of the subject: one flat object, or numericAttributes and categoricalAttributes, each an object.", ANY_OBJECT
)
_ACTIONS = described(
    "Offered to the bandit: names with their attributes, or a list of names.",
    either(map_of(nullable(ANY_OBJECT)), list_of(TEXT)),
)
_SEED = described("Other made-up subjects for another number.", WHOLE)

_WINDOW = members(startAt=nullable(MOMENT), endAt=nullable(MOMENT), matched=BOOLEAN, note=TEXT)
_CONDITION = members(
    attribute=TEXT,
    operator=TEXT,
    value=ANYTHING,
    actual=ANYTHING,
    actualType=TEXT,
    actualText=nullable(TEXT),
    matched=BOOLEAN,
    note=TEXT,
)
_SHARD = members(
    salt=TEXT,
    shard=WHOLE,
    totalShards=WHOLE,
    ranges=list_of(members(start=NUMBER, end=NUMBER, matched=BOOLEAN)),
    matched=BOOLEAN,
    note=TEXT,
)
_ALLOCATION = members(key=TEXT, allocationEvaluationCode=TEXT, orderPosition=WHOLE)
_ALLOCATION_TRACE = members(
    key=TEXT,
    orderPosition=WHOLE,
    allocationEvaluationCode=TEXT,
    window=nullable(_WINDOW),
    rules=list_of(members(matched=BOOLEAN, conditions=list_of(_CONDITION))),
    splits=list_of(members(variationKey=TEXT, matched=BOOLEAN, shards=list_of(_SHARD))),
    note=TEXT,
)
_ACTION_TRACE = members(
    action=TEXT,
    chosen=BOOLEAN,
    shard=WHOLE,
    score=_AMOUNT,
    intercept=nullable(_AMOUNT),
    contributions=list_of(
        members(of=TEXT, attribute=TEXT, value=ANYTHING, fits=BOOLEAN, amount=_AMOUNT, note=TEXT),
    ),
    weight=_AMOUNT,
    bucket=members(start=_AMOUNT, end=_AMOUNT),
    note=TEXT,
)
_BANDIT_TRACE = with_optional(
    {"code": TEXT, "description": TEXT, "banditKey": nullable(TEXT), "action": nullable(TEXT)},
    {
        "modelVersion": TEXT,
        "pinned": described("The action of a pinned bandit.", nullable(TEXT)),
        "gamma": _AMOUNT,
        "actionProbabilityFloor": _AMOUNT,
        "defaultActionScore": _AMOUNT,
        "shard": WHOLE,
        "totalShards": WHOLE,
        "threshold": NUMBER,
        "bestAction": TEXT,
        "actions": list_of(_ACTION_TRACE),
    },
)
_TRACE = with_optional(
    {
        "flag": TEXT,
        "subject": TEXT,
        "at": MOMENT,
        "code": TEXT,
        "description": TEXT,
        "variationKey": nullable(TEXT),
        "allocationKey": nullable(TEXT),
        "nearest": described("The allocation that came nearest, when none matched.", nullable(TEXT)),
        "allocations": list_of(_ALLOCATION_TRACE),
    },
    {"bandit": _BANDIT_TRACE},
)
_DETAILS = members(
    environmentName=nullable(TEXT),
    flagEvaluationCode=TEXT,
    flagEvaluationDescription=TEXT,
    banditKey=nullable(TEXT),
    banditAction=nullable(TEXT),
    variationKey=nullable(TEXT),
    variationValue=ANYTHING,
    matchedRule=nullable(ANY_OBJECT),
    matchedAllocation=nullable(_ALLOCATION),
    unmatchedAllocations=list_of(_ALLOCATION),
    unevaluatedAllocations=list_of(_ALLOCATION),
)

QUESTION_SCHEMAS: dict[str, Schema] = {
    "EvaluationRequest": question(
        {"flag": TEXT, "subject": TEXT},
        {
            "attributes": _ATTRIBUTES,
            "type": described("The type asked for: BOOLEAN, INTEGER, JSON, NUMERIC or STRING, in any case.", TEXT),
            "default": described("The caller's own value, for when nothing matches.", ANYTHING),
            "actions": _ACTIONS,
            "trace": described("Whether to tell the whole way; true by default.", BOOLEAN),
            **_SCOPE,
        },
    ),
    "Evaluation": with_optional(
        {
            "variation": described("The value that the caller gets.", ANYTHING),
            "action": nullable(TEXT),
            "evaluationDetails": named("EvaluationDetails"),
            "trace": nullable(named("Trace")),
            "events": described(
                "What an SDK would hand to its loggers; null where it would log nothing.",
                members(assignment=nullable(ANY_OBJECT), bandit=nullable(ANY_OBJECT)),
            ),
            "revision": WHOLE,
            "environment": TEXT,
        },
        {"hint": described("Why there is no such flag.", TEXT)},
    ),
    "EvaluationDetails": _DETAILS,
    "Trace": _TRACE,
    "BulkRequest": question({"requests": list_of(named("EvaluationRequest"), maxItems=MOST_REQUESTS)}, {}),
    "BulkResult": members(results=list_of(either(named("Evaluation"), members(error=named("ProblemDetails"))))),
    "SubjectsRequest": question(
        {"flag": TEXT},
        {
            "gets": described("Key of the variation.", either(TEXT, NUMBER, BOOLEAN)),
            "via": described("Key of the allocation.", TEXT),
            "action": described("The bandit's choice.", TEXT),
            "actions": _ACTIONS,
            "attributes": _ATTRIBUTES,
            "count": described("How many; 1 by default.", WHOLE),
            "seed": _SEED,
            **_SCOPE,
        },
    ),
    "Subjects": members(subjects=list_of(TEXT)),
    "SimulationRequest": question(
        {"flag": TEXT},
        {
            "subjects": described("How many made-up subjects; 10,000 by default.", WHOLE),
            "attributes": _ATTRIBUTES,
            "seed": _SEED,
            **_SCOPE,
        },
    ),
    "Simulation": members(
        subjects=WHOLE,
        shares=described("By variation.", _SHARES),
        allocations=_SHARES,
        default=described("Who gets the caller's default.", _SHARE),
        configured=described("What to expect; null where that cannot be worked out.", nullable(_SHARES)),
        configuredAllocations=nullable(_SHARES),
        configuredDefault=nullable(_SHARE),
    ),
}
