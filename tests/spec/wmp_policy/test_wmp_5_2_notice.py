"""WMP-5.2. Automatic notification to the relevant department: on the first score and on
every change of band, to whom the routing table names."""

from dataclasses import replace
from datetime import date

import pytest

from geocorr.scoring.bands import Band
from geocorr.scoring.routing import BandChange, ChangeKind, Route, notices
from tests.unit.scored import CHOICES

DAY = date(2026, 3, 3)
RISEN = BandChange("N1", DAY, Band.LOW, Band.HIGH, "Kent", "E1", ("MAPPA2",))
ROUTES = (
    Route("OMU Northtown", lpu="E1"),
    Route("OMU Southtown", lpu="E2"),
    Route("Force Intelligence", force="Kent", bands=(Band.HIGH,)),
    Route("Public Protection", flags=("RSO", "MAPPA2", "MAPPA3")),
    Route("OMU Northtown", lpu="E1", bands=(Band.HIGH,)),
)


def told(change: BandChange, routes=ROUTES) -> list[str]:
    return [notice.department for notice in notices(change, routes, CHOICES)]


@pytest.mark.parametrize(
    ("change", "departments"),
    [
        (RISEN, ["OMU Northtown", "Force Intelligence", "Public Protection"]),
        (replace(RISEN, flags=()), ["OMU Northtown", "Force Intelligence"]),
        # Out of HIGH concerns who is told of HIGH.
        (replace(RISEN, before=Band.HIGH, after=Band.LOW, flags=()),
         ["OMU Northtown", "Force Intelligence"]),
        (replace(RISEN, after=Band.MEDIUM, flags=()), ["OMU Northtown"]),
        (replace(RISEN, lpu="E2", force="Essex", flags=()), ["OMU Southtown"]),
    ],
)  # fmt: skip
def test_who_is_told(change: BandChange, departments: list[str]) -> None:
    """WMP-5.2. Each department once, by LPU, band and flags."""
    assert told(change) == departments


def test_nobody_is_lost_for_want_of_a_route() -> None:
    """WMP-5.2. Whom no route names is told to the central team."""
    alone = replace(RISEN, lpu="E9", force="Essex", flags=())
    assert told(alone) == told(RISEN, ()) == ["Central OMA Team"]


@pytest.mark.parametrize(
    ("before", "after", "kind", "sentence"),
    [
        (
            None,
            Band.LOW,
            "first_score",
            "scored for the first time on 2026-03-03: LOW.",
        ),
        (
            None,
            Band.NONE,
            "first_score",
            "scored for the first time on 2026-03-03: no band.",
        ),
        (Band.LOW, Band.HIGH, "band_changed", "rose from LOW to HIGH on 2026-03-03."),
        (
            Band.LOW,
            Band.NONE,
            "band_changed",
            "fell from LOW to no band on 2026-03-03.",
        ),
    ],
)
def test_what_is_told(before, after, kind, sentence) -> None:
    """WMP-5.2. By identifier, without a name."""
    change = replace(RISEN, before=before, after=after)
    (notice, *_) = notices(change, ROUTES, CHOICES)
    assert change.kind is ChangeKind(kind)
    assert (notice.told.because, notice.told.rules) == (f"N1 {sentence}", ("WMP-5.2",))
