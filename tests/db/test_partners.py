"""WMP-5.10, WMP-4.3, WMP2-19 on the database: partners, meetings, the matrix."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api import clock
from api.scores import acquisitive, partners
from geocorr.dates import years_later
from geocorr.errors import InputError, NotFound
from geocorr.model import Nominal
from geocorr.scoring.meeting import Meeting, MeetingKind
from geocorr.scoring.weights import Purpose
from sql import audit, meetings, nominals
from sql.db import Connection
from sql.partner_assessments import Assessed
from tests.db.scoring_scenes import DESK, approve, bring
from tests.unit.scored import ROBBERY, entry, weight_set

TODAY = clock.today()
PROFILES = DESK.profiles
VIEW = Assessed("N1", "probation", TODAY, "high", "OASys", "PC A")
ODOC = Meeting(
    MeetingKind.ODOC, TODAY, ("police", "probation"), ("N1",), "to tasking", "Sgt A"
)
WEIGHTS = replace(
    weight_set((*ROBBERY, 300)),
    effective_from=date(2020, 1, 1),
    review_due=date(2099, 1, 1),
)
BORN = {"N1": years_later(TODAY, -30), "N2": years_later(TODAY, -17)}


@pytest.fixture
async def force(db: Connection) -> Connection:
    """N1, 30, and N2, 17, each with a robbery today, which gives 300."""
    people = [Nominal(n, "X", "Y", born.isoformat()) for n, born in BORN.items()]
    await nominals.upsert_nominals(db, people)
    await bring(db, [entry(f"E{n}", TODAY, nominal_id=n) for n in BORN])
    return db


async def test_partners_views_stand_beside_the_score(force: Connection) -> None:
    await approve(force, WEIGHTS)
    earlier = replace(VIEW, level="low", assessed_on=TODAY - timedelta(days=1))
    for view in (VIEW, earlier, replace(VIEW, agency=" YOT ", level="low")):
        await partners.assess(force, view, PROFILES)
    found = await partners.beside(force, "N1", TODAY, PROFILES, "PC A")
    assert found.standing.band == "LOW"
    # The latest of each agency counts; all are kept.
    assert found.managing.evidence["partners"] == {"YOT": "low", "probation": "high"}
    assert len(found.assessments) == 3
    assert found.managing.value == "the Neighbourhood Team"
    (look, *_) = await audit.entries(force)
    assert (look.action, look.subject) == ("read assessments", "nominal N1")


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ({"nominal_id": "N9"}, NotFound, "no nominal N9"),
        ({"agency": " "}, InputError, "Give --agency"),
        ({"reason": ""}, InputError, "Give --agency"),
        ({"by": ""}, InputError, "Give --agency"),
        ({"assessed_on": TODAY + timedelta(days=1)}, InputError, "still to come"),
    ],
)
async def test_a_view_that_is_refused(force: Connection, change, error, why) -> None:
    with pytest.raises(error, match=why):
        await partners.assess(force, replace(VIEW, **change), PROFILES)
    found = await partners.beside(force, "N1", TODAY, PROFILES, None)
    assert found.assessments == []


async def test_meetings_are_kept_with_agencies_and_outcome(force: Connection) -> None:
    number = await partners.hold(force, ODOC)
    await partners.hold(force, replace(ODOC, kind=MeetingKind.TASKING, nominal_ids=()))
    total, (held,) = await meetings.find(force, None, "N1")
    assert (total, held.id, held.agencies) == (1, number, ["police", "probation"])
    assert (await meetings.find(force, "tasking", None))[0] == 1
    assert (await meetings.find(force, "shared_assessment", None)) == (0, [])
    found = await partners.beside(force, "N1", TODAY, PROFILES, None)
    assert [one.outcome for one in found.meetings] == ["to tasking"]


async def test_a_meeting_on_somebody_not_on_record_is_refused(
    force: Connection,
) -> None:
    with pytest.raises(InputError, match="N9 is not on record"):
        await partners.hold(force, replace(ODOC, nominal_ids=("N1", "N9")))
    assert await meetings.find(force, None, None) == (0, [])


async def test_the_matrix_highlights_adults_and_selects_nobody(
    force: Connection,
) -> None:
    """WMP2-19. By its own set, whatever the set of the score says."""
    nobody = await acquisitive.matrix(force, TODAY, PROFILES, 50, "PC A")
    assert nobody == (0, [])
    matrix = replace(WEIGHTS, name="Matrix", purpose=Purpose.ACQUISITIVE)
    await approve(force, matrix)
    total, (told,) = await acquisitive.matrix(force, TODAY, PROFILES, 50, "PC A")
    assert (total, told.rules) == (1, ("WMP2-19",))
    assert told.evidence["nominal_id"] == "N1"
    assert told.evidence["points"] == 300.0
    decided = "select count(*) from cohort_decision"
    assert await force.fetchval(decided) == 0
