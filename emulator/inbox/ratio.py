"""
Whether an experiment's variations got the subjects that they should have: the test for a sample ratio mismatch.

Pure. Pearson's chi-square test, as experimentation platforms run it.
Source: Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.wording import printable

# Below it the shares are taken to be wrong. It is strict, for there are many experiments and many looks at each.
MISMATCH_P = 0.001
# With fewer expected in a variation the test says little.
_FEWEST_EXPECTED = 5


@dataclass(frozen=True, slots=True)
class RatioTest:
    """
    *reason* says why the test means nothing, and *strays* which subjects it leaves out; empty where it is all well.

    Without a test the numbers are None.
    """

    reason: str
    chi_square: float | None = None
    degrees_of_freedom: int | None = None
    p_value: float | None = None
    strays: str = ""

    @property
    def is_meaningful(self) -> bool:
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        return {
            "chiSquare": self.chi_square,
            "degreesOfFreedom": self.degrees_of_freedom,
            "pValue": self.p_value,
            "meaningful": self.is_meaningful,
            "mismatch": self.is_meaningful and self.p_value is not None and self.p_value < MISMATCH_P,
            "reason": "; ".join(filter(None, (self.reason, self.strays))),
        }


def ratio_test(subjects: Mapping[str, int], shares: Mapping[str, float] | None) -> RatioTest:
    """Test the numbers of different *subjects* by variation against the configured *shares*, together 1."""
    if shares is None:
        return RatioTest("no such allocation is served now, so no shares are configured")
    configured = {variation: share for variation, share in shares.items() if share > 0}
    strays = _strays([one for one in subjects if one not in configured])
    if len(configured) < 2:
        return RatioTest("there is one variation only", strays=strays)
    # One stray event must not silence the alarm about all others.
    total = sum(subjects.get(one, 0) for one in configured)
    expected = {variation: total * share for variation, share in configured.items()}
    fewest = min(expected.values())
    chi_square = (
        sum((subjects.get(one, 0) - wanted) ** 2 / wanted for one, wanted in expected.items()) if total else 0.0
    )
    freedom = len(configured) - 1
    reason = (
        ""
        if fewest >= _FEWEST_EXPECTED
        else f"too few subjects: {fewest:.1f} are expected in the smallest variation, {_FEWEST_EXPECTED} are needed"
    )
    return RatioTest(reason, chi_square, freedom, chi_square_p(chi_square, freedom), strays)


def _strays(variations: Sequence[str]) -> str:
    if not variations:
        return ""
    more = f" ({len(variations) - 1} more like it)" if len(variations) > 1 else ""
    return f'variation "{printable(variations[0])}" has no share in this allocation and is left out{more}'


def chi_square_p(chi_square: float, freedom: int) -> float:
    """
    Return the probability of a value of at least *chi_square* (not negative) with that many degrees of *freedom*.

    Source: Abramowitz and Stegun, 26.4.4 and 26.4.5.
    """
    if chi_square <= 0:
        return 1.0
    half, odd = chi_square / 2, freedom % 2
    powers = (odd / 2 + step for step in range(freedom // 2))
    terms = sum(math.exp(power * math.log(half) - half - math.lgamma(power + 1)) for power in powers)
    return min(1.0, (math.erfc(math.sqrt(half)) if odd else 0.0) + terms)
