"""
What a run found, kept below ``.compatibility/`` for the table of docs/compatibility.md: one file per SDK and section.

The questions are the same in every run; flags that follow the clock move the figures a little.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".compatibility"


def keep(sdk: str, section: str, found: Any) -> None:
    FOLDER.mkdir(exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
    (FOLDER / f"{sdk}.{section}.json").write_text(text + "\n", encoding="utf-8")


def kept(sdk: str, section: str) -> Any:
    """
    Return what the last run found.

    Raises:
        FileNotFoundError: there was none; the message says what makes one.
    """
    path = FOLDER / f"{sdk}.{section}.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: no run has written it yet; run `make conformance`")
    return json.loads(path.read_text(encoding="utf-8"))
