"""WMP-5.9-BANDS. "A score of 1000 plus is categorised as HIGH RISK; a score of 500-999
is categorised as MEDIUM RISK; a score of 250-499 is categorised as LOW RISK."""

from datetime import date

import pytest

from geocorr.scoring.bands import band_of
from geocorr.scoring.explanation import points
from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import CHOICES, told


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("1000", "HIGH"),
        ("999.999999", "MEDIUM"),
        ("999.6", "MEDIUM"),
        ("500", "MEDIUM"),
        ("499.999999", "LOW"),
        ("250", "LOW"),
        ("249.999999", "NONE"),
        ("0", "NONE"),
    ],
)
def test_bands_begin_at_their_figures_and_nothing_is_rounded(
    score: str, band: str
) -> None:
    """WMP-5.9-BANDS. 999.6 has not reached 1000: MEDIUM."""
    whole, _, part = score.partition(".")
    micropoints = int(whole) * POINT + int(part.ljust(6, "0") or 0)
    assert band_of(micropoints, CHOICES).value == band


def test_what_is_shown_does_not_round_into_the_next_band_either() -> None:
    """WMP-5.9-BANDS. 999.999999 is shown as 999.99."""
    assert points(1000 * POINT - 1) == "999.99"


def test_a_nominal_falls_through_the_bands() -> None:
    """WMP-5.9-BANDS. 1,000 on 3 March 2024, 730 days to go.

    | day | score | band |
    | --- | --- | --- |
    | 3 March 2024 | 1,000 | HIGH |
    | 4 March 2024 | 998.6 | MEDIUM |
    | 3 March 2025 | 500 | MEDIUM |
    | 4 March 2025 | 498.6 | LOW |
    | 4 September 2025 | 246.5 | NONE |
    """
    weights = weight_set(("crimes", "", "", 1000))
    found = {
        day: told(weights, entry(event_on=date(2024, 3, 3)), day=day).band
        for day in (
            date(2024, 3, 3),
            date(2024, 3, 4),
            date(2025, 3, 3),
            date(2025, 3, 4),
            date(2025, 9, 4),
        )
    }
    assert list(found.values()) == ["HIGH", "MEDIUM", "MEDIUM", "LOW", "NONE"]
