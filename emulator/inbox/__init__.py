"""
Every event that arrives: kept, found again, waited for.

:class:`Inbox` is the door. The database library is imported when the first event comes or somebody looks for one, for
an emulator starts quicker without.
"""

from emulator.inbox.arrival import Arrival, Judge, Judgement
from emulator.inbox.box import Inbox
from emulator.inbox.grammar import parse_query, read_filters, split_query, write_term
from emulator.inbox.histogram import Bucket
from emulator.inbox.match import FIELDS, MatchError, Term, Terms, pairs_of, read_terms, terms_of
from emulator.inbox.misses import Miss
from emulator.inbox.place import Place, place_of
from emulator.inbox.record import Record
from emulator.inbox.results import InboxError, Page, Retention, Waited
from emulator.inbox.summary import Experiment, Summary

__all__ = [
    "FIELDS",
    "Arrival",
    "Bucket",
    "Experiment",
    "Inbox",
    "InboxError",
    "Judge",
    "Judgement",
    "MatchError",
    "Miss",
    "Page",
    "Place",
    "Record",
    "Retention",
    "Summary",
    "Term",
    "Terms",
    "Waited",
    "pairs_of",
    "parse_query",
    "place_of",
    "read_filters",
    "read_terms",
    "split_query",
    "terms_of",
    "write_term",
]
