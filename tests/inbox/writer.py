"""
A program that appends events from four threads until it is killed, and prints each number once it is acknowledged.

Arguments: where events are kept, and a name for this run. A line is ``<seq> <subject>``.
"""

import os
import sys
from itertools import count
from threading import Thread

from emulator.inbox import Inbox, place_of
from tests.inbox.arrivals import assignment

_SIZES = (1, 7, 1, 100)


def _write(inbox: Inbox, name: str, size: int) -> None:
    for number in count():
        subjects = [f"{name}-{number}-{index}" for index in range(size)]
        seqs = inbox.append([assignment(subject) for subject in subjects])
        # One write per acknowledgement: the kill finds whole lines, or none.
        lines = "".join(f"{seq} {subject}\n" for seq, subject in zip(seqs, subjects, strict=True))
        os.write(sys.stdout.fileno(), lines.encode("ascii"))


if __name__ == "__main__":
    database, name = sys.argv[1:]
    inbox = Inbox(place_of(database))
    inbox.open()
    for number, size in enumerate(_SIZES):
        Thread(target=_write, args=(inbox, f"{name}-{number}", size)).start()
