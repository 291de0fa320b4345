"""
W37: what precomputed clients fetch holds the answers of the public cases, bandits included, and of our own ones.

Each case posts its subject to a running emulator and decodes what comes back. The public data is not part of this
project; EPPO_SDK_TEST_DATA points at a checkout of it.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from emulator import Emulator
from tests.conformance import bandit_cases
from tests.conformance.bandit_cases import BanditCase
from tests.conformance.cases import OWN, Case, found, parameters, public_folder
from tests.server.calling import Call, over_http
from tests.server.precomputed import action, precomputed, value

Serving = Callable[..., Call]

# Where there is none, its one case fails and says so.
PUBLIC = (public_folder() or Path("no such folder")) / "ufc"
SETS: list[Any] = [
    *(pytest.param(OWN / "ufc" / "flags.json", *one.values, id=f"own-{one.id}") for one in parameters(OWN)),
    *(
        pytest.param(PUBLIC / "flags-v1.json", *one.values, id=f"public-{one.id}", marks=pytest.mark.ci)
        for one in parameters(public_folder())
    ),
]


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    """Serve published files until the module's tests end, and return how to call the emulator that does."""
    with ExitStack() as running:

        @cache
        def start(ufc: Path, bandits: Path | None = None) -> Call:
            return over_http(running.enter_context(Emulator(ufc=ufc, bandits=bandits, watch=False)).port)

        yield start


@pytest.mark.parametrize(("flags", "case"), SETS)
def test_w37_the_value_is_the_one_of_the_case(serving: Serving, flags: Path, case: Case | str) -> None:
    wanted = found(case)

    document = precomputed(serving(flags), subject_key=wanted.subject, subject_attributes=wanted.attributes)

    assert value(document, wanted.flag, wanted.kind, wanted.default) == wanted.expected["assignment"]


@pytest.mark.ci
@pytest.mark.parametrize("case", bandit_cases.parameters())
def test_w37_the_variation_and_the_action_are_those_of_the_case(serving: Serving, case: BanditCase | str) -> None:
    assert isinstance(case, BanditCase), case
    call = serving(PUBLIC / "bandit-flags-v1.json", PUBLIC / "bandit-models-v1.json")

    document = precomputed(
        call,
        subject_key=case.subject,
        subject_attributes=case.attributes,
        bandit_actions={case.flag: case.actions},
    )

    variation = value(document, case.flag, "STRING", case.default)
    assert {"variation": variation, "action": action(document, case.flag)} == case.expected
