"""Fixes, evidence and scores: through functions that look who asks."""

from datetime import timedelta

import asyncpg
import pytest

from sql import entries, hits, scores, trail_looks
from sql.db import Connection
from tests.db.asking import CASES, HITS, WHO, WORKS_ON_HITS, ask_as, each
from tests.db.deliveries import TEN
from tests.db.owned import DAY
from tests.db.scoped import OWN_E, OWN_W, OWN_X, Scene


async def test_a_score_may_be_reckoned_from_all_its_entries(
    scene: Scene, asker: Connection
) -> None:
    await ask_as(asker, "team W")
    async with entries.reckoning(asker):
        (one,) = await entries.versions(asker, OWN_W)
        assert await entries.versions(asker, OWN_X) == []
    assert one.entry.entry_id == "N-W-entry"
    assert await entries.versions(asker, OWN_W) == []


async def test_lists_of_scores_are_cut_to_who_is_seen(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        of = CASES.get(who, set())
        lists = await scores.lists(asker, DAY.replace(day=1))
        given = {
            n: int(g) for x in lists for n, g in zip(x.nominals, x.given, strict=True)
        }
        numbers = await scene.owner.fetch("select nominal_id, id from score_nominal")
        assert given == {n: n * 100 for name, n in numbers if name in of}
        days = (DAY.replace(day=1), DAY)
        for name, number in numbers:
            told = await scores.of_nominal(asker, number, days)
            assert [one.given for one in told] == ([number * 100] if name in of else [])


async def test_what_a_hit_rests_on_is_shown_to_who_works_on_it(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        there = await scene.owner.fetch("select id, nominal_id, evidence from hit")
        for number, nominal, evidence in there:
            found = await hits.one(asker, number)
            assert (found is not None) == (nominal in HITS.get(who, set()))
            shown = found is not None and who in WORKS_ON_HITS
            assert (found and found["evidence"]) == (evidence if shown else None)


async def test_a_trail_round_a_hit_is_shown_to_who_works_on_it_and_noted(
    scene: Scene, asker: Connection
) -> None:
    async for who in each(asker):
        hour = timedelta(hours=1)
        shown = HITS.get(who, set()) if who in WORKS_ON_HITS else set()
        before = await scene.owner.fetchval("select max(id) from audit")
        for number, nominal in await scene.owner.fetch(
            "select id, nominal_id from hit"
        ):
            found = await trail_looks.round_hit(asker, number, hour, hour, "")
            assert [len(one.trails.fixes) for one in found] == [10] * (nominal in shown)
        await asker.execute("select set_config('geocorr.roles', 'auditor', true)")
        notes = await asker.fetch(
            "select actor, subject from audit where id > $1", before
        )
        noted = sorted(note["subject"] for note in notes)
        assert noted == sorted(f"nominal {nominal}" for nominal in shown)
        assert {note["actor"] for note in notes} <= {who}


async def test_a_longer_look_needs_a_reason(scene: Scene, asker: Connection) -> None:
    await ask_as(asker, "central")
    number = await scene.owner.fetchval("select min(id) from hit")
    margin, freely = timedelta(hours=2), timedelta(hours=1)
    (found,) = await trail_looks.round_hit(asker, number, margin, freely, "an alibi")
    assert found.to_at - found.from_at == timedelta(hours=5)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="reason"):
        await trail_looks.round_hit(asker, number, margin, freely, "")


async def test_a_search_for_locations(scene: Scene, asker: Connection) -> None:
    async for who in each(asker):
        roles = WHO[who][0]
        allowed = CASES.get(who, set()) if "intelligence" in roles else set()
        if {"central_team", "investigator"} & set(roles):
            allowed = allowed | HITS.get(who, set())
        longest = timedelta(hours=48)
        for nominal in (OWN_W, OWN_E, OWN_X):
            asked = (asker, nominal, (TEN, TEN + longest), longest, "he is missing")
            found = await trail_looks.of_nominal(*asked)
            assert [len(one.trails.fixes) for one in found] == [10] * (
                nominal in allowed
            )


async def test_a_search_is_neither_endless_nor_without_a_reason(
    scene: Scene, asker: Connection
) -> None:
    await ask_as(asker, "everything")
    longest, two = timedelta(hours=48), timedelta(days=2)
    for time, reason in (
        ((TEN, TEN + two), ""),
        ((TEN, TEN + two + timedelta(seconds=1)), "r"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with asker.transaction():
                await trail_looks.of_nominal(asker, OWN_W, time, longest, reason)


@pytest.mark.parametrize(
    "table, column",
    [
        ("hit", "evidence"),
        ("breach_finding", "evidence"),
        ("verdict_list", "evidence"),
        ("verdict_evidence", "bytes"),
        ("hit_evidence", "data"),
        ("score_list", "nominals"),
        ("trail", "path"),
        ("fix", "place"),
        ("device", "id"),
        ("original_file", "compressed"),
        ("pgqueuer", "payload"),
        ("account", "password_hash"),
    ],
)
async def test_fixes_files_and_secrets_are_not_read_at_all(
    scene: Scene, asker: Connection, table: str, column: str
) -> None:
    await ask_as(asker, "everything")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await asker.fetch(f"select {column} from {table}")
