"""The page of notices: what nobody has seen first, and who has seen what."""

import asyncio
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api import clock
from api.login.who import UserRole
from api.scores import notifications
from api.scores.notifications import Desk
from geocorr.model import Nominal
from geocorr.scoring.bands import Band
from geocorr.scoring.routing import BandChange, Route
from loaders.profile import Profiles
from sql import nominals
from sql.db import Database, Role, connection, transaction
from tests.hostile import HOSTILE, assert_harmless
from tests.web.forms import post
from tests.web.officers import audited
from tests.web.pages import HTML, found, heading, parsed, rows, text

TODAY = clock.today()
RISEN = BandChange("N1", TODAY, Band.LOW, Band.HIGH)
FIRST = BandChange("N2", TODAY, None, Band.LOW)
ODD = HOSTILE["markup"]
ROUTES = (Route("West", bands=(Band.HIGH,)), Route(ODD))


@pytest.fixture
def noticed(client: TestClient, database: Database) -> TestClient:
    """1 and 2 tell two departments of N1, 3 one of them of N2; N2 has an odd name."""
    asyncio.run(_told(database))
    return client


async def _told(database: Database) -> None:
    async with connection(database, Role.WORKER) as conn, transaction(conn):
        people = [
            Nominal("N1", "Example", "Ann"),
            Nominal("N2", HOSTILE["script"], "Bo"),
        ]
        await nominals.upsert_nominals(conn, people)
        desk = Desk(ROUTES, Profiles({}))
        await notifications.tell(conn, [RISEN], desk)
        await notifications.tell(conn, [FIRST], replace(desk, routes=ROUTES[1:]))


def listed(client: TestClient, asked: str = "") -> list[list[str]]:
    answer = client.get(f"/notices{asked}", headers=HTML)
    assert answer.status_code == 200
    assert_harmless(answer.text)
    return rows(parsed(answer))[1:]


def test_an_empty_list_says_when_one_comes(client: TestClient) -> None:
    document = parsed(client.get("/notices", headers=HTML))
    assert heading(document) == "Notices"
    assert "scored for the first time" in text(document)


def test_what_nobody_has_seen_stands_first(noticed: TestClient) -> None:
    told = listed(noticed)
    assert [row[1].split()[0] for row in told] == ["N2", "N1", "N1"]
    assert told[1][3:5] == ["HIGH", ODD]
    seen = post(noticed, "/notices", {"notice": ["3"]})
    assert seen.headers["location"] == "/notices?done=seen"
    told = listed(noticed)
    assert [row[1].split()[0] for row in told] == ["N1", "N1", "N2"]
    assert told[2][-1].startswith("test.all, ")
    assert told[2][0] == ""


def test_all_that_were_listed_are_seen_at_once(noticed: TestClient) -> None:
    document = parsed(noticed.get("/notices?nominal=N1", headers=HTML))
    inputs = found(document, "input")
    there = [one.get("value") for one in inputs if one.get("name") == "listed"]
    assert there == ["2", "1"]
    typed = {"listed": there, "which": "listed"}
    assert post(noticed, "/notices", typed).status_code == 303
    assert [row[1].split()[0] for row in listed(noticed, "?seen=false")] == ["N2"]
    # Without that button they are not.
    assert post(noticed, "/notices", {"listed": ["3"]}).status_code == 422


def test_filters_stand_in_the_address(noticed: TestClient) -> None:
    post(noticed, "/notices", {"notice": ["1", "2"]})
    for asked, n in (
        ("?seen=false", 1),
        ("?seen=true", 2),
        ("?nominal=N1&seen=", 2),
        ("?kind=first_score", 1),
        ("?department=West", 1),
        ("?department=nobody", 0),
        ("?page=2", 0),
    ):
        assert len(listed(noticed, asked)) == n, asked


def test_the_filter_stays_after_a_form(noticed: TestClient) -> None:
    path = "/notices?seen=false&nominal=N1&page=1"
    seen = post(noticed, path, {"notice": ["1"]})
    there = "/notices?nominal=N1&seen=false&done=seen"
    assert (seen.status_code, seen.headers["location"]) == (303, there)


@pytest.mark.parametrize(
    ("ticked", "told"),
    [
        ([], "Tick what you have seen."),
        (["x"], "Tick what you have seen."),
        (["9" * 30], "Tick what you have seen."),
        (["1", "77"], "There is no notice 77"),
    ],
)
def test_a_form_that_cannot_be_comes_back(
    noticed: TestClient, ticked: list[str], told: str
) -> None:
    answer = post(noticed, "/notices", {"notice": ticked})
    document = parsed(answer)
    assert (answer.status_code, told in text(document)) == (422, True)
    links = {link.get("href") for link in found(document, "a")}
    ids = {one.get("id") for one in document.iter()}
    assert {"#notice", "#form"} & links <= {f"#{one}" for one in ids}
    # All or none.
    assert len(listed(noticed, "?seen=false")) == 3


def test_looks_and_words_are_audited(noticed: TestClient, database: Database) -> None:
    listed(noticed, "?nominal=N1")
    post(noticed, "/notices", {"notice": ["1"]})
    (look,) = audited(database, "list notices")
    assert look[:3] == ("test.all", "notices", {"nominals": ["N1"]})
    assert [one[1] for one in audited(database, "see notice")] == ["notice 1"]


def test_a_team_sees_notices_of_its_own(noticed: TestClient, client_as) -> None:
    west = client_as("west", {UserRole.LPU_TEAM}, ("Kent", "W"))
    assert listed(west) == []
    assert post(west, "/notices", {"notice": ["1"]}).status_code == 422


def test_home_counts_them(noticed: TestClient) -> None:
    home = parsed(noticed.get("/", headers=HTML))
    assert "3 notices not seen yet" in text(home)
    (link,) = [a for a in found(home, "a") if "not seen yet" in "".join(a.itertext())]
    assert link.get("href") == "/notices?seen=false"


def test_the_newest_stand_first_where_that_is_asked(noticed: TestClient) -> None:
    post(noticed, "/notices", {"notice": ["3"]})
    assert [row[0] for row in listed(noticed)][-1] == ""
    assert next(row[0] for row in listed(noticed, "?sort=newest")) == ""
    document = parsed(noticed.get("/notices?sort=newest&kind=", headers=HTML))
    (by,) = [th for th in found(document, "th") if th.get("aria-sort")]
    assert (by.get("aria-sort"), "".join(by.itertext()).split()[0]) == (
        "descending",
        "Told",
    )
    hidden = [i for i in found(document, "input") if i.get("name") == "sort"]
    assert [i.get("value") for i in hidden] == ["newest"]
