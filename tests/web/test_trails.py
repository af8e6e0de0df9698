"""GET /v1/trails."""

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.officers import audited, sent, staged
from tests.web.staging import FORCE, told

OFFICER = {UserRole.INVESTIGATOR}
HOURS = {"from": "2026-03-28T11:00:00Z", "to": "2026-03-28T13:00:00Z"}


@pytest.fixture
def scene(client: TestClient, database: Database, bng: WorkingCrs, tmp_path):
    """Hit 1 of N1, which its force was sent."""
    staged(client, database, bng, tmp_path)
    sent(client)
    return client


def kinds(document: dict[str, object]) -> list[str]:
    return [feature["properties"]["kind"] for feature in document["features"]]


def test_round_a_hit_fixes_and_observed_lines(
    scene: TestClient, client_as, database: Database
) -> None:
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    document = officer.get("/v1/trails?hit=1").json()
    assert document["type"] == "FeatureCollection"
    assert (kinds(document).count("fix"), kinds(document).count("line")) == (71, 70)
    first = document["features"][0]["properties"]
    assert (first["device_id"], first["nominal_id"]) == ("T1", "N1")
    assert audited(database, "read hit")[-1][:2] == ("dc.bell", "hit 1")


def test_more_takes_a_reason_and_is_noted_with_it(
    scene: TestClient, client_as, database: Database
) -> None:
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    told(officer.get("/v1/trails?hit=1&hours=3"), 400)
    told(officer.get("/v1/trails?hit=1&hours=25&reason=r"), 400)
    more = officer.get("/v1/trails", params={"hit": 1, "hours": 3, "reason": "route"})
    assert kinds(more.json()).count("fix") == 71
    assert audited(database, "read trail")[0][:2] == ("dc.bell", "nominal N1")


def test_another_forces_hit_is_not_there(scene: TestClient, client_as) -> None:
    stranger = client_as("dc.dunn", OFFICER, ("gwp", None))
    told(stranger.get("/v1/trails?hit=1"), 404)
    told(stranger.get("/v1/trails?hit=1&hours=3&reason=r"), 404)


def test_a_nominals_hours_are_of_who_may_search(
    scene: TestClient, client_as, database: Database
) -> None:
    central = client_as("ct.ames", {UserRole.CENTRAL_TEAM})
    asked = {"nominal": "N1", "reason": "warrant", **HOURS}
    document = central.get("/v1/trails", params=asked).json()
    assert kinds(document).count("fix") == 71
    other = central.get("/v1/trails", params={**asked, "device": "T2"}).json()
    assert other["features"] == []
    assert len(audited(database, "search locations")) == 2
    officer = client_as("dc.bell", OFFICER, (FORCE, None))
    assert officer.get("/v1/trails", params=asked).json() == document
    stranger = client_as("dc.dunn", OFFICER, ("gwp", None))
    assert stranger.get("/v1/trails", params=asked).json()["features"] == []
    assert len(audited(database, "search locations")) == 3
    team = client_as("lpu.fox", {UserRole.LPU_TEAM}, (FORCE, "L1"))
    told(team.get("/v1/trails", params=asked), 403)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"reason": " "}, 400),
        ({"from": None}, 400),
        ({"to": "2026-04-28T13:00:00Z"}, 400),
        ({"to": "2026-03-28T10:00:00Z"}, 400),
        ({"nominal": "N9"}, 404),
        ({"hit": 1}, 400),
        ({"nominal": None}, 400),
        ({"from": "then"}, 422),
        ({"speed": 5}, 422),
    ],
)
def test_what_is_wrong_is_a_problem(scene: TestClient, changed, status: int) -> None:
    asked = {"nominal": "N1", "reason": "warrant", **HOURS, **changed}
    given = {name: value for name, value in asked.items() if value is not None}
    told(scene.get("/v1/trails", params=given), status)
