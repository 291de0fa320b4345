"""What fields hold: for whoever types a query, and wants to be told how it may go on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.inbox.match import ATTRIBUTE

if TYPE_CHECKING:
    from emulator.inbox.store import Store

# Of these there is an index, in which to step from one value to the next takes no time however many events there are.
_INDEXED = ("flag", "subject", "verdict", "sandbox")
# Of the others, what the newest events hold.
_AMONG_NEWEST = 2_000


def values_of(store: "Store", field: str, prefix: str, limit: int) -> tuple[str, ...]:
    """
    Return up to *limit* different texts that begin with *prefix*, in their order.

    *field* is a field of records, ``attr.NAME``, or ``attr.`` for the names of attributes.
    """
    if field.startswith(ATTRIBUTE) or field in _INDEXED:
        return tuple(_along_index(store, field, prefix, limit))
    return _among_newest(store, field, prefix, limit)


def _along_index(store: "Store", field: str, prefix: str, limit: int) -> Iterator[str]:
    from emulator.inbox.occurring import next_value

    after: str | None = None
    for _ in range(limit):
        after = store.all(next_value(field, prefix, after))[0][0]
        if after is None or not after.startswith(prefix):
            return
        yield after


def _among_newest(store: "Store", field: str, prefix: str, limit: int) -> tuple[str, ...]:
    from emulator.inbox.occurring import newest_values

    found: list[Any] = [row[0] for row in store.all(newest_values(field, _AMONG_NEWEST))]
    return tuple(sorted(one for one in found if one and one.startswith(prefix))[:limit])
