"""
Files as they lie on a disk: which there are, what they hold, where their links lead, and whether anything moved.

Nothing here knows what a flag is. Paths are texts with forward slashes, spelled as the user gave them.
"""

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from emulator.errors import Problem

# The byte order marks of UTF-16, which some Windows editors write; their texts are as good as any.
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_LINK_CHAIN = 40  # as Linux has it; a loop ends here

Stamp = tuple[int, ...]
_SIZE = 2  # where a file's stamp has it


class TornRead(Exception):  # noqa: N818 - news, not an error: the next attempt will do
    """Somebody wrote to the file while it was being read."""


def is_flag_file(name: str) -> bool:
    """
    Tell whether a file of this name holds flags: ``*.yaml`` and ``*.yml``, but nothing hidden.

    Editors leave hidden companions beside a file that is open: Emacs the link ``.#name.yaml``, macOS ``._name.yaml``.
    """
    return name.lower().endswith((".yaml", ".yml")) and not name.startswith(".")


def flag_files_in(path: str) -> list[str]:
    """
    Return the flag files that *path* stands for: those directly inside a folder, in name order, or the file itself.

    A link that leads nowhere is listed, because its reader should hear of it.

    Raises:
        OSError: there is no such folder or file, or it may not be listed.
    """
    if not os.path.isdir(path):
        os.stat(path)
        return [spelled(path)]
    with os.scandir(path) as entries:
        names = sorted(entry.name for entry in entries if is_flag_file(entry.name) and _may_be_file(entry))
    return [spelled(os.path.join(path, name)) for name in names]


def spelled(path: str | os.PathLike[str]) -> str:
    """Return *path* as it is printed and as other files refer to it: forward slashes, no ``./`` in front."""
    return Path(path).as_posix()


def read_bytes(path: str) -> bytes:
    """
    Return what the file holds.

    Raises:
        OSError: it cannot be read.
        TornRead: it changed while it was being read.
    """
    with open(path, "rb") as stream:
        before = os.fstat(stream.fileno())
        content = stream.read()
        after = os.fstat(stream.fileno())
    if stat.S_ISREG(after.st_mode) and (_stamp(before) != _stamp(after) or len(content) != after.st_size):
        raise TornRead(path)
    return content


def decode(path: str, content: bytes) -> tuple[str, Problem | None]:
    """Return the text of *content*, and the problem when it is not UTF-8; then unreadable bytes are replaced."""
    encoding = "utf-16" if content.startswith(_UTF_16_MARKS) else "utf-8-sig"
    try:
        return content.decode(encoding), None
    except UnicodeDecodeError as error:
        # What only begins like UTF-16 is bytes from the first one on.
        start = error.start if encoding == "utf-8-sig" else 0
        return content.decode(encoding, "replace"), _not_text(path, content, start)


def unreadable(path: str, error: OSError) -> Problem:
    """Return the problem for a file or folder that cannot be read."""
    return Problem(path, 1, 1, "E100", "error", _reason(path, error))


def write_whole(path: str, content: bytes) -> None:
    """
    Write *content* so that whoever reads *path* meanwhile finds the old file or the new one.

    Raises:
        OSError: the folder does not exist or may not be written to.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        # A device or a pipe, which must not be replaced by a file.
        Path(path).write_bytes(content)
        return
    new = Path(path).with_name(f".{os.path.basename(path)}.{os.getpid()}")
    try:
        new.write_bytes(content)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def trail(path: str | os.PathLike[str]) -> Iterator[str]:
    """
    Yield each place that decides what *path* leads to: every link on the way, then where it ends.

    Places are absolute and their folders hold no links, so they compare equal to what a watcher reports.
    """
    absolute = Path.cwd() / path
    here, todo, links = absolute.anchor, deque(absolute.parts[1:]), 0
    while todo:
        step = todo.popleft()
        place = os.path.dirname(here) if step == ".." else os.path.join(here, step)
        target = _link_target(place)
        if target is None or links == _LONGEST_LINK_CHAIN:
            here = place
            continue
        links += 1
        yield place
        here = target.anchor or here
        todo.extendleft(reversed(target.parts[1:] if target.anchor else target.parts))
    yield here


def stamps(paths: Iterable[str]) -> dict[str, Stamp | None]:
    """
    Return what shows for each path, without reading it, that it changed; None for what is not there.

    The time of the last status change is part of it: unlike the modification time, no tool sets it back.
    """
    return {path: _stamp_at(path) for path in paths}


def is_filled(stamp: Stamp | None) -> bool:
    """Tell whether a file with this stamp is there and not empty."""
    return stamp is not None and stamp[_SIZE] > 0


def identity(path: str) -> tuple[int, int] | None:
    """Return which folder or file is there now, whatever its name; None when there is none."""
    found = _stamp_at(path)
    return (found[0], found[1]) if found else None


def _may_be_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        # A link that leads in a circle; reading it says so.
        return True


def _link_target(path: str) -> Path | None:
    try:
        return Path(os.readlink(path))
    except OSError:
        return None


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _stamp_at(path: str) -> Stamp | None:
    try:
        return _stamp(os.stat(path))
    except OSError:
        return None


def _reason(path: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "this link leads nowhere" if os.path.islink(path) else "no such file or folder"
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def _not_text(path: str, content: bytes, start: int) -> Problem:
    before = content[:start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    message = f"not UTF-8 text: byte 0x{content[start]:02X}"
    return Problem(path, line, column, "E101", "error", message, "save the file as UTF-8")
