"""What simulate tells."""

from emulator.evaluation import Shares, Simulation
from emulator.reporting.ink import plain
from emulator.reporting.shares import as_text

NOBODY = Shares({}, {}, 1.0)


def told(simulated: Shares, configured: Shares | None) -> str:
    return plain(as_text(Simulation(2_000, simulated, configured), "banner", "test"))


def test_shares_too_many_to_work_out_are_question_marks() -> None:
    text = told(Shares({"a": 1.0}, {"all": 1.0}, 0.0), None)

    assert "  a                       100.00%           ?\n" in text
    assert text.endswith("\n? there are too many combinations of shards to work out what is configured\n")


def test_share_that_rounding_would_hide_is_seen() -> None:
    shares = Shares({"a": 0.00004, "b": 0.00006}, {"all": 1.0}, 0.0)

    text = told(shares, shares)

    assert "  a                       <0.01%      <0.01%\n" in text
    assert "  b                        0.01%       0.01%\n" in text


def test_flag_that_serves_nobody_has_no_allocations() -> None:
    assert told(NOBODY, NOBODY) == (
        "banner for 2,000 subjects in test\n"
        "\n"
        "  Variation                 Share  Configured\n"
        "  (the caller's default)  100.00%     100.00%\n"
    )
