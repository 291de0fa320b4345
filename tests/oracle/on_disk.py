"""Generated flag files on disk, for an emulator to read, and whom to ask about."""

import json
from pathlib import Path
from typing import Any

from tests.oracle.checking import draw_case

Asked = list[tuple[str, dict[str, Any]]]


def write_case(seed: str, subjects: int, folder: Path) -> tuple[Path, Asked]:
    """Write the flag files of *seed* below *folder*; return where they are, and subjects with their attributes."""
    case = draw_case(seed, subjects)
    for path, text in {**case.files.texts, **case.files.files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    # Through JSON and back, as they travel.
    asked = [(one.key, json.loads(json.dumps(dict(one.attributes)))) for one in case.subjects]
    return folder / "flags", asked
