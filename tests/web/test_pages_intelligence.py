"""The pages of intelligence: weights, the matrix, manual scores, zones, breaches."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api import clock
from api.login.who import UserRole
from geocorr.geo import WorkingCrs
from geocorr.model import Nominal
from sql import nominals
from sql.db import Database, Role, connection
from tests.db.scoring_scenes import bring
from tests.hostile import HOSTILE
from tests.unit.scored import entry
from tests.web.forms import post
from tests.web.pages import HTML, found, heading, parsed, rows, text
from tests.web.staging import tag, watch, work

TODAY = clock.today()
WHY = "as agreed"
CSV = f"""\
# name = Small
# version = 1
# owner = Force Intelligence
# effective_from = {TODAY}
# review_due = {TODAY + timedelta(days=300)}
data_set,code,points,label
crimes,34B,400,robbery
ims,,10,
dip,,10,
warrants,,10,
icis,,10,
"""
MANUAL = {
    "nominal": "N1",
    "points": "500",
    "ground": "marac",
    "review_due": str(TODAY + timedelta(days=30)),
    "reason": "MARAC of 3 March",
}


async def _scene(database: Database) -> None:
    async with connection(database, Role.WORKER) as conn:
        people = [Nominal(n, "<i>Name</i>", "Y") for n in ("N1", "N2")]
        await nominals.upsert_nominals(conn, people)
        heard = entry("I1", TODAY, nominal_id="N2", of=("ims", "drugs", "B21"))
        kept_in = entry("I2", TODAY, nominal_id="N2", of=("ims", "arson", "B24"))
        await bring(conn, [entry("E2", TODAY, nominal_id="N2"), heard, kept_in])


@pytest.fixture
def staged(client: TestClient, database: Database) -> TestClient:
    """N1 has no entry, N2 a robbery and two entries of intelligence of today."""
    asyncio.run(_scene(database))
    return client


def get(client: TestClient, path: str) -> Response:
    answer = client.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 200, answer.text
    return answer


def send(client: TestClient, path: str, data: str, name: str, **typed: str) -> Response:
    return post(client, path, typed, files={"file": (name, data.encode(), "text/csv")})


@pytest.fixture
def approved(staged: TestClient, database: Database, client_as) -> TestClient:
    """The same with the weights in force, everyone scored by them."""
    assert send(staged, "/weights", CSV, "small.csv").status_code == 303
    assert post(staged, "/weights/1/simulation", {}).status_code == 303
    second = client_as("second", {UserRole.INTELLIGENCE})
    said = {"step": "approved", "reason": WHY}
    assert post(second, "/weights/1", said).status_code == 303
    work(database)
    return staged


def test_of_an_empty_service_every_page_says_what_to_do(client: TestClient) -> None:
    for path in (
        "/weights",
        "/weights/matrix",
        "/manual-scores",
        "/zones",
        "/breaches",
    ):
        assert heading(parsed(get(client, path)))
    for path in ("/weights/1", "/manual-scores/1", "/breaches/1"):
        assert client.get(path, headers=HTML).status_code == 404


def test_a_draft_is_approved_by_a_second_person(staged: TestClient, client_as) -> None:
    sent = send(staged, "/weights", CSV, "small.csv")
    assert sent.headers["location"] == "/weights/1?done=imported"
    said = {"step": "approved", "reason": WHY}
    second = client_as("second", {UserRole.INTELLIGENCE})
    assert "not simulated" in text(parsed(post(second, "/weights/1", said)))
    tried = post(staged, "/weights/1/simulation", {})
    document = parsed(get(staged, tried.headers["location"]))
    assert "1 of 1 nominals change band" in text(document)
    assert "You brought this set in" in text(document)
    own = post(staged, "/weights/1", said)
    assert (own.status_code, "a second person approves" in own.text) == (422, True)
    assert post(second, "/weights/1", said).status_code == 303
    assert "approved by second" in text(parsed(get(staged, "/weights/1")))


def test_a_file_that_is_none_comes_back_with_its_faults(staged: TestClient) -> None:
    answer = send(staged, "/weights", "nothing\n", "bad.csv")
    assert answer.status_code == 422
    assert "Nothing was stored of bad.csv" in text(parsed(answer))
    empty = post(staged, "/weights", {})
    assert "Choose a file" in text(parsed(empty))


def test_intelligence_is_told_by_entry_to_intelligence_alone(
    approved: TestClient, client_as
) -> None:
    everything = text(parsed(get(approved, "/people/N2/score")))
    assert "Entry by entry" in everything
    assert "drugs" in everything
    # Its handling code keeps it in the force that it comes from.
    assert "arson" not in everything
    team = client_as("team", {UserRole.LPU_TEAM, UserRole.CENTRAL_TEAM}, ("Kent", "W"))
    answer = team.get("/people/N2/score", headers=HTML)
    assert "drugs" not in answer.text


def test_the_score_is_drawn_with_its_words(approved: TestClient) -> None:
    document = parsed(get(approved, "/people/N2/score"))
    (drawn,) = [one for one in document.iter() if one.tag.endswith("}svg")
                and one.get("class") == "app-chart"]  # fmt: skip
    told = [one.tag.rpartition("}")[2] for one in drawn]
    assert told[:2] == ["title", "desc"]
    assert "polyline" in told
    assert "to 420.0 on" in text(document)


def test_a_manual_score_is_given_reviewed_and_ended(staged: TestClient) -> None:
    wrong = post(staged, "/manual-scores", MANUAL | {"points": "300"})
    assert "one of 250, 500, 1000" in text(parsed(wrong))
    given = post(staged, "/manual-scores", MANUAL)
    assert given.headers["location"] == "/manual-scores/1?done=manual"
    assert "It holds." in text(parsed(get(staged, "/manual-scores/1")))
    later = str(TODAY + timedelta(days=60))
    said = {"act": "review", "review_due": later, "reason": WHY}
    assert post(staged, "/manual-scores/1", said).status_code == 303
    assert post(staged, "/manual-scores/1", {"act": "end"}).status_code == 422
    ended = {"act": "end", "reason": WHY}
    assert post(staged, "/manual-scores/1", ended).status_code == 303
    assert "It does not hold" in text(parsed(get(staged, "/manual-scores/1")))
    assert parsed(get(staged, "/manual-scores?standing=true"))


def test_zones_are_sent_tried_and_listed(
    client: TestClient, database: Database, bng: WorkingCrs
) -> None:
    head = "zone_id,nominal_id,kind,easting,northing,radius_m,timetable,from,owner\n"
    data = head + "Z9,N1,exclusion,400000,300000,100,always,2026-03-01,<b>IOM</b>\n"
    tried = send(client, "/zones", data, "z.csv", dry_run="yes")
    assert (tried.status_code, "Nothing was stored" in tried.text) == (200, True)
    sent = send(client, "/zones", data, "z.csv")
    assert sent.status_code == 303, text(parsed(sent))
    assert send(client, "/zones", data, "z.csv").headers["location"].endswith("=same")
    told = rows(parsed(get(client, "/zones")))
    assert told[1][0] == "Z9, version 1"
    assert told[1][3] == "circle of 100 m"
    assert "<b>IOM</b>" in told[1]
    bad = send(client, "/zones", head + "Z8,N1,moon,1,2,3,always,,x\n", "bad.csv")
    assert "0 of 1 rows taken" in text(parsed(bad))


def test_a_breach_gets_an_outcome(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    tag(database, bng, tmp_path)
    watch(database, bng)
    work(database)
    listed = text(parsed(get(client, "/breaches")))
    assert "1 breach" in listed
    document = parsed(get(client, "/breaches/1"))
    assert found(document, "table")
    assert post(client, "/breaches/1", {"outcome": "breached"}).status_code == 422
    said = {"outcome": "breached", "reason": HOSTILE["script"]}
    assert post(client, "/breaches/1", said).status_code == 303
    assert HOSTILE["script"] in text(parsed(get(client, "/breaches/1")))
    assert "No breaches" in text(parsed(get(client, "/breaches")))
    assert "1 breach" in text(parsed(get(client, "/breaches?all=true")))
