"""The queue: tried again in trouble, held when hopeless."""

import pytest

from geocorr.errors import DiskFull, InputError
from sql import jobs
from sql.db import Connection, Database


async def test_trouble_of_the_service_is_tried_again(
    db: Connection, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_FIRST_PAUSE", jobs.timedelta(milliseconds=10))
    seen: list[object] = []

    async def third_time_lucky(payload: jobs.Payload) -> None:
        seen.append(payload["n"])
        if len(seen) < 3:
            raise DiskFull("no room")

    await jobs.enqueue(db, "match", {"n": 7})
    await jobs.drain(database, {"match": third_time_lucky})
    assert seen == [7, 7, 7]
    assert await jobs.waiting(db) == {}


async def test_what_fails_for_good_is_held_and_shown(
    db: Connection, database: Database
) -> None:
    async def hopeless(payload: jobs.Payload) -> None:
        raise InputError("never")

    await jobs.enqueue(db, "match", {})
    await jobs.drain(database, {"match": hopeless})
    assert await jobs.waiting(db) == {"failed": 1}
