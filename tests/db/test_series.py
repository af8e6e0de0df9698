"""A series out of the database: the same as on files, and everything asked wrongly."""

from dataclasses import replace

import pytest

from api.matches.match_files import Sources, gather
from api.verdicts.series import of_crimes, of_files
from api.verdicts.series_answer import SeriesAnswer
from geocorr.errors import NotFound, UsageError
from tests import series_scene as scene
from tests.db.deliveries import ORDER_HEAD, TRAIL_HEAD, House, crime, crimes, order

SERIES = [("Kent", name) for name in scene.REFERENCES]


@pytest.fixture
async def told(house: House) -> House:
    """The scene, loaded and matched."""
    await house.orders(*scene.ORDERS)
    await house.trails(*scene.rows())
    await house.crimes(*scene.CRIMES)
    await house.drain()
    return house


async def asked(house: House, series=SERIES) -> SeriesAnswer:
    return await of_crimes(house.conn, series, house.policy)


async def test_the_database_answers_what_files_answer(told: House, tmp_path) -> None:
    (tmp_path / "crimes.csv").write_bytes(crimes(*scene.CRIMES))
    (tmp_path / "trails.csv").write_text("\n".join([TRAIL_HEAD, *scene.rows(), ""]))
    (tmp_path / "orders.csv").write_text("\n".join([ORDER_HEAD, *scene.ORDERS, ""]))
    paths = [tmp_path / f"{n}.csv" for n in ("trails", "crimes", "orders")]
    files = gather(Sources((paths[0],), *paths[1:]), told.crs, told.policy)
    found = await asked(told)
    assert found.model_dump() == of_files(files, [], told.policy).model_dump()
    assert [w.id for w in found.wearers] == ["N-O1", "N-O3", "N-O2"]
    assert [w.counted for w in found.wearers] == [4, 4, 3]
    assert found.wearers[0].p_among_all < 1e-4
    assert [w.excluded for w in found.wearers] == [False, True, True]


async def test_two_of_them_in_any_order(told: House) -> None:
    there, back = await asked(told, SERIES[2:4]), await asked(told, SERIES[3:1:-1])
    assert there == back
    assert [c.crime for c in there.crimes] == ["Kent/S3", "Kent/S4"]


async def test_asking_writes_nothing(told: House) -> None:
    tables = ("hit", "run", "assessment")
    before = [await told.count(table) for table in tables]
    await asked(told)
    assert [await told.count(table) for table in tables] == before


async def test_an_exclusion_reaches_to_the_fixes_that_enclose_the_window(
    told: House,
) -> None:
    """T1 has no fix for days round the fifth crime, but fixes at either end of them."""
    (culprit, *_) = (await asked(told)).wearers
    at = culprit.crimes[4]
    assert (at.verdict, at.hours) == ("possible", 8)
    assert at.required_speed_kmh == pytest.approx(1.2, abs=0.2)


async def test_leics_16_who_may_not_be_weighed_is_told(told: House) -> None:
    basis = {**told.policy.basis, "community_order": ("match",)}
    told.policy = replace(told.policy, basis=basis)
    await told.orders(order("O1", "T1", first="2025-12-01", basis="community_order"))
    await told.drain()
    found = await asked(told)
    assert "N-O1" not in [w.id for w in found.wearers]
    assert any(
        n.startswith("1 more with a hit may not be weighed") for n in found.notes
    )


WRONG = [
    ([], UsageError, "two crimes or more"),
    (SERIES[:1], UsageError, "two crimes or more"),
    ([*SERIES, SERIES[1]], UsageError, "Kent/S2 is named twice"),
    ([*SERIES, ("Kent", "S9")], NotFound, "no crime Kent/S9"),
]


async def test_what_is_no_series_is_refused(house: House) -> None:
    await house.crimes(*scene.CRIMES)
    for series, error, says in WRONG:
        with pytest.raises(error, match=says):
            await asked(house, series)


async def test_a_withdrawn_crime_is_refused_by_name(told: House) -> None:
    await told.crimes(*scene.CRIMES[1:], batch="KNT20260311-R")
    await told.drain()
    with pytest.raises(UsageError, match="Kent/S1 was withdrawn"):
        await asked(told)


async def test_where_nobody_has_a_hit_that_is_said(told: House) -> None:
    empty = [crime(f"E{i}", x=30_000 * i, minute=-2_000 * i) for i in (1, 2)]
    await told.crimes(*empty, batch="KNT20260312")
    await told.drain()
    found = await asked(told, [("Kent", "E1"), ("Kent", "E2")])
    assert found.wearers == []
    assert found.monitored == 12
