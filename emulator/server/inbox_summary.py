"""``GET /emulator/v1/events/summary``: how many events there are, and whether experiments get their shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.evaluation.split_shares import split_shares
from emulator.inbox import Experiment, Terms, read_filters
from emulator.inbox.ratio import ratio_test
from emulator.server.parts import Parts
from emulator.snapshot import EnvironmentSnapshot

Report = dict[str, Any]


def summary(parts: Parts, parameters: Iterable[tuple[str, str]]) -> Report:
    """Return the body of the answer for the filters in *parameters*."""
    terms = read_filters(parameters)
    found = parts.inbox.summary(terms)
    served = _Served(parts, terms)
    return {
        "kinds": dict(found.kinds),
        "verdicts": dict(found.verdicts),
        "flags": {
            flag: {"events": count, "variations": dict(found.variations.get(flag, {}))}
            for flag, count in found.flags.items()
        },
        "experiments": [_tested(where, subjects, served) for where, subjects in found.experiments.items()],
        "complete": found.is_complete,
    }


class _Served:
    """What environments, or the sandbox that somebody asks for, serve now."""

    def __init__(self, parts: Parts, terms: Terms) -> None:
        keys = tuple(str(term.value) for term in terms if term.field == "sandbox" and not term.negated)
        sandbox = parts.sandboxes.find(keys) if keys else None
        self._sandbox = sandbox.current.environment if sandbox else None
        self._environments = parts.workspace.current.by_key

    def shares(self, where: Experiment) -> Mapping[str, float] | None:
        environment: EnvironmentSnapshot | None = self._sandbox or self._environments.get(where.environment)
        return None if environment is None else split_shares(environment.prepared, where.flag, where.allocation)


def _tested(where: Experiment, subjects: Mapping[str, int], served: _Served) -> Report:
    shares = served.shares(where)
    return {
        **where._asdict(),
        "subjects": dict(subjects),
        "shares": None if shares is None else dict(shares),
        **ratio_test(subjects, shares).as_json(),
    }
