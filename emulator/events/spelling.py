"""
How SDK families spell the fields of their events.

Source: protocol.md section 7; the dispatcher's payload in section 1.8; snake case is what warehouses make of both.
"""

from collections.abc import Mapping

# Meaning → its spellings, the most telling first: flattened extra logging may hold any other name, and lose.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "flag": ("featureFlag", "flagKey", "FeatureFlag", "FlagKey", "feature_flag", "flag_key"),
    "allocation": ("allocation", "Allocation", "allocationKey", "allocation_key"),
    "experiment": ("experiment", "Experiment", "experimentKey", "experiment_key"),
    "variation": ("variation", "Variation", "variationKey", "variation_key"),
    "subject": ("subject", "Subject", "subjectKey", "SubjectKey", "subject_key"),
    "attributes": ("subjectAttributes", "SubjectAttributes", "subject_attributes"),
    "timestamp": ("timestamp", "Timestamp"),
    "bandit": ("bandit", "banditKey", "BanditKey", "Bandit", "bandit_key"),
    "action": ("action", "Action"),
    "probability": ("actionProbability", "ActionProbability", "action_probability"),
    "gap": ("optimalityGap", "OptimalityGap", "optimality_gap"),
    "model": ("modelVersion", "ModelVersion", "model_version"),
    "subject_numeric": ("subjectNumericAttributes", "SubjectNumericAttributes", "subject_numeric_attributes"),
    "subject_categorical": (
        "subjectCategoricalAttributes",
        "SubjectCategoricalAttributes",
        "subject_categorical_attributes",
    ),
    "action_numeric": ("actionNumericAttributes", "ActionNumericAttributes", "action_numeric_attributes"),
    "action_categorical": (
        "actionCategoricalAttributes",
        "ActionCategoricalAttributes",
        "action_categorical_attributes",
    ),
    "meta": ("metaData", "MetaData", "sdkMetadata", "metadata", "meta_data"),
    "extra": ("extraLogging", "ExtraLogging", "extra_logging"),
    "details": ("evaluationDetails", "EvaluationDetails", "evaluation_details"),
    # Of no meaning here, but no extra logging either.
    "format": ("format",),
    "entity": ("entityId", "entity_id"),
}
MEANINGS: Mapping[str, tuple[str, int]] = {
    spelling: (meaning, rank) for meaning, spellings in SPELLINGS.items() for rank, spelling in enumerate(spellings)
}

# What a client calls itself in its metadata; the Java SDK's "sdkLanguage" holds its name.
SDK_NAMES = ("sdkName", "sdk_name", "sdkLanguage", "sdk_language")
SDK_VERSIONS = ("sdkVersion", "sdk_version", "sdkLibVersion", "sdk_lib_version")

# Where senders put the event inside their own: Eppo's dispatcher, Segment's family, Amplitude, mParticle, Snowplow.
WRAPPERS = ("payload", "properties", "event_properties", "custom_attributes", "data", "events", "unstruct_event")
# Who the user is to a vendor, outside the event: its subject, where the event itself does not say.
USERS = ("userId", "user_id", "uid")
