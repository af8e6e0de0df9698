"""Idempotency-Key: the same request again is answered again and not done again."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from sql import idempotency, purges
from sql.db import Connection, Database
from sql.idempotency import Kept
from tests.web.staging import MIXED, TEN, send, told

KEY = {"Idempotency-Key": "7c9e"}


def sent(client: TestClient, text: str, query: str = "zone=UTC"):
    return client.post(f"/v1/batches?{query}", content=text, headers=KEY)


def test_the_same_request_gets_the_same_answer(client: TestClient) -> None:
    first = sent(client, MIXED)
    again = sent(client, MIXED)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert client.get("/v1/batches").json()["total"] == 1


@pytest.mark.parametrize("change", ["body", "query", "route"])
def test_another_request_of_the_same_key_is_refused(
    client: TestClient, change: str
) -> None:
    number = sent(client, TEN).json()["id"]
    if change == "body":
        other = sent(client, MIXED)
    elif change == "query":
        other = sent(client, TEN, "zone=Europe/London")
    else:
        other = client.post(f"/v1/batches/{number}/match", headers=KEY)
    assert "key of its own" in told(other, 422)["detail"]
    assert client.get("/v1/batches").json()["total"] == 1


def test_a_refused_request_leaves_its_key_free(client: TestClient) -> None:
    told(client.post("/v1/batches", content=TEN, headers=KEY), 400)
    assert sent(client, TEN).status_code == 201


def test_a_match_is_asked_for_once(client: TestClient) -> None:
    number = send(client, TEN).json()["id"]
    queued = client.get("/v1/health").json()["queue"]["queued"]
    answers = [client.post(f"/v1/batches/{number}/match", headers=KEY) for _ in "ab"]
    assert [a.json() for a in answers] == [{"crimes": 10, "batch": number}] * 2
    assert client.get("/v1/health").json()["queue"]["queued"] == queued + 1


def test_a_dry_run_takes_no_key(client: TestClient) -> None:
    assert sent(client, TEN, "zone=UTC&dry_run=1").status_code == 200
    assert sent(client, TEN).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(client: TestClient, key: str) -> None:
    headers = {"Idempotency-Key": key}
    told(client.post("/v1/batches?zone=UTC", content=TEN, headers=headers), 422)


async def test_old_answers_are_forgotten(db: Connection) -> None:
    """By retention, which takes what is of a time or earlier."""
    await idempotency.keep(db, "k", Kept(b"0" * 32, 201, {"value": "a\0b"}))
    now, moment = datetime.now(UTC), timedelta(minutes=1)
    assert not (await purges.forget_keys(db, now - moment)).any
    kept = await idempotency.find(db, "k")
    assert kept == Kept(b"0" * 32, 201, {"value": "a\0b"})
    assert (await purges.forget_keys(db, now + moment)).counts == {"keys": 1}
    assert await idempotency.find(db, "k") is None


async def test_two_of_one_key_at_once_are_one(
    client: TestClient, database: Database
) -> None:
    both = await asyncio.gather(
        asyncio.to_thread(sent, client, TEN), asyncio.to_thread(sent, client, TEN)
    )
    assert [r.status_code for r in both] == [201, 201]
    assert len({r.json()["id"] for r in both}) == 1
    assert client.get("/v1/batches").json()["total"] == 1
