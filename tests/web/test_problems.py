"""Every error is a problem document, and none tells more than it should."""

import itertools

import pytest
import structlog
from fastapi.testclient import TestClient

from api import problems
from api.app import create_app
from api.settings import Settings
from geocorr import errors
from geocorr.errors import GeocorrError, UsageError
from sql import batches
from sql.db import Connection
from tests.web.staging import TEN, send, told

OURS = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, GeocorrError)
]


def test_an_unknown_page_and_a_wrong_method(client: TestClient) -> None:
    assert "/docs" in told(client.get("/v1/nothing"), 404)["detail"]
    told(client.get("/v1/batches/"), 404)
    response = client.delete("/v1/batches/1")
    told(response, 405)
    assert response.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/v1/batches/x", "path.batch"),
        ("/v1/batches/0", "path.batch"),
        (f"/v1/runs/{2**63}", "path.run"),
        ("/v1/hits/-1", "path.hit"),
        ("/v1/batches?limit=1001", "query.limit"),
        ("/v1/batches?offset=-1", "query.offset"),
        ("/v1/batches?day=2026-02-30", "query.day"),
        ("/v1/batches?day=0001-01-01", "query.day"),
        ("/v1/batches?outcome=GOOD", "query.outcome"),
        ("/v1/batches?force=%00", "query.force"),
        ("/v1/hits?verdict=guilty", "query.verdict"),
        ("/v1/hits?sort=random", "query.sort"),
        ("/v1/hits?format=pdf", "query.format"),
        ("/v1/hits?statte=live", "query.statte"),
        ("/v1/crimes?reference=%00", "query.reference"),
        (f"/v1/crimes?reference={'x' * 201}", "query.reference"),
        ("/v1/crimes?from=yesterday", "query.from"),
        ("/v1/crimes/dem/%00", "path.reference"),
        ("/v1/runs?batch=0", "query.batch"),
    ],
)
def test_a_wrong_parameter_is_named(client: TestClient, path: str, where: str) -> None:
    document = told(client.get(path), 422)
    assert [error["where"] for error in document["errors"]] == [where]
    assert where in document["detail"]


@pytest.mark.parametrize("error", OURS)
def test_every_error_of_ours_has_its_status(error: type[GeocorrError]) -> None:
    expected = {
        "UsageError": 400,
        "CrsError": 400,
        "InputError": 422,
        "PolicyError": 422,
        "NotFound": 404,
        "ConflictError": 409,
        "ServiceError": 503,
        "GridMissing": 503,
        "DatabaseTrouble": 503,
        "DiskFull": 503,
        "MigrationEdited": 503,
    }
    # A new family of errors has to be given its status.
    status = expected.get(error.__name__, 500 if error is GeocorrError else None)
    if status is None:
        parents = (p.__name__ for p in error.__mro__)
        status = next(expected[name] for name in parents if name in expected)
    assert problems.status_of(error("x")) == status


@pytest.mark.parametrize("error", [errors.DiskFull, errors.DatabaseTrouble])
def test_trouble_of_ours_says_when_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, error: type[GeocorrError]
) -> None:
    async def failing(*asked: object) -> object:
        raise error("the disk is full")

    monkeypatch.setattr(batches, "find", failing)
    response = client.get("/v1/batches")
    assert told(response, 503)["detail"] == "the disk is full"
    assert int(response.headers["retry-after"]) > 0


def test_an_unforeseen_error_tells_nothing_of_what_was_sent(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*asked: object) -> object:
        raise ValueError("SECRET place 51.5")

    monkeypatch.setattr(batches, "find", failing)
    with structlog.testing.capture_logs() as logs:
        response = client.get("/v1/batches?force=SECRET")
    assert "SECRET" not in str(told(response, 500))
    assert "SECRET" not in str(logs)
    unforeseen = next(line for line in logs if line["event"] == "unforeseen")
    assert unforeseen["error"] == "ValueError"
    assert any("test_problems.py" in frame for frame in unforeseen["came_through"])


def test_the_log_has_routes_and_no_queries(client: TestClient) -> None:
    with structlog.testing.capture_logs() as logs:
        send(client, TEN, force="SECRET")
        client.get("/v1/crimes/SECRET/51.5?bbox=SECRET")
        client.get("/v1/nothing/SECRET")
    assert "SECRET" not in str(logs)
    assert [(line["route"], line["status"]) for line in logs] == [
        ("/v1/batches", 400),
        ("/v1/crimes/{force}/{reference:path}", 404),
        (None, 404),
    ]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", ""])
def test_another_host_is_turned_away(client: TestClient, host: str) -> None:
    told(client.get("/v1/batches", headers={"host": host}), 421)


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "127.0.0.1"])
def test_this_machine_has_three_names(client: TestClient, host: str) -> None:
    own = {"host": host, "origin": f"http://{host}"}
    assert client.get("/v1/batches", headers=own).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9000"},
        {"origin": "null"},
    ],
)
def test_another_site_may_not_ask(client: TestClient, headers: dict[str, str]) -> None:
    told(client.post("/v1/batches?zone=UTC", content=TEN, headers=headers), 403)
    own = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert client.get("/v1/batches", headers=own).json()["total"] == 0


@pytest.mark.parametrize("zones", [{"Nowhere": "UTC"}, {"Gwent": "Mars"}])
def test_a_feed_of_an_unknown_force_or_zone_does_not_start(
    zones: dict[str, str],
) -> None:
    with pytest.raises(UsageError):
        create_app(Settings(feed_zones=zones))


async def test_no_connection_to_be_had_is_trouble_of_ours(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools = client.app.state.services.pools
    failures = itertools.cycle([FileNotFoundError("socket"), TimeoutError()])

    class Gone:
        async def acquire(self, timeout: float) -> Connection:
            raise next(failures)

    client.app.state.services.pools.update(dict.fromkeys(pools, Gone()))
    told(client.get("/v1/batches"), 503)
    told(client.get("/v1/batches"), 503)
    # Who asks cannot be known: all that is told is that it is down.
    told(client.get("/v1/health"), 503)
