"""Zones sent over HTTP: stored, looked at by the worker, a repeat, or refused."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from fixtures.streets import SOUTH_M, WEST_M
from geocorr.geo import WorkingCrs
from sql.db import Database
from tests.web.staging import tag, told, work

HEAD = "zone_id,nominal_id,kind,easting,northing,radius_m,timetable,from,owner\n"
PLACE = f"{WEST_M + 1_000},{SOUTH_M + 700}"
ZONE = f"Z1,N1,exclusion,{PLACE},100,Sat 12:00-14:00,2026-03-01,Central IOM\n"
CSV = {"content-type": "text/csv"}
REPORT = [
    "file", "outcome", "cause", "read", "accepted", "rejected", "batch_id",
    "police_force", "faults", "warnings", "changed", "repeated", "dry_run",
]  # fmt: skip


def send(client: TestClient, text: str, query: str = ""):
    return client.post(f"/v1/zones{query}", content=text, headers=CSV)


def total(client: TestClient) -> int:
    return client.get("/v1/zones").json()["total"]


def test_a_zone_sent_is_stored_and_looked_at(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    tag(database, bng, tmp_path)
    response = send(client, HEAD + ZONE)
    assert response.status_code == 201
    assert list(response.json()) == REPORT
    assert (response.json()["outcome"], response.json()["changed"]) == ("SUCCESSFUL", 1)
    work(database)
    (breach,) = client.get("/v1/breaches").json()["items"]
    assert (breach["zone_id"], breach["kind"]) == ("Z1", "entry")


def test_the_same_again_is_a_repeat_and_a_change_is_none(client: TestClient) -> None:
    assert send(client, HEAD + ZONE).status_code == 201
    again = send(client, HEAD + ZONE)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    changed = send(client, HEAD + ZONE.replace("14:00", "15:00"))
    assert (changed.status_code, changed.json()["changed"]) == (201, 1)
    (zone,) = client.get("/v1/zones").json()["items"]
    assert (zone["version"], zone["timetable"]) == (2, "Sat 12:00-15:00")


def test_refused_rows_are_told_and_the_rest_is_stored(client: TestClient) -> None:
    response = send(
        client, HEAD + ZONE + ZONE.replace("Z1", "Z2").replace("Sat", "Sam")
    )
    report = response.json()
    assert (response.status_code, report["outcome"]) == (201, "PARTIAL")
    assert [fault["row"] for fault in report["faults"]] == [2]
    assert total(client) == 1


def test_a_file_of_no_use_is_a_report(client: TestClient) -> None:
    response = send(client, "no,zones,here\n")
    assert response.status_code == 201
    assert response.json()["outcome"] in ("FAILED", "ERROR")
    assert total(client) == 0


def test_a_dry_run_stores_nothing(client: TestClient) -> None:
    response = send(client, HEAD + ZONE, "?dry_run=true")
    assert (response.status_code, response.json()["dry_run"]) == (200, True)
    assert response.json()["accepted"] == 1
    assert total(client) == 0


def test_a_form_and_geojson_are_as_good(client: TestClient) -> None:
    files = {"file": ("zones.csv", HEAD + ZONE, "text/csv")}
    form = client.post("/v1/zones", files=files, data={"dry_run": "yes"})
    assert (form.status_code, form.json()["file"]) == (200, "zones.csv")
    drawn = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [-1.5, 53.5]},
        "properties": {
            "zone_id": "Z9", "device_id": "T1", "kind": "curfew", "radius_m": 50,
            "timetable": "Mon-Sun 21:00-06:00", "from": "2026-03-01", "owner": "IOM",
        },
    }  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": [drawn]})
    kind = {"content-type": "application/geo+json"}
    response = client.post("/v1/zones", content=text, headers=kind)
    assert (response.status_code, response.json()["accepted"]) == (201, 1)


def test_a_key_answers_again(client: TestClient) -> None:
    key = {**CSV, "Idempotency-Key": "k"}
    answers = [
        client.post("/v1/zones", content=HEAD + ZONE, headers=key) for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    told(client.post("/v1/zones", content=HEAD, headers=key), 422)


@pytest.mark.parametrize(
    ("kind", "query", "status"),
    [
        ("image/png", "", 415),
        ("text/csv", "?zone=UTC", 422),
        ("text/csv", "?dry_run=so", 422),
    ],
)
def test_what_is_no_upload_is_refused(
    client, kind: str, query: str, status: int
) -> None:
    headers = {"content-type": kind}
    told(client.post(f"/v1/zones{query}", content=HEAD, headers=headers), status)
    assert total(client) == 0
