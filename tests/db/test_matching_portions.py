"""Many crimes are matched in portions; what comes out does not tell."""

import pytest

from api.matches import matching
from api.matches.matching import Why, match, remade
from loaders.policy import shipped
from sql import hits
from sql.db import Connection
from tests.bench import scene, stage

WHY = Why("batch", "a test")
SIZE = scene.Size(wearers=30, days=1, crimes=40)


@pytest.fixture
async def versions(owner: Connection, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Forty crimes, most of them where somebody was."""
    fixes = scene.fixes(SIZE)
    made = scene.targets(SIZE)
    at = range(0, len(fixes), len(fixes) // SIZE.crimes)[: SIZE.crimes]
    made.x_m[:], made.y_m[:] = fixes.x_m[list(at)], fixes.y_m[list(at)]
    length_us = made.to_us - made.from_us
    made.from_us[:] = fixes.t_us[list(at)]
    made.to_us[:] = made.from_us + length_us
    monkeypatch.setattr(scene, "targets", lambda size: made)
    return list((await stage.build(owner, SIZE)).versions)


async def found(conn: Connection, versions: list[int]) -> list[tuple[object, ...]]:
    """Every hit of a new run, with its evidence; portions go by place, these do not."""
    done = await match(conn, versions, shipped(), WHY)
    rows = await conn.fetch(
        "select crime_version, device_id, verdict, clock_test, because, id"
        " from hit where run = $1 order by crime_version, device_id",
        done.run,
    )
    return [(*row[:-1], await evidence_of(conn, row["id"])) for row in rows]


async def evidence_of(conn: Connection, hit: int) -> bytes:
    kept = await hits.one(conn, hit)
    assert kept is not None
    return bytes(kept["evidence"])


async def test_portions_make_no_difference(
    owner: Connection, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = await found(owner, versions)
    assert len(at_once) >= 40
    monkeypatch.setattr(matching, "_PORTION", 7)
    assert await found(owner, versions) == at_once


async def test_a_failure_in_one_portion_stores_nothing(
    owner: Connection, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(matching, "_PORTION", 7)
    monkeypatch.setattr(matching, "judge", fails)
    with pytest.raises(ZeroDivisionError):
        await match(owner, versions, shipped(), WHY)
    assert await owner.fetchval("select count(*) from hit") == 0
    assert await owner.fetchval("select count(*) from run") == 0


async def test_evidence_laid_aside_is_the_same(
    owner: Connection, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = await found(owner, versions)
    monkeypatch.setattr(hits, "_FEW", 0)
    assert await found(owner, versions) == carried
    monkeypatch.setattr(matching, "_PORTION", 7)
    assert await found(owner, versions) == carried
    monkeypatch.setattr(hits, "_PIECE_BYTES", 97)
    assert await found(owner, versions) == carried
    last = "where run = (select max(id) from run)"
    assert await owner.fetchval(f"select bool_and(evidence is null) from hit {last}")
    assert await owner.fetchval(f"select count(*) from hit_evidence {last}") > 100
    for row in await owner.fetch(f"select id from hit {last} and verdict = 'hit'"):
        stored, again = await remade(owner, row["id"])
        assert again == stored


async def test_pieces_of_evidence_lie_in_their_pages(
    owner: Connection, versions: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of line each piece would be cut again, and take twice as long."""
    monkeypatch.setattr(hits, "_FEW", 0)
    await match(owner, versions, shipped(), WHY)
    size = "select pg_relation_size('hit_evidence'), max(octet_length(data)), count(*)"
    taken, longest, pieces = await owner.fetchrow(f"{size} from hit_evidence")
    assert (longest, taken) == (hits._PIECE_BYTES, 8192 * pieces)
