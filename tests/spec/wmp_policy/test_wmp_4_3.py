"""WMP-4.3. The agencies' meetings are recorded with date, agencies and outcome; the
sub-headings PPO, HCCU, DYO, MAPPA and LDM remain."""

from datetime import date, timedelta

import pytest

from geocorr.errors import InputError
from geocorr.scoring.meeting import Meeting, MeetingKind, check
from loaders.nominals import FLAGS

TODAY = date(2026, 3, 10)
AGENCIES = ("police", "probation")


def meeting(**other) -> Meeting:
    told = {
        "kind": MeetingKind.ODOC,
        "held_on": TODAY,
        "agencies": AGENCIES,
        "nominal_ids": ("N1",),
        "outcome": "To the tasking meeting",
        "by": "Sgt A",
    }
    return Meeting(**{**told, **other})


@pytest.mark.parametrize("kind", ["odoc", "shared_assessment", "tasking"])
def test_the_three_kinds_of_meeting_are_recorded(kind: str) -> None:
    """WMP-4.3."""
    check(meeting(kind=MeetingKind(kind)), TODAY)


@pytest.mark.parametrize(
    ("lacking", "why"),
    [
        ({"agencies": ("",)}, "Give the agencies"),
        ({"outcome": " "}, "the outcome"),
        ({"by": ""}, "who records"),
        ({"agencies": ("police", "Police ")}, "several agencies"),
        ({"held_on": TODAY + timedelta(days=1)}, "still to come"),
    ],
)
def test_a_meeting_without_date_agencies_or_outcome_is_refused(lacking, why) -> None:
    """WMP-4.3. A conversation of one agency is none."""
    with pytest.raises(InputError, match=why):
        check(meeting(**lacking), TODAY)


@pytest.mark.parametrize("heading", ["PPO", "HCCU", "DYO", "LDM"])
def test_the_sub_headings_remain(heading: str) -> None:
    """WMP-4.3."""
    assert heading in FLAGS


def test_mappa_remains_with_its_levels() -> None:
    """WMP-4.3."""
    assert {"MAPPA1", "MAPPA2", "MAPPA3"} <= set(FLAGS)
