"""
One flag, checked and compiled: its problems, or its UFC in every environment.

A flag's outcome depends on the flag, the context and the referenced files alone, so that a reload repeats the work
only for flags that changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from emulator.definitions.checks import check_flag
from emulator.definitions.compiling.flag import compile_flag
from emulator.definitions.compiling.rules import conditions_of
from emulator.definitions.compiling.waterfall import Context, reaches, waterfalls
from emulator.definitions.model import Allocation, FileReference, Flag, Overlay, Unset
from emulator.definitions.reading.json_values import parse_json
from emulator.definitions.reading.variations import check_json_text
from emulator.definitions.report import Report
from emulator.errors import Position, Problem
from emulator.suggest import nearest
from emulator.ufc.content import allocation_findings, condition_findings, flag_findings
from emulator.ufc.encode import member

Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A UFC flag and its canonical bytes ``"key":{…}``."""

    wire: Any
    body: bytes


@dataclass(frozen=True, slots=True)
class FlagOutcome:
    """
    *served* holds what each environment serves, by its key; environments without the flag are absent, and so are all
    of them after an error. *files* are the texts that went in, by path; None for one that was missing.
    """

    flag: Flag
    problems: tuple[Problem, ...]
    served: Mapping[str, Compiled]
    files: Mapping[str, str | None]

    def for_flag(self, flag: Flag, files: Files) -> "FlagOutcome | None":
        """
        Return the outcome of *flag* when this one tells it: nothing that went in differs.

        An equal flag of an edited file stands elsewhere, so an outcome with problems holds for the same object only.
        """
        if self.files and any(files.get(path) != text for path, text in self.files.items()):
            return None
        if self.flag is flag:
            return self
        equal = not self.problems and self.flag == flag and self.flag.expect == flag.expect
        return replace(self, flag=flag) if equal else None


def outcome_of(flag: Flag, context: Context, files: Files, *, compiling: bool, flawed: bool) -> FlagOutcome:
    """
    Check *flag* and, when *compiling* and no error was found, compile it.

    Of a *flawed* one, which was read with errors, parts are missing: what that may only warn about is not said.
    """
    report = Report(flag.at.file)
    used = _UsedFiles(files)
    with report.about(flag.key):
        resolved = _with_raw(flag, used, report)
        values = _values(resolved, used, report)
        _check_raw(resolved, report)
    problems = tuple(
        problem
        for problem in (*check_flag(resolved, context), *report.problems)
        if problem.severity == "error" or not flawed
    )
    if not compiling or any(problem.severity == "error" for problem in problems):
        return FlagOutcome(flag, problems, {}, used.texts)
    served = _served(resolved, context, values)
    unknown = tuple(_unknown_allocations(resolved, served))
    return FlagOutcome(flag, (*problems, *unknown), {} if unknown else served, used.texts)


def _unknown_allocations(flag: Flag, served: Mapping[str, Compiled]) -> Iterator[Problem]:
    """Yield a problem for each expected allocation that no environment serves."""
    expected = [one for one in flag.expect if one.via is not None]
    if not expected or flag.raw is not None:
        return
    wires = [compiled.wire for compiled in served.values()]
    keys = dict.fromkeys(str(one.get("key")) for wire in wires for one in wire["allocations"])
    for one in expected:
        if one.via not in keys and keys:
            message = f'no allocation "{one.via}"'
            yield Problem(*one.at, "E401", "error", message, nearest(str(one.via), keys), flag.key)


def _served(flag: Flag, context: Context, values: Mapping[str, Any]) -> dict[str, Compiled]:
    """Compile *flag* once for all environments without an overlay, and once for each overlay, where it is served."""
    own = {waterfall.environment: waterfall for waterfall in waterfalls(flag, context)}
    compiled: dict[str | None, Compiled] = {}
    served = {}
    for key, environment in context.environments.items():
        overlaid = key if key in own else None
        if not reaches(flag, own[overlaid], environment):
            continue
        if overlaid not in compiled:
            wire = compile_flag(flag, own[overlaid], context, values) if flag.raw is None else flag.raw
            compiled[overlaid] = Compiled(wire, member(flag.key, wire))
        served[key] = compiled[overlaid]
    return served


class _UsedFiles:
    """The referenced texts, remembering which ones were asked for."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.texts: dict[str, str | None] = {}

    def read(self, reference: FileReference, report: Report, code: str) -> str | None:
        found = self._files.get(reference.path)
        self.texts[reference.path] = found
        if found is None:
            report(reference.at, code, f"cannot read the file {reference.path}", "the path is relative to this file")
        return found

    def read_json(self, reference: FileReference, report: Report) -> Any:
        found = self.read(reference, report, "E123")
        try:
            return None if found is None else parse_json(found)
        except (ValueError, RecursionError) as error:
            report(reference.at, "E123", f"the file {reference.path} is not JSON: {error}")
            return None


# ── variations from files ───────────────────────────────────────────────────────────────────────────────────────


def _values(flag: Flag, used: _UsedFiles, report: Report) -> dict[str, Any]:
    values = {}
    for variation in flag.variations:
        if variation.source is None:
            values[variation.key] = variation.value
            continue
        found = used.read(variation.source, report, "E122")
        if found is not None:
            # The file's text, untouched but for the newline that editors put at its end.
            values[variation.key] = found.removesuffix("\n").removesuffix("\r")
            check_json_text(values[variation.key], variation.source.at, report, variation.source.path)
    if flag.schema is not None and flag.type == "json":
        _check_schema(flag, flag.schema, values, used, report)
    return values


def _check_schema(
    flag: Flag, reference: FileReference, values: Mapping[str, Any], used: _UsedFiles, report: Report
) -> None:
    schema = used.read_json(reference, report)
    if schema is None:
        return
    from emulator.definitions.compiling.json_schema import schema_problem, value_problems

    problem = schema_problem(schema)
    if problem:
        report(reference.at, "E122", f"the file {reference.path} is no JSON Schema: {problem}")
        return
    for variation in flag.variations:
        source = values.get(variation.key)
        if not isinstance(source, str):
            continue  # one that did not read
        try:
            value = parse_json(source)
        except (ValueError, RecursionError):
            continue
        for message in value_problems(schema, value):
            report(variation.at, "E122", f'variation "{variation.key}" does not fit {reference.path}: {message}')


# ── raw content ─────────────────────────────────────────────────────────────────────────────────────────────────


def _with_raw(flag: Flag, used: _UsedFiles, report: Report) -> Flag:
    """Return *flag* with raw content from files in place."""
    if flag.raw_source is not None:
        raw = used.read_json(flag.raw_source, report)
        if raw is not None and not isinstance(raw, dict):
            report(flag.raw_source.at, "E123", f"the file {flag.raw_source.path} holds no JSON object")
            return flag
        return replace(flag, raw=raw)
    own = [*flag.allocations, *(one for _, overlay in flag.environments.items() for one in _allocations(overlay))]
    if not any(allocation.raw_source for allocation in own):
        return flag
    overlays = {
        key: overlay
        if isinstance(overlay.allocations, Unset)
        else replace(overlay, allocations=_allocations_with_raw(overlay.allocations, used, report))
        for key, overlay in flag.environments.items()
    }
    allocations = _allocations_with_raw(flag.allocations, used, report)
    return replace(flag, allocations=allocations, environments=overlays)


def _allocations_with_raw(
    allocations: tuple[Allocation, ...], used: _UsedFiles, report: Report
) -> tuple[Allocation, ...]:
    return tuple(
        replace(one, raw=used.read_json(one.raw_source, report)) if one.raw_source else one for one in allocations
    )


def _allocations(overlay: Overlay) -> tuple[Allocation, ...]:
    return () if isinstance(overlay.allocations, Unset) else overlay.allocations


def _check_raw(flag: Flag, report: Report) -> None:
    for at, path, sentence in _raw_findings(flag):
        report(at, "P6", f"raw content: {path} {sentence}")


def _raw_findings(flag: Flag) -> Iterator[tuple[Position, str, str]]:
    if flag.raw is not None:
        for path, sentence in flag_findings(flag.raw, flag.key, flag.key):
            yield flag.at, path, sentence
        return
    variations = {variation.key: variation for variation in flag.variations}
    own = [*flag.allocations, *(one for overlay in flag.environments.values() for one in _allocations(overlay))]
    for allocation in own:
        if allocation.raw is not None:
            for path, sentence in allocation_findings(allocation.raw, "allocation", variations):
                yield allocation.at, path, sentence
        elif allocation.condition is not None:
            for condition in conditions_of(allocation.condition):
                if condition.raw:
                    wire = {"attribute": condition.attribute, "operator": condition.operator, "value": condition.value}
                    for path, sentence in condition_findings(wire, "condition"):
                        yield condition.at, path, sentence
