"""The officer's work list and the page of a hit."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.intake import loading_trails
from api.intake.loading import Door
from api.login.who import UserRole
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from loaders.trails import TrailOptions
from sql.db import Database, Role, connection
from tests.hostile import HOSTILE, assert_harmless
from tests.web.officers import REASON, audited, posted, seen, sent, staged
from tests.web.pages import found, heading, parsed, rows, text
from tests.web.staging import FIRST, FORCE, TEN, send, tag, trail, work

OFFICER = {UserRole.INVESTIGATOR}


@pytest.fixture
def scene(client: TestClient, database: Database, bng: WorkingCrs, tmp_path):
    """Hit 1 stands, and nobody has said anything of it."""
    staged(client, database, bng, tmp_path)
    return client


@pytest.fixture
def officer(scene: TestClient, client_as) -> TestClient:
    """An investigator of the force, who was sent hit 1."""
    sent(scene)
    return client_as("dc.bell", OFFICER, (FORCE, None))


def test_an_empty_work_list_says_when_hits_come(client: TestClient) -> None:
    document = parsed(seen(client, "/worklist"))
    assert "Nothing waits for a decision" in text(document)
    filtered = parsed(seen(client, "/worklist", verdict="passed"))
    assert "No hit answers these filters" in text(filtered)


def test_a_hit_stands_on_the_list_once_it_is_sent(scene: TestClient, client_as) -> None:
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    assert FIRST not in seen(officer, "/worklist").text
    sent(scene)
    document = parsed(seen(officer, "/worklist"))
    (line,) = [row for row in rows(document) if row[0].startswith(FIRST)]
    assert line[2:4] == ["N1 T1", "hit"]
    assert "28 March 2026" in line[1]
    assert line[8] == "sent test.all"
    assert line[9] == "–"


def test_who_looks_at_a_hit_is_shown_to_others(officer: TestClient, client_as) -> None:
    colleague = client_as("dc.carr", OFFICER, (FORCE, None))
    seen(colleague, "/hits/1")
    line = rows(parsed(seen(officer, "/worklist")))[-1]
    assert line[9].startswith("dc.carr ")
    assert "Also looking at this hit: dc.carr" in text(parsed(seen(officer, "/hits/1")))
    own = rows(parsed(seen(colleague, "/worklist")))[-1]
    assert "dc.carr" not in own[9]


def test_another_force_sees_neither_list_nor_hit(
    officer: TestClient, client_as
) -> None:
    stranger = client_as("dc.dunn", OFFICER, ("gwp", None))
    assert FIRST not in seen(stranger, "/worklist").text
    assert FIRST not in seen(stranger, "/worklist", force=FORCE).text
    for path in ("/hits/1", "/hits/1/map.json", "/v1/hits/1"):
        assert stranger.get(path).status_code == 404, path
    refused = posted(stranger, "/hits/1/decision", last="0", **REASON)
    assert refused.status_code == 404


def test_the_page_says_what_and_why(officer: TestClient) -> None:
    document = parsed(seen(officer, "/hits/1"))
    assert heading(document).endswith("N1 with tag T1")
    words = text(document)
    for said in (
        "within 100 m of the place",
        "31 fixes in 1 visit",
        "HANTS-GPS-3",
        "Comparable hours",
        "If the crime was an hour",
        "As at",
        "Record and go to the next hit",
    ):
        assert said in words, said
    fixes = [row for row in rows(document) if row[0].endswith("(+00:00)")]
    assert any(row[1] == "A1" for row in fixes)
    (shown,) = [e for e in found(document, "div") if e.get("data-source")]
    assert shown.get("data-source") == "/hits/1/map.json"


def test_the_map_draws_what_was_observed(officer: TestClient) -> None:
    drawn = officer.get("/hits/1/map.json").json()
    assert drawn["target"]["reference"] == FIRST
    (person,) = drawn["people"]
    assert (person["device_id"], person["nominal_id"]) == ("T1", "N1")
    times = [fix["t"] for fix in person["fixes"]]
    assert drawn["slice"]["from"] <= times[0] <= times[-1] <= drawn["slice"]["to"]
    assert [v["label"] for v in person["visits"]] == ["A1 to A31"]
    assert sum(fix["inside"] for fix in person["fixes"]) == 31
    assert len(person["paths"]) == len(person["fixes"]) - 1


def test_a_look_is_audited_with_whom_it_showed(
    officer: TestClient, database: Database
) -> None:
    seen(officer, "/hits/1")
    who, subject, detail, _ = audited(database, "read hit")[-1]
    assert (who, subject, detail) == ("dc.bell", "hit 1", {"nominals": ["N1"]})


def last_word(client: TestClient) -> str:
    page = seen(client, "/hits/1").text
    return page.partition('name="last" value="')[2].partition('"')[0]


def test_a_decision_is_recorded_and_the_list_is_done(
    officer: TestClient, database: Database
) -> None:
    answer = posted(officer, "/hits/1/decision", last=last_word(officer), **REASON)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/worklist?recorded=1"
    banner = text(parsed(seen(officer, "/worklist", recorded=1)))
    assert f"{FIRST} with N1 : ruled out, at" in banner
    assert FIRST not in rows(parsed(seen(officer, "/worklist")))
    again = parsed(seen(officer, "/hits/1"))
    said = [row for row in rows(again) if "On CCTV elsewhere" in row]
    assert said[0][1:3] == ["dc.bell", "ruled out"]
    # Beside the finding, never over it.
    assert "31 fixes in 1 visit" in text(again)


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"decision": ""}, "decision", "Choose ruled in"),
        ({"decision": "qualified"}, "decision", "Choose ruled in"),
        ({"reason": "  "}, "reason", "Say why"),
        ({"reason": "x" * 10_001}, "reason", "10,000 letters"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    officer: TestClient, changed, field: str, told: str
) -> None:
    sending = {**REASON, "last": last_word(officer), **changed}
    answer = posted(officer, "/hits/1/decision", **sending)
    assert answer.status_code == 422
    document = parsed(answer)
    links = [a for a in found(document, "a") if a.get("href") == f"#{field}"]
    assert told in "".join(links[0].itertext())
    assert "exhibit 7" in answer.text


def test_who_decides_on_an_old_page_is_told_what_was_said(
    officer: TestClient, client_as
) -> None:
    old = last_word(officer)
    colleague = client_as("dc.carr", OFFICER, (FORCE, None))
    assert posted(colleague, "/hits/1/decision", last=old, **REASON).status_code == 303
    late = {**REASON, "decision": "ruled_in", "last": old}
    answer = posted(officer, "/hits/1/decision", **late)
    assert answer.status_code == 422
    assert "dc.carr said ruled_out while you had this page open" in text(parsed(answer))


def test_more_of_the_trail_takes_a_reason(
    officer: TestClient, database: Database, client_as
) -> None:
    wrong = posted(officer, "/hits/1/slice", hours="3", slice_reason=" ")
    assert wrong.status_code == 422
    assert "Say why you need to see more" in text(parsed(wrong))
    for hours in ("25", "0", "-1", "nan", "x"):
        bad = posted(officer, "/hits/1/slice", hours=hours, slice_reason="route")
        assert bad.status_code == 422, hours
    given = posted(officer, "/hits/1/slice", hours="3", slice_reason="the way there")
    assert given.headers["location"] == "/hits/1?slice=1"
    page = seen(officer, "/hits/1", slice=1)
    assert "Shown for a recorded reason: the way there" in text(parsed(page))
    drawn = officer.get("/hits/1/map.json?slice=1").json()
    assert drawn["slice"]["from"] == "2026-03-28T09:00:00Z"
    who, subject, _, why = audited(database, "ask longer slice")[0]
    assert (who, subject, why) == ("dc.bell", "hit 1", "the way there")
    assert audited(database, "read trail")[0][0] == "dc.bell"
    colleague = client_as("dc.carr", OFFICER, (FORCE, None))
    assert seen(colleague, "/hits/1", slice=1).status_code == 404


def test_the_central_team_qualifies_and_sends_from_the_page(
    scene: TestClient, client_as
) -> None:
    central = client_as("ct.ames", {UserRole.CENTRAL_TEAM})
    page = parsed(seen(central, "/hits/1"))
    assert "Your decision" not in text(page)
    fields = {"last": "0", "word": "qualified_sent", "why": "on the spot"}
    assert posted(central, "/hits/1/qualification", **fields).status_code == 303
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    assert FIRST in seen(officer, "/worklist").text
    assert "The central team's word" not in text(parsed(seen(officer, "/hits/1")))
    refused = posted(officer, "/hits/1/qualification", **fields)
    assert refused.status_code == 403


def test_a_corrected_crime_says_what_was_said_before(
    officer: TestClient, client: TestClient, database: Database
) -> None:
    posted(officer, "/hits/1/decision", last=last_word(officer), **REASON)
    corrected = TEN.replace("DM26-00001,20260328120000", "DM26-00001,20260328115900")
    send(client, corrected)
    work(database)
    gone = parsed(seen(officer, "/hits/1"))
    assert "This hit no longer stands" in text(gone)
    assert "Record and go" not in text(gone)
    assert FIRST in seen(officer, "/worklist", stage="recalled").text


@pytest.mark.parametrize(
    "name", ["script", "title end", "long", "override", "template"]
)
def test_what_people_write_stays_text(officer: TestClient, name: str) -> None:
    hostile = HOSTILE[name]
    sending = {"decision": "needs_more", "reason": hostile, "note": hostile}
    answer = posted(officer, "/hits/1/decision", last=last_word(officer), **sending)
    assert answer.status_code == 303, answer.text
    page = seen(officer, "/hits/1")
    parsed(page)
    assert_harmless(page.text)
    parsed(seen(officer, "/worklist", stage="needs_more"))


def test_filters_stand_in_the_address_and_go_along(officer: TestClient) -> None:
    page = seen(officer, "/worklist", verdict="hit", type="", nominal="N1")
    assert "/hits/1?verdict=hit&amp;nominal=N1" in page.text
    assert FIRST not in seen(officer, "/worklist", nominal="N2").text
    assert seen(officer, "/worklist", stage="nonsense").status_code == 422


def test_others_at_the_crime_are_shown_once_they_were_sent(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path, client_as
) -> None:
    tag(database, bng, tmp_path)
    asyncio.run(second_tag(database, bng, tmp_path))
    send(client, TEN)
    work(database)
    sent(client, 1)
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    people = officer.get("/hits/1/map.json?others=yes").json()["people"]
    assert [one["device_id"] for one in people] == ["T1"]
    sent(client, 2)
    page = seen(officer, "/hits/1")
    assert "Show 1 more tag that was at this crime" in text(parsed(page))
    both = parsed(seen(officer, "/hits/1", others="yes"))
    assert "N2 with T2" in text(both)
    people = officer.get("/hits/1/map.json?others=yes").json()["people"]
    assert [one["device_id"] for one in people] == ["T1", "T2"]
    detail = audited(database, "read hit")[-1][2]
    assert detail == {"nominals": ["N1", "N2"]}
    answer = posted(
        officer, "/hits/1/decision?stage=open", last=last_word(officer), **REASON
    )
    assert answer.headers["location"] == "/hits/2?recorded=1&stage=open"


async def second_tag(database: Database, crs: WorkingCrs, folder: Path) -> None:
    """T2 on N2 goes where T1 goes."""
    path = folder / "second.csv"
    path.write_text(trail().replace("T1,", "T2,"))
    options = TrailOptions(crs, datetime.now(UTC), 0.001, with_motion=True)
    async with connection(database, Role.WORKER) as conn:
        door = Door(crs, shipped(), "test")
        report = await loading_trails.load_trails(conn, path, options, door)
    assert report.rejected == 0
