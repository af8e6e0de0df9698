"""Addresses that no postcode places: who waits, and an operator's word on where."""

import asyncio
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api import clock
from api.login.who import UserRole
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import EAST, NORTH, House
from tests.db.owned import Town
from tests.hostile import HOSTILE, assert_harmless
from tests.web.conftest import ClientAs
from tests.web.forms import post
from tests.web.officers import audited
from tests.web.pages import HTML, found, parsed, rows, text
from tests.web.staging import work

THERE = f"{EAST - 500}, {NORTH}"
SAID = {"address": "1", "place": THERE, "known_by": "seen at the door"}


@pytest.fixture
def town(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """N1 has a home of which no place is known; N2 lives in East."""
    asyncio.run(_filled(database, bng, tmp_path))
    return client


async def _filled(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        made = Town(House(database, conn, bng, folder))
        await made.boundaries()
        await made.people("N1", "N2")
        await made.addresses("N1,home,,GL99 9ZZ", "N2,home,500,")
        await made.decide(clock.today())


def shown(client: TestClient, path: str):
    answer = client.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 200, answer.text
    assert_harmless(answer.text)
    return parsed(answer)


def test_who_waits_is_listed_with_the_way_there(town: TestClient) -> None:
    document = shown(town, "/addresses")
    assert [row[0].split()[0] for row in rows(document)[1:]] == ["N1"]
    links = [a.get("href") for a in found(document, "a")]
    assert "/people/N1/ownership#placing" in links
    home = text(shown(town, "/"))
    assert "1 nominal with an address to be placed" in home
    assert "without an owner" not in home
    assert "/addresses" in town.get("/no-fixed-abode", headers=HTML).text


def test_an_empty_list_says_why(client: TestClient) -> None:
    assert "could be placed" in text(shown(client, "/addresses"))


@pytest.mark.parametrize("place", [THERE, "TQ 99 50", "51.21, 1.85"])
def test_a_place_makes_an_owner(
    town: TestClient, database: Database, place: str
) -> None:
    assert "GL99 9ZZ: not placed yet" in text(shown(town, "/people/N1/ownership"))
    answer = post(town, "/people/N1/place", SAID | {"place": place})
    assert answer.status_code == 303, text(parsed(answer))
    assert answer.headers["location"] == "/people/N1/ownership?done=placed"
    work(database)
    told = text(shown(town, answer.headers["location"]))
    assert "Kept. The worker decides anew" in told
    assert "placed by an operator" in told
    assert "could be placed" in text(shown(town, "/addresses"))


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"place": ""}, "place", "Give a place"),
        ({"place": "nowhere at all"}, "place", ""),
        ({"place": "GL99 9ZZ"}, "place", "not among those that are loaded"),
        ({"place": "1, 1"}, "place", ""),
        ({"place": HOSTILE["script"]}, "place", ""),
        ({"known_by": " "}, "known_by", "Say how you know"),
        ({"address": "2"}, "address", "no address of this nominal"),
        ({"address": "x"}, "address", "no address of this nominal"),
        ({"address": "9" * 40}, "address", "no address of this nominal"),
    ],
)
def test_a_fault_stands_at_its_field(
    town: TestClient, typed: dict[str, str], field: str, told: str
) -> None:
    answer = post(town, "/people/N1/place", SAID | typed)
    assert answer.status_code == 422
    assert_harmless(answer.text)
    document = parsed(answer)
    assert told in text(document)
    ids = {one.get("id") for one in document.iter()}
    assert f"{field}-error" in ids
    assert f"#{field}" in [a.get("href") for a in found(document, "a")]


def test_the_word_is_audited_without_the_place(
    town: TestClient, database: Database
) -> None:
    post(town, "/people/N1/place", SAID)
    (entry,) = audited(database, "place address")
    assert entry[:3] == ("test.all", "nominal N1", {"address": 1})
    shown(town, "/addresses")
    assert audited(database, "list owners")[-1][2] == {"queue": "to_be_placed"}


def test_only_intelligence_places(town: TestClient, client_as: ClientAs) -> None:
    team = client_as("west", {UserRole.LPU_TEAM}, ("Kent", "E"))
    assert "Say where an address lies" not in text(shown(team, "/people/N2/ownership"))
    assert post(team, "/people/N2/place", SAID | {"address": "2"}).status_code == 403
    essex = client_as("essex", {UserRole.INTELLIGENCE}, ("Essex", None))
    assert post(essex, "/people/N1/place", SAID).status_code == 404
    assert rows(shown(essex, "/addresses"))[1:] == []
