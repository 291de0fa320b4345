"""
The fields of assignment events, beside which SDKs put the entries of ``extraLogging``.

Those of Go, Java, .NET, PHP, Swift and C++ keep the entries in a map of their own; the others do not, and an entry that
is called like a field of the event is lost, or takes its place. Source: evaluation.md section 1.4, rows D-EVT-3 and 4.
"""

from collections.abc import Mapping

_REPLACED = (
    "is the name of an event's own field; Rust-core SDKs log this text in its place, JavaScript and Python 3 lose it"
)
_LOST = "is the name of an event's own field; Rust-core SDKs, JavaScript and Python 3 lose this text"
_LOST_IN_JAVASCRIPT = "is the name of a field of JavaScript's events; its SDKs lose this text"

CLASHES: Mapping[str, str] = {
    **dict.fromkeys(("featureFlag", "allocation", "experiment", "variation", "metaData"), _REPLACED),
    **dict.fromkeys(("subject", "subjectAttributes", "timestamp"), _LOST),
    **dict.fromkeys(("format", "evaluationDetails", "entityId"), _LOST_IN_JAVASCRIPT),
}
