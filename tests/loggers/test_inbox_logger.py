"""What an application logs arrives, whether the emulator is there or comes later; the application never notices."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import eppo_client
import pytest
from eppo_client import ClientConfig

from emulator import Emulator
from emulator.inbox import Inbox, read_terms
from emulator.loggers import InboxLogger
from tests.events.families import ASSIGNMENTS
from tests.loggers.conftest import ROOT, Run
from tests.sdk.flag_files import BANDITS, FlagFolder

ASSIGNMENT = ASSIGNMENTS["rust core"]
_DEADLINE_S = 30.0


def arrived(inbox: Inbox, count: int, **match: str) -> list[str | None]:
    """Wait for *count* events, and return their subjects."""
    waited = inbox.wait(read_terms(match.items()), count, timeout_s=_DEADLINE_S)
    return [record.subject for record in waited.records]


def subject(name: str) -> dict[str, Any]:
    return {**ASSIGNMENT, "subject": name}


def test_what_the_real_sdk_logs_arrives(folder: FlagFolder) -> None:
    folder.add("bandits.yaml", BANDITS)
    with Emulator(folder.path, watch=False) as emulator, InboxLogger(emulator.base_url, "local-test") as logger:
        client = eppo_client.init(
            ClientConfig(api_key="local-test", base_url=emulator.base_url, assignment_logger=logger)
        )
        client.wait_for_initialization()

        client.get_integer_assignment("limit", "ann", {"plan": "pro"}, 0)
        client.get_bandit_action("shoes", "bob", {"age": 30}, {"nike": {"price": 9.5}, "adidas": {}}, "control")
        client.shutdown()
        inbox = emulator.inbox
        flushed = logger.flush(_DEADLINE_S)
        records = inbox.since()

    assert flushed
    assert [record.kind for record in records if record.flag == "limit"] == ["assignment"]
    (action,) = [record for record in records if record.kind == "bandit"]
    assert (action.bandit, action.action, action.attributes, action.verdict) == (
        "shoe-bandit",
        "nike",
        {"age": 30},
        "ok",
    )
    assert {record.environment for record in records} == {"test"}
    assert {record.sdk for record in records} == {f"python/{eppo_client.__version__}"}


def test_events_that_were_logged_while_the_emulator_was_away_arrive_in_order(
    start: Callable[[], Emulator], port: int
) -> None:
    with InboxLogger(f"http://127.0.0.1:{port}") as logger:
        for number in range(250):
            logger.log_assignment(subject(str(number)))
        emulator = start()

        assert arrived(emulator.inbox, 250) == [str(number) for number in range(250)]


def test_logging_does_not_wait_for_the_emulator(port: int) -> None:
    with InboxLogger(f"http://127.0.0.1:{port}") as logger:
        began = time.perf_counter()
        for _ in range(1_000):
            logger.log_assignment(ASSIGNMENT)
        took_s = time.perf_counter() - began

    assert took_s < 1.0


def test_the_oldest_go_when_too_many_wait(
    start: Callable[[], Emulator], port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with InboxLogger(f"http://127.0.0.1:{port}", queue_size=10, batch_size=1) as logger:
        for number in range(100):
            logger.log_assignment(subject(str(number)))
        emulator = start()
        logger.flush(_DEADLINE_S)
        subjects = arrived(emulator.inbox, 10)

    # One more may have been on its way while the others waited.
    assert subjects[-10:] == [str(number) for number in range(90, 100)]
    assert len([record for record in caplog.records if "the oldest are lost" in record.message]) == 1


def test_an_emulator_that_is_away_is_told_once(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with InboxLogger(f"http://127.0.0.1:{port}") as logger:
        logger.log_assignment(ASSIGNMENT)
        logger.flush(0.5)

    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [line.partition(" (")[0] for line in told] == [
        f"http://127.0.0.1:{port} does not take events",
        f"1 events were not sent to http://127.0.0.1:{port}",
    ]


@pytest.mark.parametrize(
    "event", [{"x": object()}, {"x": float("nan")}, {(1, 2): 3}, {"x": "\ud800\0"}, {"x": 10**5000}, 7, None]
)
def test_whatever_is_logged_something_arrives(emulator: Emulator, event: Any) -> None:
    with InboxLogger(emulator.url) as logger:
        logger.log_assignment(event)

        assert logger.flush(_DEADLINE_S)
    assert emulator.inbox.count() == 1


def test_what_cannot_be_written_spoils_only_its_own_member(emulator: Emulator) -> None:
    logger = InboxLogger(emulator.base_url)
    logger.log_assignment({"featureFlag": "banner", "subject": "ann", "subjectAttributes": {("a", "b"): 1}})

    assert logger.flush()
    (record,) = emulator.inbox.since()
    assert (record.flag, record.subject, record.verdict) == ("banner", "ann", "malformed")
    assert "subjectAttributes" in record.reason


def test_a_batch_that_is_too_large_is_sent_in_parts(folder: FlagFolder) -> None:
    large = {**ASSIGNMENT, "note": "x" * 4_000}
    with Emulator(folder.path, watch=False, body_limit_bytes=10_000) as emulator, InboxLogger(emulator.url) as logger:
        for _ in range(9):
            logger.log_assignment(large)
        logger.log_assignment({**large, "note": "x" * 20_000})

        assert logger.flush(_DEADLINE_S)
        assert emulator.inbox.count() == 9


def test_closing_leaves_no_thread_and_logging_starts_a_new_one(emulator: Emulator) -> None:
    logger = InboxLogger(emulator.url)
    logger.log_assignment(ASSIGNMENT)
    logger.close()
    names = [thread.name for thread in threading.enumerate()]
    logger.log_assignment(ASSIGNMENT)
    logger.close()

    assert "eppo-emulator-logger" not in names
    assert emulator.inbox.count() == 2


def test_a_logger_that_nobody_holds_sends_what_it_has_and_ends(emulator: Emulator) -> None:
    logger = InboxLogger(emulator.url)
    logger.log_assignment(ASSIGNMENT)
    del logger

    assert emulator.inbox.count() == 1


def test_a_logger_without_events_starts_nothing() -> None:
    before = threading.active_count()
    with InboxLogger("http://127.0.0.1:1") as logger:
        assert (logger.flush(), threading.active_count()) == (True, before)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8378", "ftp://x", "http://"])
def test_a_wrong_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="expected the address of an emulator"):
        InboxLogger(url)


@pytest.mark.parametrize("suffix", ["", "/", "/api", "/api/"])
def test_the_base_url_of_the_sdk_will_do(emulator: Emulator, suffix: str) -> None:
    with InboxLogger(f"{emulator.url}{suffix}") as logger:
        logger.log_assignment(ASSIGNMENT)

    assert emulator.inbox.count() == 1


# ── as a program of its own ─────────────────────────────────────────────────────────────────────────────────────

LOGS_AND_ENDS = """
import sys
from emulator.loggers import InboxLogger
from tests.events.families import ASSIGNMENTS
logger = InboxLogger(sys.argv[1])
for number in range(500):
    logger.log_assignment({**ASSIGNMENTS["go"], "subject": str(number)})
"""
FORKS = """
import os, sys
from emulator.loggers import InboxLogger
from tests.events.families import ASSIGNMENTS
logger = InboxLogger(sys.argv[1])
def log(name):
    for number in range(50):
        logger.log_assignment({**ASSIGNMENTS["go"], "subject": f"{name}-{number}"})
log("parent")
for name in ("one", "two"):
    if not os.fork():
        log(name)
        sys.exit(0)
os.wait(), os.wait()
"""
KILLED = """
import os, sys
from emulator.loggers import InboxLogger
from tests.events.families import ASSIGNMENTS
logger = InboxLogger(sys.argv[1])
number = 0
while True:
    logger.log_assignment({**ASSIGNMENTS["go"], "subject": str(number)})
    number += 1
    if number % 50 == 0 and logger.flush(60):
        os.write(1, b"%d\\n" % number)
"""
IMPORTS = """
import sys
sys.modules["eppo_client"] = None
before = set(sys.modules)
import emulator.loggers
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))
"""


def test_a_program_that_ends_sends_what_it_logged(emulator: Emulator, run: Run) -> None:
    done = run(LOGS_AND_ENDS, emulator.url)

    assert (done.returncode, done.stderr, emulator.inbox.count()) == (0, "", 500)


def test_a_program_that_ends_does_not_wait_for_an_emulator_that_is_away(port: int, run: Run) -> None:
    began = time.monotonic()
    done = run(LOGS_AND_ENDS, f"http://127.0.0.1:{port}")

    assert (done.returncode, "500 events were not sent" in done.stderr) == (0, True)
    assert time.monotonic() - began < 10


def test_each_process_after_a_fork_sends_its_own_events_once(emulator: Emulator, run: Run) -> None:
    done = run(FORKS, emulator.url)

    names = [str(record.subject).partition("-")[0] for record in emulator.inbox.since(limit=1_000)]
    assert done.returncode == 0, done.stderr
    assert {name: names.count(name) for name in names} == {"parent": 50, "one": 50, "two": 50}


def test_a_killed_program_loses_only_what_it_had_not_sent(emulator: Emulator) -> None:
    command = [sys.executable, "-c", KILLED, emulator.url]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        flushed = [int(program.stdout.readline()) for _ in range(3)][-1]
        program.kill()

    subjects = [record.subject for record in emulator.inbox.since(limit=1_000)]
    assert subjects[:flushed] == [str(number) for number in range(flushed)]


def test_the_import_needs_nothing_but_the_standard_library(run: Run) -> None:
    done = run(IMPORTS)

    assert (done.stdout.split(), done.stderr) == (["emulator"], "")
