"""One assignment and one bandit action, as each SDK family hands them to its logger (protocol.md section 7)."""

from typing import Any

ATTRIBUTES = {"country": "NO", "age": 30}
JAVASCRIPT_META = {"obfuscated": False, "sdkLanguage": "javascript", "sdkLibVersion": "4.14.4"}
CORE_META = {"sdkName": "python", "sdkVersion": "4.4.1", "coreVersion": "9.2.0"}
NUMBERS = {"age": 30}
WORDS = {"country": "NO"}


def _assignment(**more: Any) -> dict[str, Any]:
    return {
        "featureFlag": "banner",
        "allocation": "rollout",
        "experiment": "banner-rollout",
        "variation": "on",
        "subject": "ann",
        "subjectAttributes": ATTRIBUTES,
        **more,
    }


def _pascal(fields: dict[str, Any]) -> dict[str, Any]:
    return {name[0].upper() + name[1:]: value for name, value in fields.items()}


ASSIGNMENTS: dict[str, dict[str, Any]] = {
    "javascript": _assignment(
        holdoutKey="q1",
        format="SERVER",
        timestamp="2026-03-01T09:00:00.123Z",
        metaData=JAVASCRIPT_META,
        evaluationDetails={
            "environmentName": "Test",
            "configPublishedAt": "2026-02-01T00:00:00.000Z",
            "flagEvaluationCode": "MATCH",
        },
        entityId=None,
    ),
    "rust core": _assignment(
        holdoutKey="q1", timestamp="2026-03-01T09:00:00.123456789Z", metaData=CORE_META, evaluationDetails=None
    ),
    "python 3": _assignment(
        holdoutKey="q1",
        timestamp="2026-03-01T09:00:00.123456+00:00",
        metaData={"sdkLanguage": "python", "sdkVersion": "3.7.0"},
    ),
    "go": _assignment(
        timestamp="2026-03-01T09:00:00Z",
        metaData={"sdkLanguage": "go", "sdkVersion": "6.1.0"},
        extraLogging={"holdoutKey": "q1"},
    ),
    "java": _assignment(
        timestamp=1_772_355_600_123,
        metaData={"obfuscated": "false", "sdkLanguage": "java-server-sdk", "sdkLibVersion": "5.3.0"},
        extraLogging={"holdoutKey": "q1"},
    ),
    "ios": _assignment(
        timestamp="2026-03-01T09:00:00Z",
        metaData={"obfuscated": "true", "sdkLanguage": "ios", "sdkLibVersion": "5.0.0"},
        extraLogging={"holdoutKey": "q1"},
        entityId="7",
    ),
    ".net": _pascal(
        _assignment(
            timestamp="2026-03-01T09:00:00.1234567Z",
            metaData={"sdkName": "dotnet-server", "sdkVersion": "3.5.0"},
            extraLogging={"holdoutKey": "q1"},
        )
    ),
    "php": _assignment(
        timestamp=1_772_355_600.123,
        sdkMetadata={"sdkVersion": "4.0.0", "sdkName": "eppo/php-sdk", "sdkLanguage": "php"},
        extraLogging={"holdoutKey": "q1"},
    ),
}
SDKS = {
    "javascript": "javascript/4.14.4",
    "rust core": "python/4.4.1",
    "python 3": "python/3.7.0",
    "go": "go/6.1.0",
    "java": "java-server-sdk/5.3.0",
    "ios": "ios/5.0.0",
    ".net": "dotnet-server/3.5.0",
    "php": "eppo/php-sdk/4.0.0",
}

_CHOICE = {
    "action": "fedora",
    "actionProbability": 0.7,
    "optimalityGap": 1.5,
    "modelVersion": "v1",
    "subjectNumericAttributes": NUMBERS,
    "subjectCategoricalAttributes": WORDS,
    "actionNumericAttributes": {"price": 9.5},
    "actionCategoricalAttributes": {"colour": "red"},
}
BANDITS: dict[str, dict[str, Any]] = {
    "javascript": {
        "featureFlag": "hat",
        "bandit": "hats",
        "subject": "ann",
        **_CHOICE,
        "timestamp": "2026-03-01T09:00:00.123Z",
        "metaData": JAVASCRIPT_META,
        "evaluationDetails": None,
    },
    "rust core": {
        "flagKey": "hat",
        "banditKey": "hats",
        "subject": "ann",
        **_CHOICE,
        "timestamp": "2026-03-01T09:00:00.123456789+00:00",
        "metaData": CORE_META,
    },
    "php": {
        "flagKey": "hat",
        "banditKey": "hats",
        "subjectKey": "ann",
        **_CHOICE,
        "timestamp": 1_772_355_600.123,
        "sdkMetadata": {"sdkName": "eppo/php-sdk"},
    },
    ".net": _pascal(
        {
            "flagKey": "hat",
            "banditKey": "hats",
            "subjectKey": "ann",
            **_CHOICE,
            "timestamp": "2026-03-01T10:00:00.123+01:00",
            "metaData": {"sdkName": "dotnet-server", "sdkVersion": "3.5.0"},
        }
    ),
}
DISPATCHED = {
    "uuid": "5c1ba9b1-2a2b-4f4e-9a51-6a3c5f5f1f2b",
    "timestamp": 1_772_355_600_123,
    "type": "__eppo_assignment",
    "payload": {
        "entity_id": 3,
        "experiment": "banner-rollout",
        "feature_flag": "banner",
        "allocation": "rollout",
        "holdout_variation": None,
        "holdout": None,
        "subject": "ann",
        "variation": "on",
    },
}
