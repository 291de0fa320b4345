"""Runs one entry in one environment."""

from dataclasses import replace
from datetime import datetime

from emulator.evaluation import Prepared
from emulator.expectations.answers import ask, lines
from emulator.expectations.demands import unmet
from emulator.expectations.entries import Entry
from emulator.expectations.reasons import obstacle, off_words, reason
from emulator.expectations.results import Result
from emulator.expectations.shares import found_shares, landings
from emulator.expectations.table import table
from emulator.expectations.words import expected_words, got_words, shares_words
from emulator.snapshot import Snapshot


def run_entry(snapshot: Snapshot, entry: Entry, environment: str, *, now: datetime) -> Result:
    """
    Return what *entry*, one of *snapshot*'s, comes to in *environment*; *now* (aware) is the time where it names none.

    An environment that does not serve the flag gives everybody the caller's default, as an SDK does.
    """
    run = _run_many if entry.expectation.shares else _run_one
    result = run(snapshot.by_key[environment].prepared, entry, environment, entry.expectation.moment or now)
    if result.passed:
        return result
    return replace(result, reason=obstacle(snapshot, entry, environment) or result.reason)


def _run_one(prepared: Prepared, entry: Entry, environment: str, now: datetime) -> Result:
    expected = entry.expectation
    answer = ask(prepared, entry.flag, str(expected.subject), expected, now)
    failed = unmet(expected, answer)
    result = Result(entry, environment, failed is None, expected_words(expected), got_words(expected, answer))
    if failed is None:
        return result
    told = answer.told()
    return replace(result, reason=reason(failed, expected, answer, told), trace=lines(told))


def _run_many(prepared: Prepared, entry: Entry, environment: str, now: datetime) -> Result:
    expected = entry.expectation
    landed = landings(prepared, entry.flag, expected, now)
    shares = tuple(found_shares(expected, landed))
    got = shares_words((str(one.variation), one.got) for one in shares if one.expected is not None)
    passed = all(share.passed for share in shares)
    result = Result(entry, environment, passed, expected_words(expected), got, shares=shares)
    if passed:
        return result
    return replace(result, reason=off_words(expected, shares), trace=table(expected, shares, landed))
