"""What can be seen of a file from outside."""

import os
from enum import Enum


class Sign(Enum):
    """It is there and may be read, somebody writes to it, or it is gone or empty."""

    CHANGED = "changed"
    WRITING = "writing"
    ABSENT = "absent"


def sign_of(path: str) -> Sign:
    """Return the sign for what is at *path* now."""
    try:
        return Sign.CHANGED if os.path.getsize(path) else Sign.ABSENT
    except OSError:
        return Sign.ABSENT
