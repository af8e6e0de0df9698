"""Runs, and health: what stands, what waits, whose silence is provisional."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from api.matches.matching import SOFTWARE
from api.rest.access import ACCESS
from api.settings import Settings
from geocorr.errors import DatabaseTrouble
from geocorr.geo import WorkingCrs
from loaders.policy import shipped
from sql import jobs, migrate
from sql.db import Connection, Database
from tests.web.staging import FORCE, LAST_FIX, TEN, send, tag, told, work


def test_a_run_says_by_what_it_judged(client: TestClient, database: Database) -> None:
    number = send(client, TEN).json()["id"]
    work(database)
    runs = client.get(f"/v1/runs?batch={number}&kind=batch").json()
    assert runs["total"] == 1
    line = runs["items"][0]
    assert (line["state"], line["counts"]["crimes"]) == ("done", 10)
    run = client.get(f"/v1/runs/{line['id']}").json()
    assert run["policy_hash"] == shipped().hash
    assert run["software_version"] == SOFTWARE
    assert run["policy"]["match"]["radius_m"] == 100
    assert client.get("/v1/runs?batch=99").json() == {
        "total": 0,
        "limit": 50,
        "offset": 0,
        "items": [],
    }
    assert client.get("/v1/runs?kind=batch&offset=7").json()["total"] == 1
    told(client.get("/v1/runs/99"), 404)


def test_health_of_an_empty_service(client: TestClient) -> None:
    health = client.get("/v1/health").json()
    assert (health["status"], health["database"], health["grid"]) == ("ok", "up", True)
    assert (health["pending_migrations"], health["queue"]) == (0, {})
    assert health["last_batch"] is None
    assert health["free_disk_gb"] > 0
    assert health["provisional"]["devices"] == 0


def test_health_says_what_waits_and_what_came_last(client: TestClient) -> None:
    number = send(client, TEN).json()["id"]
    health = client.get("/v1/health").json()
    assert health["queue"] == {"queued": 1}
    assert health["last_batch"]["id"] == number


def test_a_quiet_device_is_provisional(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    tag(database, bng, tmp_path)

    def behind(until: str, more: str = "") -> dict[str, object]:
        query = f"/v1/health?until={until.replace('+', '%2B')}{more}"
        return client.get(query).json()["provisional"]

    at_noon = behind("2026-03-28T12:00:00Z")
    assert (at_noon["devices"], at_noon["total"]) == (2, 1)
    assert at_noon["items"] == [{"device_id": "T2", "trail_until": None, "worn": True}]
    at_seven = behind("2026-03-29T08:00:00+01:00")
    assert at_seven["until"] == "2026-03-29T07:00:00Z"
    assert [i["device_id"] for i in at_seven["items"]] == ["T2", "T1"]
    assert at_seven["items"][1]["trail_until"] == f"{LAST_FIX:%Y-%m-%dT%H:%M:%SZ}"
    page = behind("2026-03-29T07:00:00Z", "&limit=1&offset=1")
    assert (page["total"], [i["device_id"] for i in page["items"]]) == (2, ["T1"])
    assert behind("2026-03-29T07:00:00Z", "&offset=5")["total"] == 2
    # Their orders have ended by now: nobody waits for them.
    assert client.get("/v1/health").json()["provisional"]["devices"] == 0


def test_devices_are_named_to_those_alone_who_may_see_trails(
    client: TestClient, client_as, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    tag(database, bng, tmp_path)
    for n, role in enumerate(UserRole):
        asks = client_as(f"ann{n}", {role}, (FORCE, "L1"))
        query = {"until": "2026-03-28T12:00:00Z"}
        found = asks.get("/v1/health", params=query).json()["provisional"]
        assert (found["devices"], found["total"]) == (2, 1), role
        named = role in ACCESS["GET", "/v1/trails"]
        assert [one["device_id"] for one in found["items"] or ()] == ["T2"] * named
        assert (found["items"] is None) == (not named)


def test_a_stranger_is_told_in_one_word_whether_it_lives(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> tuple[int, str]:
        answer = stranger.get("/healthz")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        return answer.status_code, answer.text

    assert said() == (200, "ok")

    async def older(conn: Connection) -> list[migrate.Migration]:
        return [migrate.Migration(9, "later", "")]

    async def down(conn: Connection) -> list[migrate.Migration]:
        raise DatabaseTrouble("The database lies at 10.0.0.7.")

    for pending in (older, down):
        monkeypatch.setattr(migrate, "pending", pending)
        assert said() == (503, "no")
    assert stranger.get("/v1/health").status_code == 401


@pytest.mark.parametrize("until", ["2026-03-28T12:00:00", "0001-01-01T00:00:00Z", "x"])
def test_until_is_a_time_with_its_offset(client: TestClient, until: str) -> None:
    told(client.get("/v1/health", params={"until": until}), 422)


def test_health_of_a_database_that_is_down(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(conn: Connection) -> dict[str, int]:
        raise DatabaseTrouble("down")

    monkeypatch.setattr(jobs, "waiting", down)
    response = client.get("/v1/health")
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert (response.json()["status"], response.json()["database"]) == (
        "trouble",
        "down",
    )


def test_health_of_a_database_that_is_older(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pending(conn: Connection) -> list[migrate.Migration]:
        return [migrate.Migration(9, "later", "")]

    monkeypatch.setattr(migrate, "pending", pending)
    response = client.get("/v1/health")
    assert (response.status_code, response.json()["pending_migrations"]) == (503, 1)


def test_health_without_the_grid(client: TestClient, settings: Settings) -> None:
    (settings.home / "proj").unlink()
    response = client.get("/v1/health")
    assert (response.status_code, response.json()["grid"]) == (503, False)
