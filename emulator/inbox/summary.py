"""How many events there are of what: as values."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.inbox.match import Terms
from emulator.inbox.remembered import Numbers, Remembered

if TYPE_CHECKING:
    from emulator.inbox.store import Store

# Whoever sends a flag of its own with each event should still get an answer that can be read.
MOST_GROUPS = 10_000


class Experiment(NamedTuple):
    """Where subjects are assigned to variations."""

    environment: str
    flag: str
    allocation: str
    experiment: str


@dataclass(frozen=True, slots=True)
class Summary:
    """
    Numbers of events; what was sent again counts in *verdicts* only.

    *experiments* has the numbers of different subjects by variation. *is_complete* is false where there are more than
    :data:`MOST_GROUPS` combinations; those with the fewest events are missing then.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    variations: dict[str, Counter[str]] = field(default_factory=dict)
    experiments: dict[Experiment, dict[str, int]] = field(default_factory=dict)
    is_complete: bool = True


def summary_of(store: "Store", remembered: Remembered, terms: Terms) -> Summary:
    """
    Return the summary of the events that *terms* hold for.

    Subjects of sandboxes, which may serve whatever a test wants, count in *experiments* where *terms* name a sandbox.
    """
    from emulator.inbox.counts import groups, samples

    in_a_sandbox = any(term.field == "sandbox" and not term.negated for term in terms)
    columns = (*Experiment._fields, "variation")
    by_samples = samples(columns, terms, in_sandboxes=in_a_sandbox, limit=MOST_GROUPS)
    counted = remembered.numbers(store, groups(("kind", "flag", "variation", "verdict"), limit=MOST_GROUPS), terms)
    sampled = remembered.numbers(store, by_samples, terms)
    summary = Summary(is_complete=max(len(counted), len(sampled)) <= MOST_GROUPS)
    for (kind, flag, variation, verdict), (count,) in _most_of(counted):
        if verdict is not None:
            summary.verdicts[verdict] += count
        if verdict == "duplicate":
            continue
        summary.kinds[kind] += count
        if flag is not None:
            summary.flags[flag] += count
        if flag is not None and variation is not None:
            summary.variations.setdefault(flag, Counter())[variation] += count
    for (*where, variation), (subjects,) in _most_of(sampled):
        summary.experiments.setdefault(Experiment(*where), {})[variation] = subjects
    return summary


def touched_by(store: "Store", remembered: Remembered, terms: Terms) -> dict[tuple[str, str, str], int]:
    """
    Return how many of the events that *terms* hold for touched what.

    That is ``("flag", FLAG, "")``, ``("variation", FLAG, NAME)``, ``("allocation", FLAG, NAME)``, or
    ``("action", BANDIT, NAME)``.
    """
    from emulator.inbox.counts import groups

    touched: Counter[tuple[str, str, str]] = Counter()
    columns = ("flag", "variation", "allocation", "bandit", "action")
    found = remembered.numbers(store, groups(columns, limit=MOST_GROUPS), terms)
    for (flag, variation, allocation, bandit, action), (count,) in _most_of(found):
        points = (("flag", flag, ""), ("variation", flag, variation), ("allocation", flag, allocation))
        for point in (*points, ("action", bandit, action)):
            if None not in point:
                touched[point] += count
    return dict(touched)


def _most_of(numbers: Numbers) -> Iterable[tuple[tuple[Any, ...], tuple[int, ...]]]:
    """Return the most frequent groups first."""
    return sorted(numbers.items(), key=lambda item: -item[1][0])[:MOST_GROUPS]
