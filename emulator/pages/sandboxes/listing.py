"""The list of all sandboxes: found by a word, newest first, a page of them at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from emulator.pages.sandboxes.said import Name, Said, joined, shortened
from emulator.pages.sandboxes.words import bandit_words, clock_words, is_set, layers_gist
from emulator.pages.wording import plural
from emulator.sandboxes.attendance import Standing
from emulator.sandboxes.sandbox import Sandbox

ROWS = 100
# So many flags and bandits are told of in a row, with names up to so many characters.
_TOLD = 2
_LONGEST_NAME = 32


@dataclass(frozen=True, slots=True)
class Row:
    """
    One sandbox. *changes* says what it changes, in short.

    *standings* counts its clients; *missing* are the changes that have no effect.
    """

    sdk_key: str
    name: str
    environment: str
    created_at: datetime
    ends_at: datetime | None
    revision: int
    changes: Said
    standings: tuple[tuple[Standing, int], ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Listing:
    """*rows* are those from number *first* (from 0) of the *found* ones; there are *total*."""

    rows: tuple[Row, ...]
    first: int
    found: int
    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows)


def listing(sandboxes: Sequence[Sandbox], query: str, page: int) -> Listing:
    """Return page number *page*, from 1, of the *sandboxes* (oldest first) in which every word of *query* occurs."""
    words = query.casefold().split()
    found = [sandbox for sandbox in reversed(sandboxes) if _holds(sandbox, words)]
    first = min((page - 1) * ROWS, (len(found) - 1) // ROWS * ROWS) if found else 0
    rows = tuple(_row(sandbox) for sandbox in found[first : first + ROWS])
    return Listing(rows, first, len(found), len(sandboxes))


def _holds(sandbox: Sandbox, words: Sequence[str]) -> bool:
    if not words:
        return True
    identity, overrides = sandbox.identity, sandbox.overrides
    places = (identity.name, identity.sdk_key, identity.environment, *overrides.flags, *overrides.bandits)
    folded = [place.casefold() for place in places]
    return all(any(word in place for place in folded) for word in words)


def _row(sandbox: Sandbox) -> Row:
    identity, current = sandbox.identity, sandbox.current
    counts: dict[Standing, int] = {}
    for attendant in sandbox.attendance():
        counts[attendant.standing] = counts.get(attendant.standing, 0) + 1
    return Row(
        identity.sdk_key,
        identity.name,
        identity.environment,
        identity.created_at,
        sandbox.ends_at,
        current.number,
        _changes(sandbox),
        tuple(counts.items()),
        len(current.missing),
    )


def _changes(sandbox: Sandbox) -> Said:
    """Return the changes in words; empty for none. The short ones come first: a row has room for so much."""
    overrides = sandbox.overrides
    items: list[Said] = []
    if is_set(overrides.clock):
        words = clock_words(overrides.clock)
        items.append((words[0].lower() + words[1:],))
    faults = sum(left != 0 for _, left in sandbox.faults())
    if faults:
        items.append((plural(faults, "fault"),))
    told = [shortened(said, _LONGEST_NAME) for said in _some(sandbox)]
    left = len(overrides.flags) + len(overrides.bandits) - len(told)
    return joined([*items, *told, *([(f"{left:,} more",)] if left else [])])


def _some(sandbox: Sandbox) -> Iterator[Said]:
    flags, bandits = list(sandbox.overrides.flags.items()), list(sandbox.overrides.bandits.items())
    for key, layers in flags[:_TOLD]:
        yield (Name(key), " ", *layers_gist(layers))
    for key, own in bandits[: _TOLD - min(len(flags), _TOLD)]:
        yield (Name(key), " ", *bandit_words(own[-1]))
