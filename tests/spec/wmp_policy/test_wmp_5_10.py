"""WMP-5.10. Who manages which band; partners' views are factors in the decision."""

import pytest

from geocorr.scoring.bands import Band
from geocorr.scoring.routing import managing
from tests.unit.scored import CHOICES


@pytest.mark.parametrize(
    ("band", "manages", "support"),
    [
        (Band.HIGH, "the Offender Management Team", "specialist force resources"),
        (Band.MEDIUM, "the Neighbourhood Team", "the Offender Management Team"),
        (Band.LOW, "the Neighbourhood Team", "for awareness"),
        (Band.NONE, "nobody", ""),
    ],
)
def test_who_manages_which_band(band: Band, manages: str, support: str) -> None:
    """WMP-5.10."""
    told = managing("N1", band, {}, CHOICES)
    assert (told.value, told.rules) == (manages, ("WMP-5.10",))
    assert support in told.because


def test_partners_views_stand_beside_the_score_and_change_nothing_of_it() -> None:
    """WMP-5.10. A difference is told, to be weighed by people."""
    alone = managing("N1", Band.LOW, {}, CHOICES)
    views = {"probation": "high", "youth offending team": "low"}
    told = managing("N1", Band.LOW, views, CHOICES)
    assert told.value == alone.value
    assert told.evidence["partners"] == views
    assert told.because.endswith(
        "Partners say probation: high, youth offending team: low. They differ: weigh "
        "it at the next meeting."
    )


def test_partners_of_one_mind_are_told_too() -> None:
    """WMP-5.10."""
    told = managing("N1", Band.HIGH, {"probation": "high"}, CHOICES)
    assert told.because.endswith("Partners say probation: high.")
