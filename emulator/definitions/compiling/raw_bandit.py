"""Raw bandits: models from files put in place, and what is unsafe in raw models."""

from collections.abc import Mapping
from dataclasses import replace

from emulator.definitions.model import Bandit
from emulator.definitions.reading.json_values import parse_json
from emulator.definitions.report import Report
from emulator.errors import Problem


def with_raw(bandits: Mapping[str, Bandit], files: Mapping[str, str]) -> tuple[dict[str, Bandit], list[Problem]]:
    """Return the bandits with raw models from files in place, and the problems of those files."""
    resolved: dict[str, Bandit] = {}
    problems: list[Problem] = []
    for key, bandit in bandits.items():
        report = Report(bandit.at.file)
        with report.about(key):
            resolved[key] = _resolved(bandit, files, report)
            _check(resolved[key], report)
        problems.extend(report.problems)
    return resolved, problems


def _resolved(bandit: Bandit, files: Mapping[str, str], report: Report) -> Bandit:
    source = bandit.raw_source
    if source is None:
        return bandit
    text = files.get(source.path)
    if text is None:
        report(source.at, "E123", f"cannot read the file {source.path}", "the path is relative to this file")
        return bandit
    try:
        raw = parse_json(text)
    except (ValueError, RecursionError) as error:
        report(source.at, "E123", f"the file {source.path} is not JSON: {error}")
        return bandit
    if not isinstance(raw, dict):
        report(source.at, "E123", f"the file {source.path} holds no JSON object")
        return bandit
    return replace(bandit, raw=raw)


def _check(bandit: Bandit, report: Report) -> None:
    if bandit.raw is None:
        return
    for name in ("banditKey", "modelName", "modelVersion", "updatedAt", "modelData"):
        if name not in bandit.raw:
            report(bandit.at, "P6", f"raw content: {bandit.key}.{name} is missing; Rust-core SDKs and Java need it")
