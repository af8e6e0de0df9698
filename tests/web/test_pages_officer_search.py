"""Where a person's tags were, series of crimes, and how it all works."""

import asyncio

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from api.views import method
from api.views.series import chance
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.hostile import HOSTILE, assert_harmless
from tests.web.officers import audited, posted, seen, staged
from tests.web.pages import found, heading, parsed, rows, text
from tests.web.staging import FIRST, FORCE

SECOND = "DM26-00002"
WHERE = "/people/N1/locations"
SEARCH = {"from": "28/03/2026 11:00", "hours": "2", "reason": "wanted on warrant"}


@pytest.fixture
def scene(client: TestClient, database: Database, bng: WorkingCrs, tmp_path):
    """Two wearers; T1 stays beside the first crime."""
    staged(client, database, bng, tmp_path)
    return client


@pytest.fixture
def central(scene: TestClient, client_as) -> TestClient:
    return client_as("ct.ames", {UserRole.CENTRAL_TEAM})


def test_a_search_takes_a_reason_and_is_audited(
    central: TestClient, database: Database, client_as
) -> None:
    assert posted(central, WHERE, **{**SEARCH, "reason": " "}).status_code == 422
    assert audited(database, "search locations") == []
    given = posted(central, WHERE, **SEARCH)
    assert given.headers["location"] == f"{WHERE}?why=1"
    document = parsed(seen(central, f"{WHERE}?why=1"))
    words = text(document)
    assert "wanted on warrant" in words
    assert "71 fixes" in words
    stays = [
        row for row in rows(document) if row[0].startswith("28 March") and row[2:3]
    ]
    assert stays
    assert audited(database, "search locations")[0][:2] == ("ct.ames", "nominal N1")
    colleague = client_as("ct.bird", {UserRole.CENTRAL_TEAM})
    assert seen(colleague, f"{WHERE}?why=1").status_code == 404


def test_the_map_of_a_search_draws_stays_and_lines(central: TestClient) -> None:
    posted(central, WHERE, **SEARCH)
    drawn = central.get(f"{WHERE}.json?why=1").json()
    kinds = [feature["geometry"]["type"] for feature in drawn["features"]]
    assert kinds.count("LineString") == 1
    (stay,) = [f for f in drawn["features"] if f["geometry"]["type"] == "Point"]
    assert stay["properties"]["label"] == "11:30 to 12:40"
    assert central.get(f"{WHERE}.json").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"hours": "49"}, "hours"),
        ({"hours": "0"}, "hours"),
        ({"hours": "soon"}, "hours"),
        ({"from": "then"}, "from"),
        ({"from": "01/01/2199 10:00"}, "from"),
    ],
)
def test_what_cannot_be_searched_is_said_at_its_field(
    central: TestClient, changed, field: str
) -> None:
    answer = posted(central, WHERE, **{**SEARCH, **changed})
    assert answer.status_code == 422
    assert f"#{field}" in [a.get("href") for a in found(parsed(answer), "a")]


def test_who_may_search_whom(scene: TestClient, client_as) -> None:
    team = client_as("lpu.fox", {UserRole.LPU_TEAM}, (FORCE, "L1"))
    assert seen(team, WHERE).status_code == 403
    officers = {"dc.bell": FORCE, "dc.dunn": "gwp"}
    shown = {}
    for name, force in officers.items():
        officer = client_as(name, {UserRole.INVESTIGATOR}, (force, None))
        given = posted(officer, WHERE, **SEARCH).headers["location"]
        shown[name] = "71 fixes" in text(parsed(seen(officer, given)))
    # Of whom the force has a hit, and of nobody else.
    assert shown == {"dc.bell": True, "dc.dunn": False}


def test_outside_an_order_that_allows_it_nothing_is_shown(
    central: TestClient, database: Database
) -> None:
    async def barred() -> None:
        async with connection(database, Role.OWNER) as conn:
            await conn.execute("update tag_order set basis = 'immigration_bail'")

    asyncio.run(barred())
    posted(central, WHERE, **SEARCH)
    words = text(parsed(seen(central, f"{WHERE}?why=1")))
    assert "No fix is shown of this time" in words


def test_a_series_is_a_matrix_with_its_caveats(
    scene: TestClient, client_as, database: Database
) -> None:
    officer = client_as("dc.bell", {UserRole.INVESTIGATOR}, (FORCE, None))
    asked = f"{FIRST}\n{FORCE}/{SECOND}\n"
    document = parsed(seen(officer, "/series", crimes=asked))
    (line,) = [row for row in rows(document) if row[0].startswith("N1")]
    assert line[1] == "0 of 1"
    assert "hit" in line[4]
    words = text(document)
    assert "chosen because of their hits" in words
    assert "hang together" in words
    who, _, detail, _ = audited(database, "weigh series")[0]
    assert (who, detail["nominals"]) == ("dc.bell", ["N1"])


@pytest.mark.parametrize(
    "crimes", [FIRST, f"{FIRST}\n{FIRST}", f"{FIRST}\nNONE", HOSTILE["script"]]
)
def test_what_is_no_series_is_said(scene: TestClient, client_as, crimes: str) -> None:
    officer = client_as("dc.bell", {UserRole.INVESTIGATOR}, (FORCE, None))
    answer = seen(officer, "/series", crimes=crimes)
    assert answer.status_code == 422
    parsed(answer)
    assert_harmless(answer.text)


def test_another_forces_crimes_are_no_series_of_ours(
    scene: TestClient, client_as
) -> None:
    stranger = client_as("dc.dunn", {UserRole.INVESTIGATOR}, ("gwp", None))
    crimes = f"{FORCE}/{FIRST}\n{FORCE}/{SECOND}"
    answer = seen(stranger, "/series", crimes=crimes)
    assert answer.status_code == 422
    assert "N1" not in text(parsed(answer))


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.9, "to be expected"),
        (0.004, "1 in 250"),
        (1e-9, "less than 1 in 1,000,000"),
    ],
)
def test_chance_is_told_as_people_say_it(p: float, said: str) -> None:
    assert chance(p) == said


def test_the_method_is_a_page(client: TestClient) -> None:
    document = parsed(seen(client, "/method"))
    assert heading(document) == "The method"
    assert "non-central chi-square" in text(document)
    assert found(document, "table")
    assert not found(document, "img")
    labels = [e.get("aria-label") for e in found(document, "div") if e.get("role")]
    assert "Formula 1" in labels
    assert len(labels) == len(set(labels))


def test_the_method_shows_markup_as_text() -> None:
    made = method.html("# A <script>\n\n| a | b |\n|:--|--:|\n| 1 | <b> |\n")
    assert "<script>" not in made
    assert "<b>" not in made
    assert "style=" not in made
