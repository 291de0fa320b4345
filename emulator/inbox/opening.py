"""Opening the database at a place, and what its failures mean to people."""

from pathlib import Path
from typing import Any

from emulator.inbox.foreign import refuse_foreign
from emulator.inbox.place import Place
from emulator.inbox.store import Store
from emulator.wording import printable

# Written by everybody's tool chain this way: what lies in the folder is no part of the project.
_IGNORE_ALL = "*\n"
_SHOWN_CHARACTERS = 500


def open_store(place: Place) -> Store:
    """
    Return the store at *place*; the folder of a file is made, and says to git that it is nothing to keep.

    Raises what :class:`Store` and :func:`refuse_foreign` raise, and OSError.
    """
    if place.file is not None:
        _prepare_file(place.file)
    return Store(place)


def _prepare_file(file: Path) -> None:
    refuse_foreign(file)
    if not file.parent.exists():
        # Another emulator may make it at the same moment.
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / ".gitignore").write_text(_IGNORE_ALL, "utf-8")


def failure_of(error: Exception, place: Place) -> str:
    """Return what to tell of an *error* of the database."""
    # SQLAlchemy adds the statement and a link; what its driver says is enough.
    cause: Any = getattr(error, "orig", None) or error
    said = printable(" ".join(str(cause).split()), _SHOWN_CHARACTERS) or type(cause).__name__
    hint = _hint_for(cause, place)
    return f"events cannot be kept in {printable(place.shown)}: {said}{f'; {hint}' if hint else ''}"


def _hint_for(cause: Exception, place: Place) -> str:
    if isinstance(cause, ModuleNotFoundError):
        return f"pip install {'psycopg[binary]' if cause.name == 'psycopg' else cause.name}"
    if type(cause).__name__ in ("NoSuchModuleError", "ArgumentError"):
        return "expected a file, memory, or a URL such as postgresql://user@host/database"
    return "" if place.is_memory else "another place can be given with --db"
