"""Every code a flag file can earn, with its severity and what it means. The manual of each is docs/problems.md."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Code:
    """One row: the *title* is what SARIF and the docs call the rule."""

    code: str
    severity: Severity
    title: str


def _rows(severity: Severity, titles: dict[str, str]) -> dict[str, Code]:
    return {code: Code(code, severity, title) for code, title in titles.items()}


CODES: dict[str, Code] = _rows(
    "error",
    {
        "E100": "flag file cannot be read",
        "E101": "YAML syntax",
        "E102": "unsupported YAML feature",
        "E103": "duplicate key",
        "E104": "merge keys are not supported",
        "E105": "unknown key",
        "E106": "missing value",
        "E107": "wrong shape",
        "E108": "missing required key",
        "E109": "keys that exclude each other",
        "E110": "not true or false",
        "E111": "not a plain decimal integer",
        "E112": "not a JSON number",
        "E120": "flag type missing or unknown",
        "E121": "value does not fit the type",
        "E122": "JSON variation invalid",
        "E123": "referenced file missing or unreadable",
        "E201": "unreadable condition",
        "E202": "unknown operator",
        "E203": "comparand is neither a number nor a version",
        "E204": "audience refers to itself",
        "E205": "regular expression compiles in no SDK",
        "E209": "too many rules",
        "E301": "not a percentage",
        "E302": "split does not sum to 100%",
        "E306": "variation gets no shard",
        "E307": "invalid shards",
        "E401": "unknown name",
        "E402": "duplicate allocation key",
        "E403": "SDK key listed twice",
        "E501": "time without a zone",
        "E502": "times or phases out of order",
        "E503": "too many switchback windows",
        "E701": "holdout or exclusion that cannot work",
        "E901": "expectation failed",
    },
) | _rows(
    "warning",
    {
        "W113": "taken as text, or a digit is lost",
        "W124": "larger than Eppo's limit",
        "W206": "negative condition is false for a missing attribute",
        "W208": "list item can never equal a number's text",
        "W210": "unreachable allocation",
        "W305": "percentage finer than one shard",
        "W307": "this edit moves subjects",
        "W308": "this rename moves subjects",
        "W406": "override without effect",
        "W602": "bandit changed, version did not",
        "W603": "bandit, variation key and value differ",
        "P1": "regular expression is not portable",
        "P2": "unescaped slash in a regular expression",
        "P5": "name that an SDK uses itself",
        "P6": "raw content that an SDK reads in an unsafe way",
    },
)
