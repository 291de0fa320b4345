"""How many events there are of what: as values."""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from emulator.inbox.match import Terms

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


def summary_of(store: "Store", terms: Terms) -> Summary:
    """
    Return the summary of the events that *terms* hold for.

    Subjects of sandboxes, which may serve whatever a test wants, count in *experiments* where *terms* name a sandbox.
    """
    from emulator.inbox.counts import groups as groups_of
    from emulator.inbox.counts import samples as samples_of

    more = MOST_GROUPS + 1
    groups = store.all(groups_of(("kind", "flag", "variation", "verdict"), terms, limit=more))
    in_a_sandbox = any(term.field == "sandbox" and not term.negated for term in terms)
    columns = (*Experiment._fields, "variation")
    samples = store.all(samples_of(columns, terms, in_sandboxes=in_a_sandbox, limit=more))
    summary = Summary(is_complete=max(len(groups), len(samples)) <= MOST_GROUPS)
    for row in groups[:MOST_GROUPS]:
        kind, flag, variation, verdict, count = tuple(row)
        if verdict is not None:
            summary.verdicts[verdict] += count
        if verdict == "duplicate":
            continue
        summary.kinds[kind] += count
        if flag is not None:
            summary.flags[flag] += count
        if flag is not None and variation is not None:
            summary.variations.setdefault(flag, Counter())[variation] += count
    for row in samples[:MOST_GROUPS]:
        environment, flag, allocation, experiment, variation, subjects = tuple(row)
        where = Experiment(environment, flag, allocation, experiment)
        summary.experiments.setdefault(where, {})[variation] = subjects
    return summary


def touched_by(store: "Store", terms: Terms) -> dict[tuple[str, str, str], int]:
    """
    Return how many of the events that *terms* hold for touched what.

    That is ``("flag", FLAG, "")``, ``("variation", FLAG, NAME)``, ``("allocation", FLAG, NAME)``, or
    ``("action", BANDIT, NAME)``.
    """
    from emulator.inbox.counts import groups

    touched: Counter[tuple[str, str, str]] = Counter()
    found = store.all(groups(("flag", "variation", "allocation", "bandit", "action"), terms, limit=MOST_GROUPS))
    for flag, variation, allocation, bandit, action, count in map(tuple, found):
        points = (("flag", flag, ""), ("variation", flag, variation), ("allocation", flag, allocation))
        for point in (*points, ("action", bandit, action)):
            if None not in point:
                touched[point] += count
    return dict(touched)
