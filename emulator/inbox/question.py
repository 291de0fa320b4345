"""What is counted of events, before any database counts it."""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.inbox.match import Terms

if TYPE_CHECKING:
    from sqlalchemy import Select

Statement = Callable[[bool], "Select[Any]"]
"""SQL, from whether the database's LIKE ignores case."""


class Question(NamedTuple):
    """
    What is counted: rows of groups, of which *columns* come first, and of their numbers.

    *name* tells questions apart that differ in more than their terms. *ask* makes the statement of the events that
    some terms hold for, *ask_newer* that of what events after a number add; without it all of them are counted again.
    At most *limit* groups are remembered.
    """

    name: Hashable
    columns: int
    limit: int
    ask: Callable[[Terms], Statement]
    ask_newer: Callable[[Terms, int], Statement] | None = None
