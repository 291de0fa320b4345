"""The files that come with the package for its users: the starter folder and the JSON Schema for editors."""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

SCHEMA_NAME = "eppo.schema.json"


@dataclass(frozen=True, slots=True)
class Starter:
    """The outcome of :func:`write_starter`, as paths: what was *written*, and what was there before and *kept*."""

    written: tuple[str, ...]
    kept: tuple[str, ...]


def schema_text() -> str:
    """Return the JSON Schema of flag files."""
    return (files("emulator") / "definitions" / "schema.json").read_text("utf-8")


def write_starter(folder: str | Path) -> Starter:
    """
    Write the commented starter flags and their schema to *folder*, which is made if need be; nothing is overwritten.

    Raises:
        OSError: the folder or a file cannot be written.
    """
    folder = Path(folder)
    texts = {**_texts(files("emulator") / "templates" / "flags"), SCHEMA_NAME: schema_text()}
    written = [path for name, text in texts.items() if _write_new(path := folder / name, text)]
    kept = [path for name in texts if (path := folder / name) not in written]
    return Starter(tuple(map(str, written)), tuple(map(str, kept)))


def _texts(folder: Traversable, prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            texts.update(_texts(entry, f"{prefix}{entry.name}/"))
        else:
            texts[prefix + entry.name] = entry.read_text("utf-8")
    return texts


def _write_new(path: Path, text: str) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        return False
    return True
