"""Zipped uploads: the same as unzipped ones, and no bomb goes off."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
import structlog.testing
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.exceptions import HTTPException

from api.unzipping import Unzipper, unzipped
from tests.web.staging import TEN, send, told

MB = 1024 * 1024
ZIPPED = gzip.compress(TEN.encode())
# Two megabytes may be sent: this is a gigabyte of one letter in a megabyte.
BOMB = gzip.compress(b"\0" * MB, 9) * 1024


def by_name(client: TestClient, path: str, data: bytes) -> Response:
    files = {"file": ("some.csv.GZ", data, "application/gzip")}
    return client.post(path, files=files)


def by_kind(client: TestClient, path: str, data: bytes) -> Response:
    return client.post(path, content=data, headers={"content-type": "application/gzip"})


def by_encoding(client: TestClient, path: str, data: bytes) -> Response:
    headers = {"content-type": "text/csv", "content-encoding": "gzip"}
    return client.post(path, content=data, headers=headers)


WAYS = [by_name, by_kind, by_encoding]
BATCHES, ZONES = "/v1/batches?zone=UTC", "/v1/zones"
Way = Callable[[TestClient, str, bytes], Response]


@pytest.mark.parametrize("way", WAYS)
def test_a_zipped_file_is_the_same_file(client: TestClient, way: Way) -> None:
    """The content hash is of the unzipped bytes: sent plain again, it is a repeat."""
    first = way(client, BATCHES, ZIPPED)
    assert first.status_code == 201
    assert (first.json()["outcome"], first.json()["accepted"]) == ("SUCCESSFUL", 10)
    again = send(client, TEN)
    assert again.status_code == 200
    assert again.json()["repeated"] is True
    assert way(client, BATCHES, gzip.compress(TEN.encode(), 1)).status_code == 200


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", [BATCHES, ZONES])
def test_a_bomb_is_refused_unpacked_no_further_than_allowed(
    client: TestClient, way: Way, path: str
) -> None:
    assert len(BOMB) < 2 * MB
    tracemalloc.start()
    try:
        response = way(client, path, BOMB)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "Unzipped, a file may have 2 MB" in told(response, 413)["detail"]
    assert most < 40 * MB
    assert client.get("/v1/batches").json()["total"] == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "data",
    [b"no gzip", ZIPPED[:-9], ZIPPED[:40] + b"\xff" * 20 + ZIPPED[60:], b""],
    ids=["plain", "torn", "damaged", "empty"],
)
@pytest.mark.parametrize("path", [BATCHES, ZONES])
def test_what_is_no_whole_gzip_is_refused(
    client: TestClient, way: Way, data: bytes, path: str
) -> None:
    assert "not a whole gzip" in told(way(client, path, data), 400)["detail"]
    assert client.get("/v1/batches").json()["total"] == 0


def test_a_form_may_be_zipped_as_a_whole(client: TestClient) -> None:
    head = (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\n'
    )
    form = gzip.compress(f"{head}{TEN}\r\n--x--\r\n".encode())
    headers = {
        "content-type": "multipart/form-data; boundary=x",
        "content-encoding": "gzip",
    }
    response = client.post(BATCHES, content=form, headers=headers)
    assert (response.status_code, response.json()["file"]) == (201, "c.csv")


def test_the_log_names_the_route(client: TestClient) -> None:
    with structlog.testing.capture_logs() as logs:
        by_encoding(client, BATCHES, ZIPPED)
    assert [line["route"] for line in logs if "route" in line] == ["/v1/batches"]


def test_another_encoding_is_refused(client: TestClient) -> None:
    headers = {"content-type": "text/csv", "content-encoding": "br"}
    response = client.post(BATCHES, content=TEN, headers=headers)
    assert "gzip" in told(response, 415)["detail"]


def test_a_zipped_question_is_a_question(client: TestClient) -> None:
    """Every route reads what its door unzipped."""
    body = gzip.compress(b'{"crimes": ["A/1"]}')
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    refused = told(client.post("/v1/drop", content=body, headers=headers), 404)
    assert "A/1" in refused["detail"]
    torn = client.post("/v1/drop", content=body[:-4], headers=headers)
    assert "gzip" in told(torn, 400)["detail"]


@pytest.mark.parametrize("step", [1, 3, 1_000])
def test_in_parts_it_is_the_same_as_at_once(step: int) -> None:
    data = b"".join(gzip.compress(bytes([n]) * 1_000) for n in range(5)) + b"\0" * 20
    whole = b"".join(bytes([n]) * 1_000 for n in range(5))
    assert unzipped(data, 1) == whole
    unzipper = Unzipper(len(whole), "too large")
    parts = [unzipper.feed(data[i : i + step]) for i in range(0, len(data), step)]
    unzipper.end()
    assert b"".join(parts) == whole


def test_the_limit_is_exact() -> None:
    assert len(unzipped(gzip.compress(b"a" * MB), 1)) == MB
    with pytest.raises(HTTPException, match="1 MB"):
        unzipped(gzip.compress(b"a" * (MB + 1)), 1)


def test_only_gzip_is_gzip() -> None:
    with pytest.raises(HTTPException, match="gzip"):
        unzipped(zlib.compress(b"zlib's own"), 1)
