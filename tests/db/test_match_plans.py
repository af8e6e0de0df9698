"""How the database goes about the statements of a match: by place, by device, by day.

A wrong index once made it look for the rows of a crime by time, which was right and
twelve times slower: no other test saw it.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from geocorr.arrays import DAY_US, US_PER_S, Targets
from loaders.policy import shipped
from sql import trail_near, trails
from sql.db import Connection
from sql.trail_store import store
from tests.bench import scene
from tests.db.trail_scenes import KEEPING, RECEIVED

SIZE = scene.Size(wearers=120, days=1, crimes=40)
DAY = "trail_20260309"
POLICY = shipped()


class Explained:
    """A connection that remembers how the database goes about what it is asked."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.plans: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.conn, name)

    async def fetchval(self, query: str, *values: object) -> object:
        await self.explain(query, *values)
        return await self.conn.fetchval(query, *values)

    async def fetchrow(self, query: str, *values: object) -> object:
        await self.explain(query, *values)
        return await self.conn.fetchrow(query, *values)

    async def copy_from_query(self, query: str, *values: object, **how: object) -> str:
        await self.explain(query, *values)
        status: str = await self.conn.copy_from_query(query, *values, **how)
        return status

    async def explain(self, query: str, *values: object) -> None:
        """As planned for these values, and as planned once for all."""
        told = await self.conn.fetchval(f"explain (format json) {query}", *values)
        self.plans.append(told[0]["Plan"])
        written = ", ".join(literal(value) for value in values)
        await self.conn.execute("set local plan_cache_mode = force_generic_plan")
        await self.conn.execute(f"prepare asked as {query}")
        once = f"explain (format json) execute asked ({written})"
        self.plans.append((await self.conn.fetchval(once))[0]["Plan"])
        await self.conn.execute("deallocate asked")
        await self.conn.execute("set local plan_cache_mode = auto")


def literal(value: object) -> str:
    if isinstance(value, list):
        return "'{" + ", ".join(f'"{one}"' for one in value) + "}'"
    return f"'{value}'"


@pytest.fixture
async def filled(owner: Connection) -> Connection:
    """A day of many devices, and a few of its fixes a day earlier and later."""
    fixes = scene.fixes(SIZE)
    few = fixes.take(slice(0, 2_000))
    async with owner.transaction():
        await store(owner, fixes, KEEPING, RECEIVED)
        for days in (-2, 2):
            away = replace(few, t_us=few.t_us + days * DAY_US)
            await store(owner, away, KEEPING, RECEIVED)
    await owner.execute("analyze trail")
    return owner


def crimes() -> Targets:
    """Some in the middle of the day, so that no other is asked about."""
    made = scene.targets(SIZE)
    noon_us = scene.START_US + DAY_US // 2
    return replace(
        made,
        from_us=np.full(len(made), noon_us),
        to_us=np.full(len(made), noon_us + 1_800 * US_PER_S),
    )


def scans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node that reads trails, or an index of theirs."""
    names = (plan.get("Relation Name", ""), plan.get("Index Name", ""))
    if any(name.startswith("trail_2") for name in names):
        yield plan
    for below in plan.get("Plans", []):
        yield from scans(below)


def by(plan: dict[str, Any], column: str) -> bool:
    """Whether trails of that one day are read, and only by the index of `column`."""
    read = list(scans(plan))
    used = [node["Index Name"] for node in read if "Index Name" in node]
    tables = {node["Relation Name"] for node in read if "Relation Name" in node}
    sought = all(
        "Scan" in n["Node Type"] and n["Node Type"] != "Seq Scan" for n in read
    )
    return sought and tables == {DAY} and set(used) == {f"{DAY}_{column}"}


async def near(conn: Connection) -> list[dict[str, Any]]:
    asked = Explained(conn)
    await trail_near.near(asked, crimes(), POLICY)
    return asked.plans


async def test_what_lies_near_is_found_by_place_and_time(filled: Connection) -> None:
    async with filled.transaction():
        plans = await near(filled)
    assert len(plans) == 2
    assert all(by(plan, "bounds_idx") for plan in plans), json.dumps(plans)


@pytest.mark.parametrize("few", [0, 1_000])
async def test_trails_are_read_by_device(
    filled: Connection, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trails.trail_rows, "_FEW", few)
    asked = Explained(filled)
    async with filled.transaction():
        found = await trails.unread(asked, crimes(), POLICY, 3_900.0)
    assert len(found.target) > 0
    assert all(by(plan, "pkey") for plan in asked.plans[2:]), json.dumps(asked.plans)


async def test_a_wrong_index_would_be_noticed(filled: Connection) -> None:
    async with filled.transaction():
        await filled.execute("create index on trail (t_from, fastest_m_s)")
        plans = await near(filled)
    assert not any(by(plan, "bounds_idx") for plan in plans)
