"""The list of events: a page of it, and the ways to the others."""

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.inbox import Page
from emulator.pages.inbox.address import Address
from emulator.pages.inbox.rows import Row, rows_of

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """
    *rows*, newest first, after which there are *older* ones at that address; empty at the end.

    *newest* is the address of the newest ones, empty where these are they. *seen* is the number of the newest event
    that was there when somebody looked, whether it is in the list or not: what comes is after it. *error* says why the
    query cannot be read.
    """

    rows: tuple[Row, ...]
    seen: int
    older: str = ""
    newest: str = ""
    error: str = ""


def listing(
    found: Page, address: Address, sandboxes: Mapping[str, str], *, seen: int, is_newest: bool = True
) -> Listing:
    """Return the list of what was *found*; *is_newest* is whether nothing newer was left out on purpose."""
    rows = rows_of(found.records, address, sandboxes)
    older = address.list(before=found.next) if found.next is not None else ""
    return Listing(rows, seen, older, "" if is_newest else address.list())
