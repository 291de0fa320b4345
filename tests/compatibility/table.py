"""
Writes docs/compatibility.md from what the last run found: ``python -m tests.compatibility.table``.

With ``--check`` it writes nothing and fails where the page says something else, large figures aside: some generated
flags follow the clock, and how many events there are with them. A cell that no run filled is an error.
"""

import json
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tests.compatibility.observing import FOLDER
from tests.compatibility.quickstarts import QUICK_STARTS
from tests.compatibility.recorded import PRECOMPUTED, RECORDED
from tests.compatibility.records import ROOT, kept
from tests.compatibility.sdks import SDKS, Sdk

PAGE = ROOT / "docs" / "compatibility.md"
_TEXT = ROOT / "tests" / "compatibility" / "page.md"
_WIDTH = 128
_WRONG = ("404", "500", "garbage", "truncated", "dropped", "slow")
_WORDS = {
    "ok": "yes",
    "stops asking": "keeps what it has, never asks again",
    "failed meanwhile, then ok": "calls raise until a poll succeeds",
}


def page() -> str:
    """
    Return the page: the text of ``page.md``, with each line ``<!-- name -->`` replaced by what the run found.

    Raises:
        FileNotFoundError: no run has filled some cell.
    """
    text = _TEXT.read_text(encoding="utf-8")
    for name, lines in _PARTS.items():
        text = text.replace(f"<!-- {name} -->\n", "".join(f"{line}\n" for line in lines()))
    return text


def _measured() -> Iterator[str]:
    heads = ("SDK", "package", "evaluations that agree", "events that agree", "edit", "new model", "server away", "401")
    yield from _rows((*heads, "other failures", "first fetch"), map(_measured_cells, SDKS))


def _measured_cells(sdk: Sdk) -> Sequence[str]:
    found, behaviour = kept(sdk.id, "conformance"), kept(sdk.id, "behaviour")
    told = [_word(behaviour.get(name)) for name in ("edit", "model", "restart", "401")]
    return (
        sdk.name,
        f"`{sdk.package}` {sdk.version}",
        f"{found['agreed']:,}",
        f"{found['events']:,}",
        *told,
        _failures(behaviour, _WRONG),
        _failures(behaviour, [f"first {name}" for name in ("server", "401", *_WRONG)]),
    )


def _failures(behaviour: Mapping[str, str], names: Sequence[str]) -> str:
    """Return *yes*, with what is otherwise; a scenario that was not run is an error."""
    wrong = [f"{name.removeprefix('first ')}: {_word(behaviour[name])}" for name in names if behaviour[name] != "ok"]
    return "; ".join(("yes", *wrong) if len(wrong) < len(names) else wrong)


def _word(outcome: str | None) -> str:
    return "-" if outcome is None else _WORDS.get(outcome, outcome)


def _replayed() -> Iterator[str]:
    by_id = {one.id: one for one in (*PRECOMPUTED, *RECORDED)}
    yield from _rows(
        ("SDK", "version", "base URL's path", "asks for 304 by", "precomputed"),
        ((one.name, one.version, *_replayed_cells(one.id)) for one in by_id.values()),
    )


def _replayed_cells(client: str) -> Sequence[str]:
    found = {name: kept(client, name) for name in _sections_of(client)}
    bases = ", ".join(f"`{base or '/'}`" for base in found.get("requests", {}).get("bases", ()))
    header = found.get("conditional", {}).get("header")
    target = found.get("precomputed", {}).get("target")
    return bases or "-", f"`{header}`" if header else "-", f"`{target}`" if target else "-"


def _sections_of(client: str) -> Iterator[str]:
    for one in RECORDED:
        if one.id == client:
            yield "requests"
            if one.etag:
                yield "conditional"
    if any(one.id == client for one in PRECOMPUTED):
        yield "precomputed"


def _divergences(*parts: str) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    shown: dict[tuple[str, str], tuple[str, str]] = {}
    for sdk in SDKS:
        told = json.loads((FOLDER / f"{sdk.id}.json").read_text(encoding="utf-8"))
        for one in (one for part in parts for one in told[part]):
            key = one.get("name", "every flag is refused"), one["evidence"]
            found.setdefault(key, []).append(sdk.id)
            shown.setdefault(key, (_shown(one["emulator"]), _shown(one["sdk"])))
    rows = ((name, evidence, ", ".join(ids), *shown[name, evidence]) for (name, evidence), ids in found.items())
    yield from _rows(("divergence", "evidence", "SDKs", "the emulator answers", "the SDK answers"), rows)


def _shown(answer: Any) -> str:
    if not isinstance(answer, Mapping):
        return f"action {answer}"
    if "logged" not in answer:
        return "; ".join(f"{name}: {_told(one)}" for name, one in answer.items())
    value = (
        f"raises {answer['failed']}" if "failed" in answer else f"`{json.dumps(answer['value'], ensure_ascii=False)}`"
    )
    logged = "; ".join(_event(one) for one in answer["logged"])
    return f"{value}, logs {logged or 'nothing'}"


def _told(value: Any) -> str:
    """Return what details say, allocations as key and code of each."""
    if not isinstance(value, list):
        return f"`{json.dumps(value, ensure_ascii=False)}`"
    return ", ".join(f"`{key}` {code}" for key, code in value) or "none"


def _event(event: Mapping[str, Any]) -> str:
    extra = f" with {', '.join(f'`{name}`' for name in event['extra'])}" if event["extra"] else ""
    return f"`{event['variation']}`{extra}"


def _quick_starts() -> Iterator[str]:
    for one in QUICK_STARTS:
        yield from (
            f"### {one.name}",
            "",
            *textwrap.wrap(one.note, _WIDTH, break_on_hyphens=False),
            *([""] if one.note else []),
        )
        yield from (f"```{one.language}", one.source.read_text("utf-8").rstrip("\n"), "```", "")


def _rows(heads: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


_PARTS = {
    "measured": _measured,
    "replayed": _replayed,
    "divergences": partial(_divergences, "divergences", "bandits", "refuses"),
    "explanations": partial(_divergences, "explains", "precomputed"),
    "quick starts": _quick_starts,
}


def _without_figures(text: str) -> str:
    return re.sub(r"\d+,\d{3}", "some", text)


def main() -> None:
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    elif _without_figures(PAGE.read_text(encoding="utf-8")) != _without_figures(text):
        sys.exit(f"{PAGE} is not what the last run found: run `make conformance` and commit the page")


if __name__ == "__main__":
    main()
