"""What is under way in the house: a breach, a referral, a case, a score, two verdicts,
two homes that nobody could place.

Each is made by what the pages and the commands stand on, in the week of the tests.
"""

from dataclasses import replace
from datetime import timedelta

from api import clock
from api.cohorts import casework, referring
from api.intake import loading_people, loading_zones
from api.intake.loading import Door
from api.scores import manual_scores
from api.scores.manual_scores import Asked
from api.verdicts import looking, verdicts
from geocorr.cohorts.case import CaseEntry, Step
from geocorr.cohorts.referral import Referral, ReferralStep, Ruling
from geocorr.dates import months_later
from geocorr.scoring.manual import Ground
from loaders.profile import Profiles
from sql import crimes
from sql.db import Connection

# A tag was at this crime, and by its trail another was not.
CRIME, NEAR, FAR = "DM26-41221", "N0011", "N0020"
# People of the LPU whose account looks.
MANAGED, WAITING, SCORED = "N0023", "N0033", "N0193"
# Who moved to where no postcode says; of the second not even that is known.
MOVED, HIDDEN = "N0105", "N0118"
# An invented person.
_LEAD = "Li Leader"
_AGENCIES = ("police", "probation")


async def begin(
    conn: Connection, door: Door, profiles: Profiles, of: tuple[str, str]
) -> None:
    """All of it; `of`: the force and the LPU whose people they are."""
    crime = of[0], CRIME
    await _move(conn, door)
    await _forbid(conn, crime, door)
    await _refer(conn, profiles, of)
    asked = Asked(
        SCORED,
        500,
        Ground.MAPPA,
        months_later(clock.today(), 3),
        "comes out at MAPPA level 1, with no entries of this force",
        "test-intelligence",
    )
    await manual_scores.give(conn, asked, profiles)
    for nominal in (None, FAR):
        found = await verdicts.of_crime(conn, crime, nominal, door.policy)
        await looking.note_asked(conn, found, "test-investigator")


async def _move(conn: Connection, door: Door) -> None:
    """Homes since yesterday that no place is known of."""
    since = clock.today() - timedelta(days=1)
    data = (
        "nominal_id,kind,line,postcode,from,source\n"
        f"{MOVED},home,4 Newly Built Street,GL99 9ZZ,{since},probation\n"
        f"{HIDDEN},home,care of a friend on the Example estate,,{since},\n"
    )
    load = loading_people.load_addresses
    report = await load(conn, data.encode(), "addresses.csv", door)
    assert report.accepted == len((MOVED, HIDDEN)), report.faults


async def _forbid(conn: Connection, crime: tuple[str, str], door: Door) -> None:
    """A zone where the crime was: the trail says that its nominal was in it."""
    at = (await crimes.versions(conn, *crime))[-1].crime
    data = (
        "zone_id,nominal_id,kind,easting,northing,radius_m,timetable,from,owner\n"
        f"EXCLUSION-2,{NEAR},exclusion,{at.x_m:.1f},{at.y_m:.1f},150,always,"
        f"{at.window_from:%Y-%m-%d},Central IOM Team\n"
    )
    report = await loading_zones.load_zones(conn, data.encode(), "zones.csv", door)
    assert report.accepted == 1, report.faults


async def _refer(conn: Connection, profiles: Profiles, of: tuple[str, str]) -> None:
    """One referral that a panel accepted, with its case; and one that waits."""
    today = clock.today()
    form = Referral(
        MANAGED,
        "fixed",
        ("acquisitive offences", "HIGH twice in a year"),
        "burgles to pay for crack; asks for a place in treatment",
        "probation",
        False,
        "test-lpu-team",
    )
    taken = await referring.make(conn, form, *of)
    urgent = replace(form, nominal_id=WAITING, reason="threatens LDM", urgent=True)
    await referring.make(conn, urgent, *of)
    day = today - timedelta(days=1)
    said = list(_AGENCIES), "test-lpu-team"
    held = await referring.hold(conn, ("selection", of[0], day), _LEAD, said)
    ruling = Ruling(
        ReferralStep.ACCEPTED,
        "test-lpu-team",
        "both agencies know the need",
        held.id,
        _AGENCIES,
        _LEAD,
        "red",
    )
    case = await referring.decide(conn, taken, ruling, day, profiles)
    assert case is not None
    told = "waits for a room near the treatment", {"pathway": "accommodation"}
    entry = CaseEntry(Step.NEED, today, "test-lpu-team", *told)
    await casework.say(conn, case, entry, profiles)
