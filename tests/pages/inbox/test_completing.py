"""How a query may go on."""

from collections.abc import Iterable

import pytest

from emulator.pages.inbox.completing import completion

OCCURRING = {
    "flag": ["banner", "big sale", 'say "hi"'],
    "attr.": ["country", "home town"],
    "attr.home town": ["New York"],
    "sdk": ["python/4.4.1"],
}


def values(field: str, begun: str) -> Iterable[str]:
    return [value for value in OCCURRING.get(field, ()) if value.startswith(begun)]


@pytest.mark.parametrize(
    ("query", "start", "offers"),
    [
        ("var", 0, ["variation:"]),
        ("-sdk:", 0, ["-sdk:python/4.4.1"]),
        ("flag:b", 0, ["flag:banner", 'flag:"big sale"']),
        ('flag:"big s', 0, ['flag:"big sale"']),
        ("flag:say", 0, [r'flag:"say \"hi\""']),
        (
            "flag:banner -verdict:d",
            12,
            ["-verdict:drift", "-verdict:duplicate", "-verdict:not-logged", "-verdict:malformed"],
        ),
        ('flag:"two words" kin', 17, ["kind:"]),
        ("attr.", 0, ["attr.country:", 'attr."home town":']),
        ('attr."home town":', 0, ['attr."home town":"New York"']),
        ("sou", 0, ["source:"]),
        ("ban", 0, ["bandit:", "flag:banner"]),
        ("unheard", 0, []),
        ('"done"', 6, []),
    ],
)
def test_offers(query: str, start: int, offers: list[str]) -> None:
    found = completion(query, values)

    assert (found.start, [offer.text for offer in found.offers]) == (start, offers)


def test_an_empty_box_offers_fields() -> None:
    offers = completion("", values).offers

    assert offers[0].text == "kind:"
    assert all(offer.goes_on for offer in offers)
