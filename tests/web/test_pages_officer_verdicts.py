"""Was the tag there: of one person with reasons, of everyone as counts."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from api.pages import typed
from api.pages.forms import Form, Wrong
from fixtures.streets import SOUTH_M, WEST_M
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.hostile import HOSTILE, assert_harmless
from tests.web.officers import audited, posted, seen, staged
from tests.web.pages import found, heading, parsed, rows, text
from tests.web.staging import FIRST, FORCE

OFFICER = {UserRole.INVESTIGATOR}
PLACE = {
    "place": f"{WEST_M + 1_000}, {SOUTH_M + 700}",
    "from": "28/03/2026 12:00",
    "to": "2026-03-28 12:30",
}


@pytest.fixture
def scene(client: TestClient, database: Database, bng: WorkingCrs, tmp_path):
    """Two wearers, of whom T1 was at the first crime."""
    staged(client, database, bng, tmp_path)
    return client


@pytest.fixture
def officer(scene: TestClient, client_as) -> TestClient:
    return client_as("dc.bell", OFFICER, (FORCE, None))


def ask(client: TestClient, **fields: object) -> str:
    answer = posted(client, "/verdicts", **fields)
    assert answer.status_code == 303, text(parsed(answer))
    return answer.headers["location"]


def test_one_person_at_a_crime_with_reasons(
    officer: TestClient, database: Database
) -> None:
    path = ask(officer, crime=FIRST, nominal="N1")
    document = parsed(seen(officer, path))
    assert "Was the tag of N1 there?" in heading(document)
    words = text(document)
    for said in ("hit tag T1", "Window covered", "HANTS-GPS-4", "policy"):
        assert said in words, said
    assert any(row[1:2] == ["A1"] for row in rows(document))
    drawn = officer.get(f"{path}/map.json").json()
    assert [p["nominal_id"] for p in drawn["people"]] == ["N1"]
    run = f"run {path.rpartition('/')[2]}"
    detail = {"crime": f"{FORCE}/{FIRST}", "nominals": ["N1"]}
    assert audited(database, "ask verdict") == [("dc.bell", run, detail, "")]
    assert audited(database, "read verdict")[0][:3] == ("dc.bell", run, detail)


def test_one_without_a_trail_says_what_is_not_covered(officer: TestClient) -> None:
    document = parsed(seen(officer, ask(officer, crime=FIRST, nominal="N2")))
    words = text(document)
    assert "no data" in words
    assert "What the trail does not cover" in words


def test_everyone_comes_as_counts_and_names_take_a_reason(
    officer: TestClient, database: Database, client_as
) -> None:
    path = ask(officer, crime=f"dem/{FIRST}")
    page = seen(officer, path)
    counts = {row[0]: row[1] for row in rows(parsed(page))}
    assert (counts["hit"], counts["no data"], counts["All"]) == ("1", "1", "2")
    assert "N1" not in text(parsed(page))
    refused = posted(officer, f"{path}/names", reason=" ")
    assert refused.status_code == 422
    assert "N1" not in text(parsed(refused))
    given = posted(officer, f"{path}/names", reason="robbery series")
    named = parsed(seen(officer, given.headers["location"]))
    assert [row[0] for row in rows(named) if "T1" in row[0]] == ["N1 T1"]
    assert "T2" not in text(named)
    others = seen(officer, f"{given.headers['location']}&verdict=no_data")
    assert "N2 T2" in text(parsed(others))
    assert audited(database, "ask names")[0][3] == "robbery series"
    read = audited(database, "read verdict")
    assert [detail["nominals"] for _, _, detail, _ in read][-2:] == [["N1"], ["N2"]]
    colleague = client_as("dc.carr", OFFICER, (FORCE, None))
    assert seen(colleague, given.headers["location"]).status_code == 404


def test_another_forces_crime_is_not_there(scene: TestClient, client_as) -> None:
    stranger = client_as("dc.dunn", OFFICER, ("gwp", None))
    for crime in (FIRST, f"{FORCE}/{FIRST}"):
        answer = posted(stranger, "/verdicts", crime=crime, nominal="N1")
        assert answer.status_code == 422
        assert "hit" not in rows(parsed(answer))
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    path = ask(officer, crime=FIRST, nominal="N1")
    assert seen(stranger, path).status_code == 404
    assert stranger.get(f"{path}/map.json").status_code == 404


def test_a_place_shows_no_fixes(officer: TestClient) -> None:
    path = ask(officer, **PLACE, nominal="N1")
    document = parsed(seen(officer, path))
    assert "Fixes are shown near a crime alone" in text(document)
    assert officer.get(f"{path}/map.json").status_code == 404


def test_who_was_here_takes_a_reason_and_tells_names(
    officer: TestClient, database: Database
) -> None:
    refused = posted(officer, "/here", **PLACE, reason="")
    assert refused.status_code == 422
    assert "28/03/2026 12:00" in refused.text
    given = posted(officer, "/here", **PLACE, reason="witness appeal")
    document = parsed(seen(officer, given.headers["location"]))
    assert [row[0] for row in rows(document) if row[1:2] == ["hit"]] == ["N1 T1"]
    assert audited(database, "ask names")[0][3] == "witness appeal"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": ""}, "place"),
        ({"place": "nowhere"}, "place"),
        ({"place": "SW1A 1AA"}, "place"),
        ({"place": "40.0, 120.0"}, "place"),
        ({"from": "yesterday"}, "from"),
        ({"from": "31/02/2026 10:00"}, "from"),
        ({"to": "28/03/2026 11:00"}, "to"),
        ({"radius": "wide"}, "radius"),
        ({"to": "28/04/2026 11:00"}, "form"),
        ({"radius": "1e9"}, "form"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    officer: TestClient, changed, field: str
) -> None:
    answer = posted(officer, "/here", **{**PLACE, "reason": "why", **changed})
    assert answer.status_code == 422
    links = [a.get("href") for a in found(parsed(answer), "a")]
    assert f"#{field}" in links


def test_a_place_is_chosen_on_the_map(officer: TestClient) -> None:
    clicked = {**PLACE, "place": "", "easting": WEST_M + 1_000}
    refused = posted(officer, "/here", **clicked, northing="", reason="why")
    assert "Give the northing" in text(parsed(refused))
    given = posted(officer, "/here", **clicked, northing=SOUTH_M + 700, reason="why")
    assert "N1 T1" in text(parsed(seen(officer, given.headers["location"])))
    path = ask(officer, crime="", nominal="N1", **clicked, northing=SOUTH_M + 700)
    assert "hit" in text(parsed(seen(officer, path)))


def test_a_crime_and_a_place_are_not_asked_at_once(officer: TestClient) -> None:
    answer = posted(officer, "/verdicts", crime=FIRST, **PLACE)
    assert "not of both" in text(parsed(answer))
    nothing = posted(officer, "/verdicts", crime="")
    assert nothing.status_code == 422
    unknown = posted(officer, "/verdicts", crime=FIRST, nominal="N9")
    assert "how the id is spelt" in text(parsed(unknown))


@pytest.mark.parametrize("name", ["script", "attribute", "long", "override"])
def test_what_is_typed_stays_text(officer: TestClient, name: str) -> None:
    hostile = HOSTILE[name]
    answer = posted(officer, "/verdicts", crime=hostile, nominal=hostile)
    parsed(answer)
    assert_harmless(answer.text)
    answer = posted(officer, "/here", place=hostile, reason=hostile)
    parsed(answer)
    assert_harmless(answer.text)
    assert_harmless(seen(officer, "/verdicts", crime=hostile, nominal=hostile).text)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("28/03/2026 14:05", datetime(2026, 3, 28, 14, 5, tzinfo=UTC)),
        ("29/03/2026 14:05", datetime(2026, 3, 29, 13, 5, tzinfo=UTC)),
        ("2026-07-01T00:30:10", datetime(2026, 6, 30, 23, 30, 10, tzinfo=UTC)),
        ("25/10/2026 01:30 +01:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("25/10/2026 01:30 +00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-07-01 12:00Z", datetime(2026, 7, 1, 12, tzinfo=UTC)),
    ],
)
def test_times_are_londons(written: str, at: datetime) -> None:
    assert typed.moment(Form({"from": [written]}), "from") == at


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("29/03/2026 01:30", "did not come"),
        ("25/10/2026 01:30", "came twice"),
        ("28/03/2026", "no day and time"),
        ("28/13/2026 10:00", "no such day"),
        ("28/03/2026 24:10", "no such day"),
        ("28/03/1066 10:00", "no such day"),
        ("", "Give a day"),
    ],
)
def test_a_time_that_is_not_one_is_told(written: str, told: str) -> None:
    with pytest.raises(Wrong, match=told):
        typed.moment(Form({"from": [written]}), "from")
