"""The pages of an LPU team: inbox, nominals, ownership, cohort, cases, referrals."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api import clock
from api.cohorts import cohorts
from api.intake import loading_cases, loading_people
from api.login.who import UserRole, Who
from api.owners import consulting, proposing
from api.owners.owning_acts import ShownAddress
from api.views.ownership import address
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from sql import audit
from sql.db import Connection, Database, Role, connection
from tests.db.deliveries import House
from tests.db.owned import Town
from tests.db.scoring_scenes import ago, bring
from tests.hostile import HOSTILE
from tests.unit.scored import entry
from tests.web.forms import post
from tests.web.pages import HTML, found, heading, parsed, rows, text

WHY = "known here"
FACTS = (
    "fact_id,nominal_id,kind,value,from,source\n"
    "F1,N1,index_offence,burglary,2026-01-10,probation\n"
    "F2,N1,ogrs,80,2026-02-01,probation\n"
)
NOMINALS = (
    "nominal_id,family_name,given_names,date_of_birth,sex,force,statutory,flags\n"
    "N1,Example,Ann,1990-01-01,M,Kent,yes,DA\n"
    "N2,<b>Bold</b>,=1+1,,,Kent,,\n"
)


@pytest.fixture
def town(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """N1 lives in West and is bailed to East; N2 has only family, in East."""
    asyncio.run(_filled(database, bng, tmp_path))
    return client


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, bng, folder))
        door = made.house.door
        await made.boundaries()
        await loading_people.load_nominals(conn, NOMINALS.encode(), "n.csv", door)
        await made.addresses("N1,home,-500,", "N1,court_bail,500,", "N2,family,500,")
        await loading_cases.load_case_facts(conn, FACTS.encode(), "f.csv", door)
        await made.decide(clock.today())
        await proposing.propose_all(conn, clock.today(), made.profiles, shipped())
        await consulting.ask_due(conn, clock.today(), made.profiles)
        await bring(conn, [entry("E1", ago(0))])
        await cohorts.review_all(conn, clock.today(), made.profiles)


def get(client: TestClient, path: str) -> Response:
    answer = client.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 200, answer.text
    return answer


PAGES = (
    "/inbox", "/inbox?lpu=W&late=true", "/consultations", "/consultations/1",
    "/no-fixed-abode", "/no-fixed-abode?conflict=true", "/people", "/people?word=N1",
    "/people/N1", "/people/N2", "/people/N1/ownership", "/people/N2/ownership",
    "/people/N1/score", "/people/N2/score", "/people/N1/cohorts", "/people/N1/hits",
    "/cohort", "/cohort?due=true&cohort=fixed&action=", "/due", "/due?late=true",
    "/cases/new", "/referrals", "/referrals?waiting=true", "/referrals/new",
    "/panels/new",
)  # fmt: skip


def test_every_page_is_well_formed(town: TestClient) -> None:
    for path in PAGES:
        document = parsed(get(town, path))
        assert heading(document)
        for table in found(document, "table"):
            assert found(table, "caption"), path
            assert all(th.get("scope") for th in found(table, "th")), path


def test_of_an_empty_service_every_list_says_what_to_do(client: TestClient) -> None:
    for path in PAGES:
        if "N1" not in path and "N2" not in path and "/1" not in path:
            assert heading(parsed(get(client, path)))
    for path in ("/people/N1", "/consultations/1", "/cases/1", "/referrals/1"):
        assert client.get(path, headers=HTML).status_code == 404


def test_the_inbox_says_why_and_by_when(town: TestClient) -> None:
    document = parsed(get(town, "/inbox?lpu=W"))
    told = text(document)
    assert "N1 Ann Example" in told
    assert "Answer by" in told
    assert "WMP-6.5" in told
    assert "1 nominal to answer for" in told
    assert "Nothing waits here" in text(parsed(get(town, "/inbox?lpu=E")))


@pytest.mark.parametrize(
    ("asked", "whom"),
    [
        ("word=exa", ["N1"]),
        ("word=%20N2%20", ["N2"]),
        ("word=%3Cb%3E", ["N2"]),
        ("word=%25", []),
        ("lpu=W", ["N1"]),
        ("lpu=E", []),
        ("band=HIGH", []),
        ("page=2", []),
        ("", ["N1", "N2"]),
    ],
)
def test_people_are_found(town: TestClient, asked: str, whom: list[str]) -> None:
    told = rows(parsed(get(town, f"/people?{asked}")))
    assert [row[0] for row in told[1:]] == whom


def test_a_nominal_is_accepted_once(town: TestClient) -> None:
    said = {"act": "accepted", "lpu": "W", "reason": WHY}
    answer = post(town, "/people/N1/ownership", said)
    assert answer.status_code == 303
    told = text(parsed(get(town, answer.headers["location"])))
    assert "Accepted. The nominal is yours." in told
    assert "accepted by test.all, " in told
    again = post(town, "/people/N1/ownership", said)
    assert again.status_code == 422
    assert "accepted N1 for W already" in text(parsed(again))
    assert "Nothing waits here" in text(parsed(get(town, "/inbox?lpu=W")))


def test_several_are_accepted_at_once_or_none(town: TestClient) -> None:
    assert "Tick whom" in text(parsed(post(town, "/inbox?lpu=W", {"reason": WHY})))
    both = {"nominal": ["N1", "N9"], "reason": WHY}
    assert "N9 stands in this inbox no more" in post(town, "/inbox?lpu=W", both).text
    assert "1 nominal to answer for" in text(parsed(get(town, "/inbox?lpu=W")))
    answer = post(town, "/inbox?lpu=W", {"nominal": ["N1"], "reason": WHY})
    assert answer.headers["location"] == "/inbox?lpu=W&done=accepted_all"
    assert "They are yours" in text(parsed(get(town, answer.headers["location"])))


def test_without_a_reason_the_form_comes_back_as_it_was(town: TestClient) -> None:
    said = {"act": "disputed", "lpu": "W", "reason": "  "}
    answer = post(town, "/people/N1/ownership", said)
    assert answer.status_code == 422
    document = parsed(answer)
    assert "Say why" in text(document)
    (link,) = [a for a in found(document, "a") if a.get("href") == "#reason"]
    assert link is not None
    (ticked,) = [i for i in found(document, "input") if "checked" in i.attrib]
    assert ticked.get("value") == "disputed"


def test_disputed_then_allocated(town: TestClient) -> None:
    post(town, "/people/N1/ownership", {"act": "disputed", "lpu": "W", "reason": "no"})
    assert "nobody: disputed" in text(parsed(get(town, "/people/N1/ownership")))
    said = {"act": "allocated", "lpu": "E", "reason": WHY}
    assert post(town, "/people/N1/ownership", said).status_code == 303
    assert "N1 Ann Example" in text(parsed(get(town, "/inbox?lpu=E")))


def test_a_team_decides_for_its_own_lpu_alone(town: TestClient, client_as) -> None:
    east = client_as("east", {UserRole.LPU_TEAM}, ("Kent", "E"))
    said = {"act": "claimed", "reason": WHY}
    assert post(east, "/people/N2/ownership", {**said, "lpu": "W"}).status_code == 422
    allocated = {"act": "allocated", "lpu": "E", "reason": WHY}
    assert post(east, "/people/N2/ownership", allocated).status_code == 422
    assert post(east, "/people/N2/ownership", said).status_code == 303


def test_sources_stand_side_by_side_with_a_map(town: TestClient) -> None:
    document = parsed(get(town, "/no-fixed-abode"))
    assert rows(document)[1][0] == "E"
    told = town.get("/no-fixed-abode/map.json").json()
    kinds = [feature["geometry"]["type"] for feature in told["features"]]
    assert kinds == ["Polygon", "Point"]
    assert told["features"][0]["properties"]["detail"] == "N2"
    west, south = told["features"][1]["geometry"]["coordinates"]
    assert -8 < west < 2
    assert 49 < south < 61


def test_a_joint_plan_names_a_lead_for_each_area(
    town: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    asyncio.run(_offended_in_east(database, bng, tmp_path))
    document = parsed(get(town, "/people/N1/ownership"))
    assert "Lead officer in E" in text(document)
    later = str(clock.today() + timedelta(days=30))
    said = {"area": ["E", "W"], "lead": ["PC E", ""], "plan": WHY, "review_on": later}
    assert "Name a lead for each" in text(parsed(post(town, "/people/N1/plan", said)))
    kept = post(town, "/people/N1/plan", said | {"lead": ["PC E", "PC W"]})
    assert kept.status_code == 303
    told = text(parsed(get(town, kept.headers["location"])))
    assert "E: PC E; W: PC W" in told


async def _offended_in_east(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, bng, folder))
        await made.offend("N1", 500, 600, 700)
        await made.decide(clock.today())


def test_a_consultation_is_answered_once(town: TestClient) -> None:
    answer = post(town, "/consultations/1", {"answer": "agreed", "reason": WHY})
    assert answer.status_code == 303
    assert "agreed by test.all" in text(parsed(get(town, "/consultations/1")))
    again = post(town, "/consultations/1", {"answer": "refused", "reason": WHY})
    assert again.status_code == 422


def test_who_did_not_ask_cannot_withdraw(town: TestClient, client_as) -> None:
    east = client_as("insp", {UserRole.OM_INSPECTOR}, ("Kent", "E"))
    said = {"answer": "withdrawn", "reason": WHY}
    assert post(east, "/consultations/1", said).status_code == 422
    agreed = post(east, "/consultations/1", said | {"answer": "agreed"})
    assert agreed.status_code == 303, text(parsed(agreed))


def test_a_score_is_drawn_and_told_in_words(town: TestClient) -> None:
    document = parsed(get(town, "/people/N1/score"))
    told = text(document)
    assert "points on" in told
    assert "No weight" in told or "counts nothing" in told or "0.0 points" in told
    assert found(document, "caption")


def test_a_partners_view_stands_beside_the_score(town: TestClient) -> None:
    said = {"agency": "probation", "level": "high", "reason": "<b>knows</b> them",
            "assessed_on": "2026-01-02"}  # fmt: skip
    assert post(town, "/people/N1/score", said).status_code == 303
    assert "<b>knows</b> them" in text(parsed(get(town, "/people/N1/score")))
    wrong = post(town, "/people/N1/score", {**said, "assessed_on": "yesterday"})
    assert (wrong.status_code, "2026-03-28" in wrong.text) == (422, True)


def test_a_cohort_is_entered_and_left_by_a_person(town: TestClient) -> None:
    assert "enter" in text(parsed(get(town, "/cohort?cohort=fixed")))
    said = {"cohort": "fixed", "decision": "enter", "reason": WHY}
    assert post(town, "/people/N1/cohorts", said).status_code == 303
    assert "In fixed since" in text(parsed(get(town, "/people/N1/cohorts")))
    left = {**said, "decision": "leave"}
    refused = post(town, "/people/N1/cohorts", left)
    assert "GWENT-3.5" in text(parsed(refused))
    left |= {"plan": "local", "shared_with": "West team"}
    assert post(town, "/people/N1/cohorts", left).status_code == 303


def test_a_supervisor_is_who_has_the_role(town: TestClient, client_as) -> None:
    team = client_as("team", {UserRole.LPU_TEAM}, ("Kent", "W"))
    said = {"cohort": "fixed", "decision": "enter", "reason": WHY,
            "capacity": "supervisor"}  # fmt: skip
    assert "ask one to decide" in post(team, "/people/N1/cohorts", said).text


def test_a_case_from_opening_to_review(town: TestClient) -> None:
    opening = {"nominal": "N1", "kind": "iom", "force_of_case": "Kent",
               "reason": WHY, "lead": "PC B"}  # fmt: skip
    assert "Choose a grade" in post(town, "/cases/new", opening).text
    answer = post(town, "/cases/new", {**opening, "grade": "red"})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/cases/1?done=opened",
    )
    document = parsed(get(town, "/cases/1"))
    assert heading(document) == "Case 1 red"
    assert "W, Kent" in text(document)
    said = {"step": "need", "reason": "no home"}
    assert "Choose the pathway" in post(town, "/cases/1", said).text
    reviewed = {"step": "reviewed", "reason": "as planned"}
    assert post(town, "/cases/1", reviewed).status_code == 303
    assert "as planned" in text(parsed(get(town, "/cases/1")))
    assert "Case 1" in text(parsed(get(town, "/due?lpu=W")))
    closed = {"step": "closed", "reason": "order ended"}
    assert post(town, "/cases/1", closed).status_code == 303
    assert "reopen it" in post(town, "/cases/1", reviewed).text


def test_a_referral_is_accepted_jointly(town: TestClient) -> None:
    form = {"nominal": "N1", "force_of_referral": "Kent", "lpu": "W",
            "cohort": "fixed", "criteria": "one\ntwo", "reason": WHY,
            "agency": "probation"}  # fmt: skip
    made = post(town, "/referrals/new", form)
    assert made.headers["location"] == "/referrals/1?done=referred"
    panel = {"kind": "selection", "force_of_panel": "Kent", "held_on": "2026-02-01",
             "chair": "Insp C", "agencies": "police\nprobation"}  # fmt: skip
    assert post(town, "/panels/new", panel).status_code == 303
    ruling = {"step": "accepted", "reason": WHY, "lead": "PC B", "grade": "amber"}
    assert "name the panel" in post(town, "/referrals/1", ruling).text
    ruling |= {"panel": "1", "agencies": "police\nprobation"}
    assert post(town, "/referrals/1", ruling).status_code == 303
    told = text(parsed(get(town, "/people/N1")))
    assert "Case 1" in told
    assert "In fixed since" in told


@pytest.mark.parametrize(
    ("path", "sorts", "column"),
    [
        ("/cohort", ("waiting", "review", "nominal"), 0),
        ("/referrals", ("waiting", "newest", "nominal"), 1),
        ("/consultations", ("waiting", "newest", "nominal"), 1),
    ],
)
def test_a_list_is_sorted_by_its_headings(
    town: TestClient, path: str, sorts: tuple[str, ...], column: int
) -> None:
    for nominal in ("N2", "N1"):
        form = {"nominal": nominal, "force_of_referral": "Kent", "cohort": "fixed",
                "criteria": "one", "reason": WHY, "agency": "probation"}  # fmt: skip
        assert post(town, "/referrals/new", form).status_code == 303
    for sort in sorts:
        document = parsed(get(town, f"{path}?sort={sort}&page=1"))
        (by,) = [th for th in found(document, "th") if th.get("aria-sort")]
        (link,) = found(by, "a")
        assert link.get("href") == f"?sort={sort}"
        whom = [row[column].split()[0] for row in rows(document)[1:]]
        if sort == "nominal":
            assert whom == sorted(whom)
        if (path, sort) == ("/referrals", "waiting"):
            assert whom == ["N2", "N1"]
        if (path, sort) == ("/referrals", "newest"):
            assert whom == ["N1", "N2"]
    assert town.get(f"{path}?sort=by+luck", headers=HTML).status_code == 422


def test_an_inspector_sees_the_area_of_a_postcode_alone() -> None:
    there = ShownAddress(1, "home", "GL1 2AB", "custody", "postcode", 10)
    team = Who(1, "a", "A", frozenset({UserRole.LPU_TEAM}))
    inspector = Who(2, "b", "B", frozenset({UserRole.OM_INSPECTOR}))
    assert address(there, team).postcode == "GL1 2AB"
    assert address(there, inspector).postcode == "GL1 …"


def test_what_people_type_stays_text(town: TestClient) -> None:
    said = {"level": "high", "assessed_on": "2026-01-02"}
    for words in HOSTILE.values():
        kept = words[:10_000]
        typed = said | {"agency": kept, "reason": kept}
        assert post(town, "/people/N1/score", typed).status_code == 303
    document = parsed(get(town, "/people/N1/score"))
    assert len([row for row in rows(document) if row[1:2] == ["high"]]) == len(HOSTILE)
    assert HOSTILE["template"] in text(document)


async def test_every_look_is_audited(town: TestClient, db: Connection) -> None:
    for path in PAGES:
        if "/new" in path:
            continue
        before = (await audit.entries(db, 1))[0].id
        get(town, path)
        last = (await audit.entries(db, 1))[0]
        assert last.id > before, path
        assert last.actor == "test.all"
