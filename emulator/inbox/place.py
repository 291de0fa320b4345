"""Where events are kept: what a person wrote for it, as a URL for the database library."""

from dataclasses import dataclass
from pathlib import Path

IN_MEMORY = "memory"
_SQLITE_FILE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Place:
    """*url* is for the database library, *shown* for people; *file* is set where it is a file of SQLite's."""

    url: str
    shown: str
    file: Path | None = None

    @property
    def is_memory(self) -> bool:
        return self.url == "sqlite://"


def place_of(database: str | Path | None) -> Place:
    """
    Return the place that *database* names: ``memory`` (as None does), the path of a file, or a URL of SQLAlchemy's.

    Source: https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls
    """
    text = IN_MEMORY if database is None else str(database)
    if text in (IN_MEMORY, ":memory:", "sqlite://", "sqlite:///:memory:"):
        return Place("sqlite://", "memory, until the emulator ends")
    if text.startswith(_SQLITE_FILE):
        return _file(text.removeprefix(_SQLITE_FILE))
    return Place(text, _without_password(text)) if "://" in text else _file(text)


def _file(path: str) -> Place:
    return Place(f"{_SQLITE_FILE}{path}", path, Path(path))


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    return f"{scheme}://{account.partition(':')[0]}{at}{place}"
