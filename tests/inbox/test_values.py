"""What fields hold, from a beginning on."""

import pytest

from emulator.inbox import Inbox
from tests.inbox.arrivals import assignment, bandit


@pytest.mark.parametrize(
    ("field", "prefix", "values"),
    [
        ("flag", "", ("banner", "hat")),
        ("flag", "h", ("hat",)),
        ("subject", "a", ("ann", "arno")),
        ("variation", "", ("on",)),
        ("attr.", "", ("age", "country")),
        ("attr.country", "", ("NO", "SE")),
        ("attr.country", "S", ("SE",)),
        ("attr.nothing", "", ()),
        ("kind", "b", ("bandit",)),
    ],
)
def test_values_begin_as_asked_for(inbox: Inbox, field: str, prefix: str, values: tuple[str, ...]) -> None:
    inbox.append(
        [
            assignment(subject="ann", subjectAttributes={"country": "NO", "age": 3}),
            assignment(subject="arno", subjectAttributes={"country": "SE"}),
            assignment(subject="bob", subjectAttributes={"country": "NO"}),
            bandit(subject="cleo"),
        ]
    )

    assert inbox.values(field, prefix) == values


def test_no_more_than_asked_for(inbox: Inbox) -> None:
    inbox.append([assignment(subject=f"user-{number}") for number in range(30)])

    assert inbox.values("subject", "user-1", 3) == ("user-1", "user-10", "user-11")
