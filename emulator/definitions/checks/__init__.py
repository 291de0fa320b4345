"""
check: what a schema cannot say, one generator per question and one row per generator.

A check sees one flag (a layer is one) and what it may refer to, and yields where, what and the fix; severity and flag
are added by the driver. To add one: write the generator with a FAIL and a PASS line, and add its row to CHECKS.
"""

from emulator.definitions.checks import conditions, names, surroundings, traffic
from emulator.definitions.checks.subject import Check, subject_of
from emulator.definitions.codes import CODES
from emulator.definitions.compiling.waterfall import Context
from emulator.definitions.model import Flag
from emulator.errors import Problem


def check_flag(flag: Flag, context: Context) -> list[Problem]:
    """Return everything the checks find in *flag*, each problem once."""
    subject = subject_of(flag, context)
    found: dict[Problem, None] = {}
    for code, check in CHECKS:
        for at, message, hint in check(subject):
            found[Problem(*at, code, CODES[code].severity, message, hint, flag.key)] = None
    return list(found)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("E401", names.unknown_variations),
    ("E401", names.unknown_references),
    ("E402", names.duplicate_allocations),
    ("E209", conditions.too_many_rules),
    ("W206", conditions.negative_conditions),
    ("W210", traffic.unreachable),
    ("W305", traffic.fine_percentages),
    ("E306", traffic.empty_shares),
    ("E307", traffic.shards_beyond_total),
    ("E503", traffic.too_many_windows),
    ("E701", surroundings.holdouts_without_status_quo),
    ("W406", surroundings.idle_overrides),
    ("W603", surroundings.bandit_names),
    ("E109", surroundings.schema_beside_other_types),
    ("E109", surroundings.extra_over_known),
)
