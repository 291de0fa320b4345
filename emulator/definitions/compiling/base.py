"""Base snapshots: a published configuration that an environment starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.definitions.model import Environment, FileReference
from emulator.definitions.reading.json_values import parse_json
from emulator.definitions.report import Report
from emulator.errors import Problem
from emulator.ufc.content import config_findings

# A snapshot of thousands of flags may earn a warning per flag; the first ones tell what is wrong with the file.
_MAX_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Base:
    """The two published documents, parsed, with their own texts; empty and None where there is none."""

    config: Mapping[str, Any]
    models: Mapping[str, Any]
    config_text: str | None
    models_text: str | None


def read_base(environment: Environment, files: Mapping[str, str]) -> tuple[Base, list[Problem]]:
    """Return the base of *environment* and what is wrong with it; the content is served as it is."""
    report = Report(environment.at.file)
    config = _document(environment.base, "flags", files, report)
    models = _document(environment.base_bandits, "bandits", files, report)
    if environment.base is not None and config:
        findings = list(config_findings(config))
        for path, sentence in findings[:_MAX_FINDINGS]:
            report(environment.base.at, "P6", f"{environment.base.path}: {path} {sentence}")
        if len(findings) > _MAX_FINDINGS:
            report(
                environment.base.at, "P6", f"{environment.base.path}: {len(findings) - _MAX_FINDINGS} more of this kind"
            )
    return Base(config, models, _text(environment.base, files), _text(environment.base_bandits, files)), report.problems


def _text(reference: FileReference | None, files: Mapping[str, str]) -> str | None:
    return None if reference is None else files.get(reference.path)


def _document(
    reference: FileReference | None, member: str, files: Mapping[str, str], report: Report
) -> Mapping[str, Any]:
    if reference is None:
        return {}
    text = files.get(reference.path)
    if text is None:
        report(reference.at, "E123", f"cannot read the file {reference.path}", "the path is relative to this file")
        return {}
    try:
        document = parse_json(text)
    except (ValueError, RecursionError) as error:
        report(reference.at, "E123", f"the file {reference.path} is not JSON: {error}")
        return {}
    if not isinstance(document, dict) or not isinstance(document.get(member), dict):
        message = f'the file {reference.path} holds no object "{member}"'
        report(reference.at, "E123", message, "expected what Eppo's service serves")
        return {}
    return document
