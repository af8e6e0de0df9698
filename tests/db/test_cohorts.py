"""Cohorts on real PostGIS: facts in versions, reviews that keep what is new, people."""

import asyncio
from datetime import date, timedelta

import asyncpg
import pytest

from api.cohorts import cohort_decisions, cohorts
from api.cohorts.cohort_decisions import Capacity, Said, Step
from api.cohorts.cohorts import Line, Reviewed
from api.intake import loading_cases, loading_people
from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.fixed import Weighted
from geocorr.cohorts.selection import Weighting
from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from loaders.policy import shipped as policy
from loaders.profile import Profiles, shipped
from loaders.report import LoadReport
from sql import case_facts
from sql import cohorts as stored
from sql.cohorts import StandFilter
from sql.db import Connection, Role, connect
from tests.db.deliveries import House

PROFILES = Profiles({"West Midlands": shipped("wmp")})
DAY = date(2026, 6, 1)
NOMINALS = (
    "nominal_id,family_name,given_names,date_of_birth,sex,force,statutory,flags\n"
    "N1,A,A,1990-01-01,M,Demoshire,yes,\n"
    "N2,B,B,1990-01-01,M,Demoshire,,\n"
    "W1,C,C,1990-01-01,M,West Midlands,,PPO\n"
    "W2,D,D,1990-01-01,M,West Midlands,,OCG\n"
)
HEAD = (
    "fact_id,nominal_id,kind,value,from,to,subject,victim,household,relationship,"
    "source,withdrawn\n"
)
BURGLED = "F1,N1,index_offence,burglary,2026-01-10,,,,,,probation,"
OGRS = "F2,N1,ogrs,80,2026-02-01,,,,,,probation,"
ABUSE = (
    "F3,W1,domestic_abuse,violence,2025-01-01,,,V1,H1,partner,police,",
    "F4,W1,domestic_abuse,violence,2025-06-01,,,V2,H2,partner,police,",
)
Actions = dict[tuple[str, str], str]


async def facts(house: House, *rows: str) -> LoadReport:
    data = (HEAD + "\n".join(rows) + "\n").encode()
    return await loading_cases.load_case_facts(house.conn, data, "f.csv", house.door)


@pytest.fixture
async def staffed(house: House) -> House:
    """Four nominals of two forces; a burglar, a serial perpetrator, a gang member."""
    data = NOMINALS.encode()
    await loading_people.load_nominals(house.conn, data, "n.csv", house.door)
    report = await facts(house, BURGLED, OGRS, *ABUSE)
    assert report.faults == report.warnings == ()
    return house


async def look(house: House, day: date = DAY, **how) -> Reviewed:
    return await cohorts.review_all(house.conn, day, PROFILES, **how)


def actions(told: Reviewed) -> Actions:
    return {
        (line.nominal_id, line.made.value.cohort.value): line.made.value.action.value
        for line in told.lines
    }


def due(told: Reviewed) -> dict[tuple[str, str], str]:
    return {
        (line.nominal_id, line.made.value.cohort.value): line.due
        for line in told.lines
        if line.due
    }


async def say(house: House, nominal: str, step: str, day: date = DAY, **more) -> None:
    said = Said(Step(step), **{"reason": "agreed at panel", "by": "Sgt A", **more})
    await cohort_decisions.decide(house.conn, nominal, said, day, PROFILES)


ALL = {
    ("N1", "fixed"): "enter",
    ("W1", "core"): "enter",
    ("W1", "domestic_abuse"): "enter",
    ("W2", "gangs"): "consider",
}


async def test_each_force_is_reviewed_by_its_own_profile(staffed: House) -> None:
    told = await look(staffed)
    assert actions(told) == ALL
    assert set(due(told).values()) == {"decision"}
    assert {line.nominal_id: line.profile for line in told.lines} == {
        "N1": "national",
        "W1": "wmp",
        "W2": "wmp",
    }
    assert (told.nominals, told.changed) == (4, 4)


async def test_one_profile_may_be_held_against_all(staffed: House) -> None:
    """Nothing is kept of what is only asked."""
    told = await look(staffed, only=shipped("wmp"), keep=False)
    assert ("N1", "fixed") not in actions(told)
    assert told.run is None
    assert await stored.proposals_of(staffed.conn, "W1") == []


async def test_what_is_kept_names_run_rules_and_evidence(staffed: House) -> None:
    told = await look(staffed)
    (kept,) = await stored.proposals_of(staffed.conn, "N1")
    (line,) = [x for x in told.lines if x.nominal_id == "N1"]
    assert (kept.run, kept.day, kept.profile) == (told.run, DAY, "national")
    assert tuple(kept.rules) == line.made.rules
    assert kept.evidence == line.made.evidence
    assert kept.because == line.made.because


async def test_a_second_review_keeps_nothing_new(staffed: House) -> None:
    await look(staffed)
    again = await look(staffed)
    assert again.changed == 0
    assert due(again) == due(await look(staffed, keep=False))
    assert len(await stored.proposals_of(staffed.conn, "W1")) == 2


async def test_two_reviews_at_once_keep_it_once(staffed: House) -> None:
    conns = [await connect(staffed.database, Role.WORKER) for _ in range(2)]
    try:
        await asyncio.gather(
            *(cohorts.review_all(conn, DAY, PROFILES) for conn in conns)
        )
    finally:
        for conn in conns:
            await conn.close()
    assert len(await stored.proposals_of(staffed.conn, "W1")) == 2


async def test_portions_make_no_difference(
    staffed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await look(staffed, keep=False)
    monkeypatch.setattr(cohorts, "_PORTION", 1)
    parts = await look(staffed, keep=False)
    assert actions(parts) == actions(whole)
    assert parts.nominals == whole.nominals == 4


async def test_a_decision_settles_a_proposal_until_it_changes(staffed: House) -> None:
    """GWENT-3.5. Proposed, decided, no longer fitting, decided again."""
    await look(staffed)
    await say(staffed, "N1", "enter")
    told = await look(staffed)
    assert actions(told)["N1", "fixed"] == "stay"
    assert ("N1", "fixed") not in due(told)

    await facts(staffed, "F2,N1,ogrs,10,2026-02-01,,,,,,probation,", BURGLED.replace(
        "burglary", "vehicle_theft"))  # fmt: skip
    told = await look(staffed)
    assert actions(told)["N1", "fixed"] == "leave"
    assert due(told)["N1", "fixed"] == "decision"

    await say(staffed, "N1", "stay", reason="police and probation see more")
    told = await look(staffed)
    assert actions(told)["N1", "fixed"] == "leave", "the software still says so"
    assert ("N1", "fixed") not in due(told), "but a person has decided on it"
    kept = await stored.proposals_of(staffed.conn, "N1")
    assert [p.action for p in kept] == ["enter", "stay", "leave"]
    said = await stored.decisions_of(staffed.conn, "N1")
    assert [(d.decision, d.proposal) for d in said] == [
        ("enter", kept[0].id),
        ("stay", kept[2].id),
    ]


async def test_who_is_declined_is_asked_about_once(staffed: House) -> None:
    await look(staffed)
    await say(staffed, "W1", "leave", cohort=Cohort.CORE, reason="managed elsewhere")
    told = await look(staffed)
    assert actions(told)["W1", "core"] == "enter"
    assert ("W1", "core") not in due(told)
    await facts(staffed, "F9,W1,prolific,North,2026-05-01,,,,,,police,")
    assert due(await look(staffed))["W1", "core"] == "decision", "something is new"


async def test_a_membership_is_looked_at_again(staffed: House) -> None:
    await look(staffed)
    await say(staffed, "N1", "enter", review_on=DAY + timedelta(10))
    assert ("N1", "fixed") not in due(await look(staffed, DAY + timedelta(9)))
    told = await look(staffed, DAY + timedelta(10))
    assert due(told)["N1", "fixed"] == "review"
    later = DAY + timedelta(10)
    await say(staffed, "N1", "stay", later)
    assert ("N1", "fixed") not in due(await look(staffed, later))
    assert due(await look(staffed, date(2026, 12, 11)))["N1", "fixed"] == "review"


async def test_since_when_counts_from_the_last_entry(staffed: House) -> None:
    await look(staffed)
    gone = {"plan": "supported by housing", "shared_with": "DEM-01"}
    for step, months in (("enter", 0), ("stay", 30), ("leave", 60), ("enter", 90)):
        day = DAY + timedelta(months)
        await say(staffed, "N1", step, day, cohort=Cohort.FIXED,
                  **(gone if step == "leave" else {}))  # fmt: skip
    await say(staffed, "N1", "stay", DAY + timedelta(120))
    stand = (await stored.standings_of(staffed.conn, ["N1"]))["N1"][Cohort.FIXED]
    assert stand.membership is not None
    assert stand.membership.since == DAY + timedelta(90)


@pytest.mark.parametrize(
    ("nominal", "step", "more", "error", "told"),
    [
        ("N1", "enter", {"by": " "}, InputError, "name and a reason"),
        ("N1", "enter", {"reason": ""}, InputError, "name and a reason"),
        ("N1", "stay", {}, ConflictError, "Not in the cohort"),
        ("N1", "enter", {"cohort": Cohort.CORE}, ConflictError, "has no cohort core"),
        ("N1", "enter", {"review_on": DAY}, InputError, "is not after"),
        ("W1", "enter", {}, UsageError, "which cohort: core, domestic_abuse"),
        ("N2", "enter", {}, UsageError, "which cohort"),
        ("W2", "enter", {}, InputError, "WMP2-35"),
        ("XX", "enter", {}, NotFound, "Nothing is known"),
    ],
)
async def test_decisions_that_cannot_be(
    staffed: House, nominal: str, step: str, more: dict, error: type, told: str
) -> None:
    await look(staffed)
    with pytest.raises(error, match=told):
        await say(staffed, nominal, step, **more)
    assert await stored.decisions_of(staffed.conn, nominal) == []


async def test_only_the_local_responsible_officer_decides_on_gangs(
    staffed: House,
) -> None:
    """WMP2-35."""
    await look(staffed)
    officer = Capacity.LOCAL_RESPONSIBLE_OFFICER
    await say(staffed, "W2", "enter", capacity=officer)
    (said,) = await stored.decisions_of(staffed.conn, "W2")
    assert (said.decided_as, said.decision) == ("local_responsible_officer", "enter")


async def test_a_removal_needs_a_plan_that_is_shared(staffed: House) -> None:
    """GWENT-3.5."""
    await look(staffed)
    await say(staffed, "N1", "enter")
    for lacking in ({}, {"plan": "p"}, {"shared_with": "DEM-01"}):
        with pytest.raises(InputError, match=r"GWENT-3\.5"):
            await say(staffed, "N1", "leave", **lacking)
    await say(staffed, "N1", "leave", plan="support", shared_with="DEM-01")
    assert (await stored.standings_of(staffed.conn, ["N1"]))["N1"][
        Cohort.FIXED
    ].membership is None


async def test_domestic_abuse_is_left_by_the_supervisor_after_a_talk(
    staffed: House,
) -> None:
    """WMP2-39."""
    await look(staffed)
    abuse = {"cohort": Cohort.DOMESTIC_ABUSE}
    await say(staffed, "W1", "enter", **abuse)
    supervisor = {**abuse, "capacity": Capacity.SUPERVISOR}
    for lacking in (
        {**abuse, "discussed_with": "PC B"},
        supervisor,
        {**supervisor, "discussed_with": "sgt a"},  # with oneself
    ):
        with pytest.raises(InputError, match="WMP2-39"):
            await say(staffed, "W1", "leave", **lacking)
    await say(staffed, "W1", "leave", **supervisor, discussed_with="PC B")


async def test_facts_are_kept_in_versions(staffed: House) -> None:
    same = await facts(staffed, OGRS)
    assert same.accepted == 1
    await facts(staffed, OGRS.replace("80", "70"))
    await facts(staffed, OGRS.replace("80", "70") + "yes")
    rows = await staffed.conn.fetch(
        "select version, value, withdrawn from case_fact where fact_id = 'F2'"
        " order by version"
    )
    assert [tuple(row) for row in rows] == [
        (1, "80", False),
        (2, "70", False),
        (3, "70", True),
    ]
    (person,) = await case_facts.people(staffed.conn, ["N1"])
    assert [fact.fact_id for fact in person.facts] == ["F1"]


async def test_a_fact_of_another_nominal_is_refused(staffed: House) -> None:
    report = await facts(staffed, OGRS.replace("N1", "N2"), OGRS.replace("F2", "F8"))
    assert (report.accepted, report.rejected) == (1, 1)
    assert [f.type for f in report.faults] == ["FACT_OF_ANOTHER"]
    (person,) = await case_facts.people(staffed.conn, ["N2"])
    assert person.facts == ()


async def test_a_fact_may_come_before_its_nominal(house: House) -> None:
    report = await facts(house, BURGLED, OGRS)
    assert [w.type for w in report.warnings] == ["UNKNOWN_NOMINAL"]
    told = await look(house)
    assert actions(told) == {("N1", "fixed"): "consider"}, "the sentence is not known"


async def test_facts_start_a_review(staffed: House) -> None:
    await staffed.drain()
    assert {p.cohort for p in await stored.proposals_of(staffed.conn, "N1")} == {
        "fixed"
    }


async def test_a_look_at_a_nominal_tells_all_and_is_audited(staffed: House) -> None:
    await look(staffed)
    await say(staffed, "N1", "enter")
    chosen = (PROFILES, policy())
    found = await cohort_decisions.show(staffed.conn, "N1", DAY, chosen, "PC B")
    assert set(found.standings) == {Cohort.FIXED, Cohort.FLEX, Cohort.FREE}
    assert found.tag.rules == ("HANTS-GPS-1",)
    assert len(found.facts.facts) == 2
    assert [p.action for p in found.proposals] == ["enter"]
    assert [d.decided_by for d in found.decisions] == ["Sgt A"]
    audit = await staffed.conn.fetch("select actor, action, subject, detail from audit")
    assert [tuple(row)[:3] for row in audit] == [
        ("Sgt A", "cohort enter", "nominal N1"),
        ("PC B", "read cohorts", "nominal N1"),
    ]
    assert "panel" not in str([tuple(row) for row in audit])
    with pytest.raises(NotFound):
        await cohort_decisions.show(staffed.conn, "XX", DAY, chosen, "PC B")


async def test_weightings_order_the_cohort_with_their_evidence(staffed: House) -> None:
    """GWENT-FLEX-WEIGHT."""
    new = Weighting("Demoshire", Weighted.BURGLARY, "burglaries up, 26/114", DAY)
    await cohort_decisions.weight(staffed.conn, new, "Insp C")
    (line,) = [x for x in (await look(staffed)).lines if x.nominal_id == "N1"]
    assert line.made.value.priority == 1
    assert "GWENT-FLEX-WEIGHT" in line.made.rules
    bare = Weighting("Demoshire", Weighted.ROBBERY, "  ", DAY)
    backwards = Weighting("Demoshire", Weighted.ROBBERY, "e", DAY, date(2026, 5, 31))
    for wrong, who in ((bare, "C"), (backwards, "C"), (new, " ")):
        with pytest.raises(InputError):
            await cohort_decisions.weight(staffed.conn, wrong, who)


async def listed(house: House, day: date = DAY, **asked) -> list[tuple[str, str]]:
    _, found = await stored.find(house.conn, StandFilter(**asked), day)
    return [(x.nominal_id, x.cohort) for x in found]


async def test_the_list_agrees_with_the_review(staffed: House) -> None:
    """What waits by the database is what waits by the core, at every step."""

    async def agree(day: date = DAY) -> None:
        told = await look(staffed, day)
        shown: list[Line] = list(told.lines)
        total, found = await stored.find(staffed.conn, StandFilter(), day, (1000, 0))
        assert total == len(found) == len(shown)
        by_core = {
            (x.nominal_id, x.made.value.cohort): (
                x.made.value.action,
                x.member,
                x.due == "decision",
                bool(x.due),
            )
            for x in shown
        }
        by_sql = {
            (x.nominal_id, x.cohort): (
                x.action,
                x.member,
                x.waits,
                x.waits or x.review_due,
            )
            for x in found
        }
        assert by_core == by_sql

    await agree()
    await say(staffed, "N1", "enter")
    await say(staffed, "W1", "leave", cohort=Cohort.CORE)
    await agree()
    await agree(DAY + timedelta(400))
    await facts(staffed, OGRS.replace("80", "10"), *(x + "yes" for x in ABUSE))
    await agree()
    await agree(DAY + timedelta(400))


async def test_the_list_is_filtered_and_paged(staffed: House) -> None:
    await look(staffed)
    await say(staffed, "N1", "enter")
    await look(staffed)
    assert await listed(staffed, member=True) == [("N1", "fixed")]
    assert await listed(staffed, due=True) == [
        ("W1", "core"),
        ("W1", "domestic_abuse"),
        ("W2", "gangs"),
    ]
    assert await listed(staffed, action="consider") == [("W2", "gangs")]
    assert await listed(staffed, cohort="core", force="West Midlands") == [
        ("W1", "core")
    ]
    assert await listed(staffed, lpu="nowhere") == []
    total, page = await stored.find(staffed.conn, StandFilter(), DAY, (1, 3))
    assert (total, [x.nominal_id for x in page]) == (4, ["N1"])
    total, page = await stored.find(staffed.conn, StandFilter(), DAY, (1, 9))
    assert (total, page) == (4, [])


async def test_nothing_of_it_can_be_edited(staffed: House, web: Connection) -> None:
    texts = {
        "case_fact": "value",
        "cohort_proposal": "because",
        "cohort_decision": "reason",
        "cohort_weighting": "evidence",
    }
    for table, column in texts.items():
        for conn in (staffed.conn, web):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"delete from {table}")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(f"update {table} set {column} = 'x'")
