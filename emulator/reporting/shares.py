"""What ``simulate`` tells: the shares that came out, beside those that are configured."""

from collections.abc import Mapping

from emulator.evaluation import Shares, Simulation
from emulator.reporting.ink import bold, faint
from emulator.reporting.tables import table
from emulator.reporting.words import count
from emulator.wording import printable

_TOO_MANY = "? there are too many combinations of shards to work out what is configured"


def as_text(simulation: Simulation, flag: str, environment: str) -> str:
    """Return a table of variations, with those who get the caller's default, and one of allocations."""
    got, configured = simulation.simulated, simulation.configured
    configured_variations = None if configured is None else _variations(configured)
    configured_allocations = None if configured is None else configured.allocations
    lines = [
        f"{bold(printable(flag))} for {count(simulation.subjects, 'subject')} in {printable(environment)}",
        "",
        *_table("Variation", _variations(got), configured_variations),
    ]
    if got.allocations:
        lines += ["", *_table("Allocation", got.allocations, configured_allocations)]
    if configured is None:
        lines += ["", faint(_TOO_MANY)]
    return "\n".join(lines) + "\n"


def _variations(shares: Shares) -> Mapping[str, float]:
    return {**shares.variations, "(the caller's default)": shares.default}


def _table(name: str, got: Mapping[str, float], configured: Mapping[str, float] | None) -> list[str]:
    rows = [
        (printable(key), _percent(share), "?" if configured is None else _percent(configured[key]))
        for key, share in got.items()
    ]
    return table((name, "Share", "Configured"), rows, right={1, 2})


def _percent(share: float) -> str:
    """Return ``33.33%``; what there is but would be rounded away is ``<0.01%``."""
    return "<0.01%" if 0 < share < 0.00005 else f"{share:.2%}"
