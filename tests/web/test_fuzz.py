"""Whatever is sent, the service answers, and never with a 500."""

import random

import pytest
from fastapi.testclient import TestClient

from tests.web.staging import MIXED

TYPES = ("text/csv", "multipart/form-data; boundary=x", "multipart/form-data", "",
         "application/json", "text/csv; charset=utf-16", "\xff")  # fmt: skip
FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="\0"\r\n\r\n'
PIECES = (b"\0", b'"', b"\r", b"\n", b",", b"--x", b"--x--", b"\xff", b"\xe2\x80\xa8",
          b"=cmd", FORM, "\U0001f600".encode(), b"NaN", b"1e999",
          b"\xef\xbb\xbf")  # fmt: skip


def mangled(rng: random.Random) -> bytes:
    """A crime file with bytes of it put in, taken out and changed."""
    data = bytearray(MIXED.encode())
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(data))
        data[at : at + rng.randint(0, 5)] = rng.choice(PIECES)
    return bytes(data)


def noise(rng: random.Random) -> bytes:
    pieces = (rng.choice(PIECES), rng.randbytes(rng.randint(0, 40)))
    return b"".join(rng.choice(pieces) for _ in range(rng.randint(0, 20)))


@pytest.mark.parametrize("seed", range(3))
def test_bytes_of_any_kind_never_end_in_a_500(client: TestClient, seed: int) -> None:
    rng = random.Random(seed)
    seen = set()
    for _ in range(40):
        body = rng.choice([mangled, noise])(rng)
        kind = rng.choice(TYPES).encode("latin-1")
        headers = {b"content-type": kind} if kind else {}
        response = client.post("/v1/batches?zone=UTC", content=body, headers=headers)
        assert response.status_code in {200, 201, 400, 415}, (kind, body)
        seen.add(response.status_code)
    assert {201, 415} <= seen


def test_mangled_files_in_a_form_are_judged_and_kept(client: TestClient) -> None:
    rng = random.Random(7)
    for number in range(30):
        form = {"file": (f"{number}\u202e.csv", mangled(rng), "text/csv")}
        response = client.post("/v1/batches", files=form, data={"zone": "UTC"})
        assert response.status_code in {200, 201}, response.text
        place = response.headers["location"]
        assert client.get(place).status_code == 200
        assert client.get(f"{place}/refused.csv").status_code == 200


def test_a_nul_in_every_cell_is_kept_as_a_fault(client: TestClient) -> None:
    response = client.post(
        "/v1/batches?zone=UTC", content=MIXED.replace("Demoshire", "Demo\0shire")
    )
    assert (response.status_code, response.json()["accepted"]) == (201, 0)
    detail = client.get(response.headers["location"]).json()
    assert len(detail["faults"]) == len(response.json()["faults"])
    assert client.get(response.headers["location"] + "/refused.csv").status_code == 200


def test_words_of_any_kind_never_end_in_a_500(client: TestClient) -> None:
    rng = random.Random(3)
    words = ["%00", "%ff", "%27%3b--", "1e999", "-0", "9" * 30, "%F0%9F%98%80", "..",
             "%2F", "nan", "1970-01-01", "2199-12-31", "a%0Ab"]  # fmt: skip
    names = ["force", "reference", "type", "from", "to", "bbox", "limit", "offset",
             "device", "run", "crime", "batch", "until", "day", "format"]  # fmt: skip
    for _ in range(150):
        path = rng.choice(["batches", "crimes", "hits", "runs", "health",
                           "crimes/" + rng.choice(words) + "/" + rng.choice(words),
                           "hits/" + rng.choice(words)])  # fmt: skip
        query = "&".join(
            f"{rng.choice(names)}={rng.choice(words)}" for _ in range(rng.randint(0, 2))
        )
        response = client.get(f"/v1/{path}?{query}")
        assert response.status_code in {200, 400, 404, 422}, (path, query)
