"""The shares that a flag is configured to give, and those that many made-up subjects got, as texts."""

from dataclasses import dataclass

from emulator.evaluation import Shares, Simulation
from emulator.pages.flags.population import Part
from emulator.pages.wording import percent


@dataclass(frozen=True, slots=True)
class ShareColumns:
    """
    *with_attributes*: those of the playground's subject; else nothing is known of anybody. *asked* is how many
    made-up subjects somebody asked for, as it was written, and *problem* why there are none.
    """

    parts: tuple[Part, ...]
    simulation: Simulation | None = None
    with_attributes: bool = False
    asked: str = ""
    problem: str = ""

    @property
    def subjects(self) -> int:
        return self.simulation.subjects if self.simulation else 0

    def configured(self, variation: str | None) -> str:
        """Return the exact share of *variation*, None for the caller's default; empty where nobody can say."""
        if not self.parts:
            return "?"
        return percent(sum(part.share for part in self.parts if part.variation == variation))

    def simulated(self, variation: str | None) -> str:
        if self.simulation is None:
            return ""
        return percent(_share(self.simulation.simulated, variation), 2)


def _share(shares: Shares, variation: str | None) -> float:
    return shares.default if variation is None else shares.variations.get(variation, 0.0)
