"""A policy tried on stored crimes: the difference is told, and nothing is kept."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import hits
from api.matches.trying import check_comparable, tried
from geocorr.errors import UsageError
from geocorr.policy import overlay
from loaders.policy import named, read, shipped
from sql.db import Database
from tests.db.deliveries import BATCH, EAST, NORTH, House, crime, order, stay, written

KEPT = ("run", "hit", "assessment", "audit", "job")


@pytest.fixture
async def found(house: House) -> House:
    """T1 stays; T2 has a single fix in the window."""
    await house.orders(order("O1", "T1"), order("O2", "T2"))
    once = [f"T2,{written(20)},{EAST},{NORTH},8"]
    await house.trails(*stay("T1", minute=10, minutes=30), *once)
    await house.crimes(crime("A"))
    await house.drain()
    return house


async def _rows(house: House) -> dict[str, int]:
    tables = await house.conn.fetch(
        "select relname from pg_stat_user_tables where schemaname = 'public'"
    )
    names = sorted(row[0] for row in tables)
    return {name: await house.count(name) for name in names if name in KEPT}


async def test_a_tried_policy_finds_what_a_match_would_and_keeps_nothing(
    found: House,
) -> None:
    versions = [r[0] for r in await found.conn.fetch("select id from crime_version")]
    before, live = await _rows(found), await found.live()
    hub = read(named()["national_hub"])
    tried_hits = await tried(found.conn, versions, hub)
    verdicts = {hit.device_id: hit.verdict for hit in tried_hits}
    assert verdicts == {"T1": "hit", "T2": "passed"}
    assert {hit.policy_hash for hit in tried_hits} == {hub.hash}
    assert (await _rows(found), await found.live()) == (before, live)
    assert before["hit"] == 2


async def test_the_command_tells_what_differs(
    found: House, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "database_of", lambda settings: database)
    words = ["match-batch", BATCH, "--compare", "national_hub", "--json"]
    result = await asyncio.to_thread(CliRunner().invoke, app, words)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout.splitlines()[-1])
    assert [side["policy"] for side in told["policies"]] == ["shipped", "national_hub"]
    assert (told["alike"], told["change"]) == (1, 1)
    (changed,) = told["differences"]
    assert (changed["device_id"], changed["first"], changed["second"]) == (
        "T2", "hit", "passed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [("feed", "accuracy_m", 10), ("trust", "max_r95_m", 50), ("line", "max_gap_s", 60)],
)
def test_what_stored_trails_were_judged_by_cannot_be_tried(section, key, value) -> None:
    other = overlay(shipped(), {section: {key: value}})
    with pytest.raises(UsageError, match=rf"judged by \[{section}\].*on files"):
        check_comparable(shipped(), other)
