"""
The files that pages load: style sheets, scripts, pictures.

Their address holds a digest of all of them, so that a browser may keep each for ever and still has the new ones after
an upgrade; scripts that import each other by relative names find one another under it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

PREFIX = "/assets"
_FOLDER = Path(__file__).parent / "static"
_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    content_type: str
    body: bytes


def asset_of(name: str) -> Asset | None:
    """Return the file *name* below ``static/``, such as ``js/swap.js``; None where there is none."""
    return _assets().get(name)


def asset_url(name: str) -> str:
    """
    Return the address of the file *name*.

    Raises:
        KeyError: there is none.
    """
    _assets()[name]
    return f"{PREFIX}/{digest()}/{name}"


@cache
def digest() -> str:
    contents = sha256()
    for name, asset in _assets().items():
        contents.update(name.encode() + b"\0" + asset.body + b"\0")
    return contents.hexdigest()[:12]


@cache
def _assets() -> Mapping[str, Asset]:
    files = sorted(path for path in _FOLDER.rglob("*") if path.suffix in _TYPES)
    return {path.relative_to(_FOLDER).as_posix(): Asset(_TYPES[path.suffix], path.read_bytes()) for path in files}
