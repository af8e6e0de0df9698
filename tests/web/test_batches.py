"""Batches over HTTP: sent, listed, looked into, corrected, matched again."""

import csv
import io

import pytest
from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from loaders.crime_faults import COLUMNS
from loaders.refused import EXTRA
from sql.db import Database
from tests.web.staging import BATCH_ID, FORCE, MIXED, TEN, send, tag, told, work

REPORT = [
    "file", "outcome", "cause", "read", "accepted", "rejected", "batch_id",
    "police_force", "faults", "warnings", "id", "repeated", "dry_run",
]  # fmt: skip


def stored(client: TestClient) -> int:
    return client.get("/v1/batches").json()["total"]


def test_a_file_is_stored_and_its_report_comes_back(client: TestClient) -> None:
    response = send(client, MIXED)
    assert response.status_code == 201
    report = response.json()
    assert list(report) == REPORT
    assert (report["outcome"], report["read"], report["accepted"]) == ("PARTIAL", 5, 3)
    assert (report["police_force"], report["batch_id"]) == (FORCE, BATCH_ID)
    assert [f["type"] for f in report["faults"]] == [
        "INVALID_CRIME_TYPE",
        "INVALID_NUMBER",
    ]
    assert response.headers["location"] == f"/v1/batches/{report['id']}"
    assert client.get(response.headers["location"]).status_code == 200


def test_a_form_is_as_good_as_a_bare_body(client: TestClient) -> None:
    response = client.post(
        "/v1/batches",
        files={"file": ("crimes.csv", TEN, "text/csv")},
        data={"zone": "UTC", "force": "dem", "dry_run": ""},
    )
    assert response.status_code == 201
    report = response.json()
    assert (report["file"], report["outcome"]) == ("crimes.csv", "SUCCESSFUL")


def test_the_same_file_again_is_a_repeat(client: TestClient) -> None:
    first = send(client, TEN).json()
    again = send(client, TEN)
    assert again.status_code == 200
    assert again.json() == {**first, "repeated": True}
    assert stored(client) == 1


@pytest.mark.parametrize("way", ["query", "form"])
def test_a_dry_run_stores_nothing(client: TestClient, way: str) -> None:
    if way == "query":
        response = send(client, MIXED, dry_run=True)
    else:
        response = client.post(
            "/v1/batches",
            files={"file": MIXED},
            data={"zone": "UTC", "dry_run": "true"},
        )
    assert response.status_code == 200
    report = response.json()
    assert (report["id"], report["dry_run"], report["accepted"]) == (None, True, 3)
    assert stored(client) == 0


@pytest.mark.parametrize(
    ("data", "outcome", "cause"),
    [
        (b"", "ERROR", None),
        (b"\xff\xfe", "FAILED", "NOT_UTF8"),
        (b"no,crimes,here\n", "ERROR", None),
    ],
)
def test_a_file_of_no_use_is_kept_with_its_outcome(
    client: TestClient, data: bytes, outcome: str, cause: str | None
) -> None:
    response = client.post("/v1/batches?zone=UTC", content=data)
    assert response.status_code == 201
    assert (response.json()["outcome"], response.json()["cause"]) == (outcome, cause)
    assert stored(client) == 1


def test_an_upload_without_a_zone_is_told_what_to_do(client: TestClient) -> None:
    for query in ("", "?force=Demoshire"):
        document = told(client.post(f"/v1/batches{query}", content=TEN), 400)
        assert "zone=UTC" in document["detail"]
        assert "GEOCORR_FEED_ZONES" in document["detail"]
    assert stored(client) == 0


def test_a_feed_has_its_zone(client: TestClient) -> None:
    response = client.post("/v1/batches?force=Gwent", content=TEN)
    assert response.status_code == 201
    assert response.json()["faults"][0]["type"] == "INVALID_POLICE_FORCE"
    assert client.get("/v1/batches").json()["items"][0]["zone"] == "Europe/London"


@pytest.mark.parametrize("query", ["zone=UTC&force=Nowhere", "zone=Mars"])
def test_an_unknown_force_or_zone_is_refused(client: TestClient, query: str) -> None:
    told(client.post(f"/v1/batches?{query}", content=TEN), 400)
    assert stored(client) == 0


def test_what_is_no_crime_file_is_refused(client: TestClient) -> None:
    told(client.post("/v1/batches?zone=UTC", json={"crime": 1}), 415)
    told(client.post("/v1/batches?zone=UTC", files={"other": b"x"}), 400)
    told(client.post("/v1/batches", files={"file": TEN}, data={"dry_run": "so"}), 422)
    told(client.post("/v1/batches?zoen=UTC", content=TEN), 422)
    torn = {"content-type": "multipart/form-data; boundary=x"}
    told(client.post("/v1/batches?zone=UTC", content=b"--y", headers=torn), 400)
    bare = {"content-type": "multipart/form-data"}
    told(client.post("/v1/batches?zone=UTC", content=b"--y", headers=bare), 400)
    assert stored(client) == 0


def test_a_body_that_is_too_large_is_refused(client: TestClient) -> None:
    large = b"x" * (3 * 1024 * 1024)
    assert (
        "2 MB"
        in told(client.post("/v1/batches?zone=UTC", content=large), 413)["detail"]
    )
    pieces = (large[:100_000] for _ in range(30))
    told(client.post("/v1/batches?zone=UTC", content=pieces), 413)
    form = client.post("/v1/batches?zone=UTC", files={"file": large})
    told(form, 413)
    assert stored(client) == 0


def test_a_file_just_too_large_is_kept_as_failed(client: TestClient) -> None:
    response = client.post("/v1/batches?zone=UTC", content=b"x" * (2 * 1024 * 1024 + 1))
    assert response.status_code == 201
    assert response.json()["cause"] == "TOO_LARGE"


def test_the_list_has_totals_filters_and_pages(client: TestClient) -> None:
    send(client, MIXED)
    send(client, TEN.replace(BATCH_ID, "DEM20260327"))
    send(client, "no crimes")
    whole = client.get("/v1/batches").json()
    assert (whole["total"], whole["silent_forces"]) == (3, None)
    assert [item["id"] for item in whole["items"]] == [3, 2, 1]
    assert [(o["outcome"], o["batches"], o["read"]) for o in whole["outcomes"]] == [
        ("ERROR", 1, 1),
        ("PARTIAL", 1, 5),
        ("SUCCESSFUL", 1, 10),
    ]
    page = client.get("/v1/batches?limit=1&offset=1").json()
    assert (page["total"], [i["id"] for i in page["items"]]) == (3, [2])
    past = client.get("/v1/batches?offset=9").json()
    assert (past["total"], past["items"]) == (3, [])
    for query, total in (
        ("force=dem", 2),
        ("force=Gwent", 0),
        ("outcome=PARTIAL", 1),
        ("day=2026-03-27", 1),
    ):
        assert client.get(f"/v1/batches?{query}").json()["total"] == total


def test_a_day_names_the_forces_that_were_silent(client: TestClient) -> None:
    send(client, TEN)
    there = client.get("/v1/batches?day=2026-03-28").json()
    assert (there["total"], there["silent_forces"]) == (1, [])
    gone = client.get("/v1/batches?day=2026-03-29").json()
    assert (gone["total"], gone["silent_forces"]) == (0, [FORCE])


def test_one_batch_has_its_faults_and_what_is_provisional(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> None:
    number = send(client, MIXED).json()["id"]
    tag(database, bng, tmp_path)
    work(database)
    detail = client.get(f"/v1/batches/{number}").json()
    assert [f["row"] for f in detail["faults"]] == [2, 4]
    assert detail["refused_rows"] == 2
    assert (detail["batch"]["crimes"], detail["batch"]["hits"]) == (3, {"hit": 1})
    assert detail["batch"]["last_run"] is not None
    # T1's trail goes beyond the last window, T2 never sent a fix.
    assert detail["provisional"] == {
        "until": "2026-03-28T12:34:00Z",
        "devices": 2,
        "devices_behind": 1,
    }
    told(client.get("/v1/batches/99"), 404)


def test_a_failed_batch_has_nothing_provisional(client: TestClient) -> None:
    number = client.post("/v1/batches?zone=UTC", content=b"\xff").json()["id"]
    assert client.get(f"/v1/batches/{number}").json()["provisional"] is None


def test_the_refused_rows_come_back_to_be_corrected(client: TestClient) -> None:
    number = send(client, MIXED).json()["id"]
    response = client.get(f"/v1/batches/{number}/refused.csv")
    assert response.headers["content-type"].startswith("text/csv")
    assert f"batch-{number}-refused.csv" in response.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert list(rows[0]) == [*COLUMNS, *EXTRA]
    assert [row["refused_row"] for row in rows] == ["2", "4"]
    mended = response.text.replace("SHOP", "RB").replace("0x5E888", "379000")
    report = send(client, mended).json()
    assert (report["outcome"], report["accepted"]) == ("SUCCESSFUL", 2)
    told(client.get("/v1/batches/99/refused.csv"), 404)


def test_the_hits_of_a_batch(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> None:
    tag(database, bng, tmp_path)
    number = send(client, TEN).json()["id"]
    work(database)
    found = client.get(f"/v1/batches/{number}/hits").json()
    assert (found["total"], found["items"][0]["device_id"]) == (1, "T1")
    as_csv = client.get(f"/v1/batches/{number}/hits?format=csv")
    assert as_csv.text.count("\n") == 2
    told(client.get("/v1/batches/99/hits"), 404)


def test_a_batch_is_matched_again_as_a_new_run(
    client: TestClient, database: Database
) -> None:
    number = send(client, TEN).json()["id"]
    work(database)
    response = client.post(f"/v1/batches/{number}/match")
    assert response.status_code == 202
    assert response.json() == {"crimes": 10, "batch": number}
    assert client.get("/v1/health").json()["queue"]["queued"] == 1
    work(database)
    assert client.get(f"/v1/runs?batch={number}").json()["total"] == 2
    told(client.post("/v1/batches/99/match"), 404)
