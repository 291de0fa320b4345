"""The shard of a subject."""

from hashlib import md5
from typing import Any

import pytest

from emulator.evaluation.sharding import shard_of
from tests.evaluation.configurations import allocation, asked, flag, shard, split

# Computed by the SDKs of seven languages.
VECTORS: tuple[tuple[str, str, int], ...] = (
    ("salt", "alice", 3619),
    ("salt", "bob", 1723),
    ("salt", "", 2287),
    ("salt", "0", 6421),
    ("salt", " ", 9122),
    ("salt", "日本", 7910),
    ("salt", "한국", 3801),
    ("salt", "\u00e9", 2180),
    ("salt", "e\u0301", 3262),
    ("salt", "ÿ", 930),
    ("salt", "😀", 4929),
    ("salt", "ünï", 595),
    ("salt", "Ω", 8881),
    ("salt", "a\0b", 2777),
    ("salt", "user\n", 8898),
    ("salt", "null", 5508),
    ("salt", "x" * 300, 1010),
    ("salt", "🏳️\u200d🌈", 5751),
    ("sält", "alice", 2160),
    ("sält", "bob", 5980),
    ("sält", "日本", 9600),
)


@pytest.mark.parametrize(("salt", "subject", "shard"), VECTORS)
def test_e17_shard_of_known_subjects(salt: str, subject: str, shard: int) -> None:
    assert shard_of(salt, subject, 10_000) == shard


def test_e17_shard_of_a_megabyte() -> None:
    subject = "x" * 1_000_000

    expected = int.from_bytes(md5(f"salt-{subject}".encode()).digest()[:4], "big") % 10_000

    assert shard_of("salt", subject, 10_000) == expected


def test_e19_nothing_is_normalised_or_trimmed() -> None:
    assert (
        len({shard_of("s", key, 2**32 - 1) for key in ("\u00e9", "e\u0301", "alice", "alice ", " alice", "Alice")}) == 6
    )


@pytest.mark.parametrize("total", [1, 10_000, 2**31 - 1, 2**32 - 1])
def test_e18_every_total_up_to_32_bits_works(total: int) -> None:
    number = shard_of("salt", "alice", total)

    there, beside = (
        asked(flag(allocation("one", split("on", shard("salt", one))), totalShards=total))
        for one in ((number, number + 1), (number + 1, total + 1 if total < 2**32 - 1 else total))
    )

    assert 0 <= number < total
    assert (there.is_match, beside.is_match) == (True, False)


def test_e18_a_number_above_31_bits_stays_positive() -> None:
    subject = next(f"s{n}" for n in range(100) if md5(f"salt-s{n}".encode()).digest()[0] >= 128)

    assert shard_of("salt", subject, 2**32 - 1) >= 2**31


@pytest.mark.parametrize("total", [0, -1, 2**32, 10_000.0, "10000", True, None], ids=repr)
def test_e18_another_total_is_an_error_of_the_flag(total: Any) -> None:
    found = asked(flag(allocation("one", split("on", shard("s", (0, 1)))), totalShards=total))

    assert (found.value, found.code) == ("default", "ASSIGNMENT_ERROR")
    assert "totalShards" in found.description
