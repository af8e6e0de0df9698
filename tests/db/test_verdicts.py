"""Verdicts on the database: of one, of all, of any place; kept, and made again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from api.intake import loading
from api.verdicts import verdict_reading, verdicts
from api.verdicts.verdict_document import document
from api.verdicts.verdicts import Place
from geocorr.errors import NotFound, UsageError
from geocorr.model import Basis, TagOrder
from geocorr.presence import everyone, presences
from sql import orders, trail_reach, trails, verdict_evidence
from sql.db import Role, connection
from sql.trail_stretches import stretches
from tests.db.deliveries import EAST, NORTH, House, at, crime, order, stay, written

CRIME = ("Kent", "A")


def far(device: str, x: float, minutes: range, step: int = 1) -> list[str]:
    """Fixes `x` metres east, so many minutes from ten."""
    return [
        f"{device},{written(m)},{EAST + x},{NORTH},8"
        for m in minutes[::step]
    ]  # fmt: skip


@pytest.fixture
async def monitored(house: House) -> House:
    """A crime from ten to eleven, and seven wearers of whom five can be asked."""
    await house.orders(
        order("O1", "T1"),
        order("O2", "T2"),
        order("O3", "T3"),
        order("O4", "T4"),
        order("O5", "T5", basis="court_bail"),
        order("O6", "T6", first="2026-03-11"),
        order("O7", "T7"),
    )
    await house.trails(
        *stay("T1", minute=20, minutes=30),
        *far("T2", -9_000, range(-130, 200)),
        # Two fixes days apart, five hundred kilometres away.
        *far("T3", -330_000, range(-2_710, -2_700)),
        *far("T3", -330_000, range(2_700, 2_710)),
        *far("T4", -30_000, range(-400, -200)),
        *stay("T5", minute=20, minutes=30),
        *stay("T6", minute=20, minutes=30),
    )
    await house.crimes(crime("A"))
    return house


def words(answered: verdicts.Answered) -> dict[str, str]:
    return {line.nominal_id: line.verdict for line in answered.lines}


async def of_all(house: House) -> verdicts.Answered:
    return await verdicts.of_crime(house.conn, CRIME, None, house.policy)


async def test_everyone_in_an_order_that_allows_it_is_asked(monitored: House) -> None:
    """LEICS-16, HANTS-GPS-4."""
    answered = await of_all(monitored)
    assert [*words(answered).items()] == [
        ("N-O1", "hit"),
        ("N-O3", "possible"),
        ("N-O4", "no_data"),
        ("N-O7", "no_data"),
        ("N-O2", "ruled_out"),
    ]
    lines = {line.nominal_id: line for line in answered.lines}
    assert json.loads(lines["N-O7"].uncovered)[0]["why"] == "before the first fix"
    assert (lines["N-O7"].fixes, lines["N-O7"].first_us) == (0, None)
    # Found by reading on, two and a bit days either way.
    assert lines["N-O3"].fixes == 4
    assert lines["N-O3"].required_speed_kmh is not None
    assert json.loads(lines["N-O3"].uncovered)[0]["why"] == "gap"
    assert lines["N-O2"].required_speed_kmh > 35 * 3.6
    assert lines["N-O2"].margin_m > 0
    assert "HANTS-GPS-4" in lines["N-O2"].rules


async def test_the_verdict_is_that_of_the_whole_trail(monitored: House) -> None:
    """Read in pieces, decided as if all had been in memory."""
    answered = await of_all(monitored)
    names = tuple(sorted({line.device_id for line in answered.lines}))
    low, high = (at(m).timestamp() * 1e6 for m in (-9_000, 9_000))
    async with monitored.conn.transaction():
        asked = stretches(
            names,
            np.arange(len(names), dtype=np.int32),
            np.full(len(names), int(low)),
            np.full(len(names), int(high)),
        )
        whole = await trails.slices(monitored.conn, asked)
    who = await verdicts.worn_then(
        monitored.conn, answered.spot, None, monitored.policy
    )
    target = verdicts.target_of(answered.spot)
    found = presences(
        whole, who.worn, target, everyone(target, who.worn), monitored.policy
    )
    by_nominal = {who.worn.nominal_id[p.wearer]: p for p in found}
    for line in answered.lines:
        one = by_nominal[line.nominal_id]
        assert line.verdict == one.verdict
        assert line.required_speed_kmh == one.required_speed_kmh
        assert line.margin_m == one.margin_m
        assert line.coverage == one.coverage
        assert line.fixes == one.fixes
        assert line.because == one.because


async def test_ids_may_hold_whatever_text_can(monitored: House) -> None:
    """What stands between words on the way to the database is none of theirs."""
    odd = ("A\x1fB", "\x1f", 'C\x01\x02,;{}"\\', "\ue000 D")
    first = datetime(2026, 3, 1, tzinfo=UTC)
    await orders.keep(
        monitored.conn,
        [
            TagOrder(f"O-{name}", f"D-{name}", f"N-{name}", Basis.LICENCE, first)
            for name in odd
        ],
    )
    answered = await of_all(monitored)
    assert {f"N-{name}" for name in odd} <= {x.nominal_id for x in answered.lines}
    kept = await verdicts.kept(monitored.conn, answered.run)
    assert kept.lines == answered.lines


async def test_portions_make_no_difference(
    monitored: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However few are read and judged at once, near the window and far from it."""
    whole = await of_all(monitored)
    monkeypatch.setattr(verdict_reading, "_PORTION", 2)
    monkeypatch.setattr(verdict_reading, "_PORTION_AFAR", 1)
    assert (await of_all(monitored)).lines == whole.lines
    monkeypatch.setattr(verdict_reading, "_FEW", 0)
    assert (await of_all(monitored)).lines == whole.lines


@pytest.fixture(params=[31, 57, 83])
async def driven(house: House, request: pytest.FixtureRequest) -> House:
    """Tags in Kent's evening: fast or slow before and after, with and without gaps.

    Some begin only within the window.
    """
    rng = np.random.default_rng(request.param)
    names = [f"T{i:02d}" for i in range(40)]
    await house.orders(*(order(f"O-{name}", name) for name in names))
    rows = []
    for k, name in enumerate(names):
        x, away = rng.uniform(-90_000, 90_000), rng.integers(-70, 60)
        for m in range(-150, 220):
            # Some minutes at up to 160 km/h, beside the window or in it.
            x += rng.uniform(0, 2_700) if away <= m < away + k % 7 else 0.0
            spike = 4_000 if rng.random() < 0.01 else 0.0
            silent = k % 5 == 0 and away - 20 <= m < away
            late = k % 8 == 3 and m < 20
            if not (silent or late):
                rows += far(name, x + spike, range(m, m + 1))
    await house.trails(*rows)
    await house.crimes(crime("A"))
    return house


async def test_what_is_read_first_of_many_changes_no_answer(
    driven: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the speeds kept with the trails; and where these are not known, as before."""
    whole = await of_all(driven)
    kept = await verdicts.remade(driven.conn, whole)
    near, read = trail_reach.near, []

    async def noted(conn, devices, ids, window):
        read.append((window.around_us, len(devices)))
        return await near(conn, devices, ids, window)

    monkeypatch.setattr(trail_reach, "near", noted)
    monkeypatch.setattr(verdict_reading, "_FEW", 0)
    quick = await of_all(driven)
    assert quick.lines == whole.lines == kept
    assert await verdicts.remade(driven.conn, quick) == quick.lines
    packets = [await verdict_evidence.packets(driven.conn, x) for x in (quick, whole)]
    assert packets[0] == packets[1]
    # First all; then those who were fast or not enclosed; then who still is not.
    (close, first), (wider, others), (widest, open_) = read
    assert close < wider == widest
    assert 40 == first > others > open_ > 2
    for unknown in ("fastest_m_s = null", "fastest_m_s = 0, line_gap_s = 299"):
        async with connection(driven.database, Role.OWNER) as owner:
            await owner.execute(f"update trail set {unknown}")
        read.clear()
        assert (await of_all(driven)).lines == whole.lines
        assert read[0][1] == 40 <= sum(n for _, n in read[1:])
    assert {word for word in words(whole).values()} >= {"possible", "ruled_out"}


@pytest.mark.parametrize("inside", [True, False])
async def test_evidence_of_an_older_layout_gives_the_same_answers(
    monitored: House, inside: bool
) -> None:
    """One value with the list, in its order; or in pieces, with arrays of where."""
    answered = await of_all(monitored)
    packets = await verdict_evidence.packets(monitored.conn, answered)
    ends = np.cumsum([len(p) for p in packets]).tolist()
    whole, starts = b"".join(packets), None if inside else [0, *ends[:-1]]
    async with connection(monitored.database, Role.OWNER) as owner:
        await owner.execute(
            "update verdict_list set evidence = $2, evidence_starts = $3,"
            " evidence_ends = $4, proofs = null, tamper_known_of = $5 where run = $1",
            answered.run, whole if inside else None, starts, ends,
            None if inside else [False] * len(packets),
        )  # fmt: skip
        await owner.execute("delete from verdict_evidence")
        if not inside:
            await verdict_evidence.keep(
                owner, answered.run, 0, np.frombuffer(whole, "u1")
            )
    assert await verdicts.remade(monitored.conn, answered) == answered.lines


async def test_evidence_longer_than_a_page_comes_back_whole(driven: House) -> None:
    answered = await of_all(driven)
    assert await driven.count("verdict_evidence") > 5
    assert await verdicts.remade(driven.conn, answered) == answered.lines


async def test_tampering_is_known_of_whose_device_or_force_reports(
    house: House,
) -> None:
    """Not of a force without such a feed, whatever others report."""
    head = "order_id,device_id,nominal_id,basis,from,to,force\n"
    rows = [
        f"O{i},T{i},N{i},licence,2026-03-01,,{force}"
        for i, force in enumerate(["Kent", "Kent", "Surrey", ""])
    ]
    await loading.load_orders(
        house.conn, (head + "\n".join(rows) + "\n").encode(), "o.csv", house.door
    )
    await house.events("T0,2026-03-02T08:00:00Z,power_on")
    for i in range(4):
        await house.trails(*far(f"T{i}", -90_000, range(-130, 200)), name=f"{i}.csv")
    await house.crimes(crime("A"))
    answered = await of_all(house)
    told = {x.nominal_id: "Tamper state not known" in x.because for x in answered.lines}
    assert told == {"N0": False, "N1": False, "N2": True, "N3": True}
    assert not answered.tamper_known
    assert await verdicts.remade(house.conn, answered) == answered.lines
    alone = await verdicts.of_crime(house.conn, CRIME, "N1", house.policy)
    assert alone.tamper_known


async def test_a_stored_run_is_made_again_to_the_byte(monitored: House) -> None:
    answered = await of_all(monitored)
    before = json.dumps(document(answered))
    # Late fixes re-cut what was read, and an order ends: the run stays what it was.
    await monitored.trails(*far("T2", 0, range(10, 50, 7)), name="late.csv")
    await monitored.orders(order("O1", "T1", last="2026-03-09"))
    again = await verdicts.remade(monitored.conn, answered)
    assert json.dumps(document(replace(answered, lines=again))) == before
    stored = await verdicts.kept(monitored.conn, answered.run)
    assert json.dumps(document(stored)) == before
    assert words(await of_all(monitored)) != words(answered)


async def test_every_run_is_made_again_by_the_policy_of_its_day(
    monitored: House,
) -> None:
    first = await of_all(monitored)
    alibi = replace(monitored.policy.alibi, top_speed_m_s=400.0)
    monitored.policy = replace(monitored.policy, alibi=alibi)
    second = await of_all(monitored)
    assert words(second)["N-O2"] == "possible"
    for answered in (first, second):
        assert await verdicts.remade(monitored.conn, answered) == answered.lines
    with pytest.raises(NotFound, match="answered no question"):
        await verdicts.kept(monitored.conn, 999)


async def test_one_nominal_alone_is_answered_as_among_all(monitored: House) -> None:
    everyone_ = {x.nominal_id: x for x in (await of_all(monitored)).lines}
    for nominal in ("N-O1", "N-O2", "N-O3", "N-O4", "N-O7"):
        alone = await verdicts.of_crime(
            monitored.conn, CRIME, nominal, monitored.policy
        )
        assert alone.lines == (everyone_[nominal],)
        assert alone.nominal_id == nominal


async def test_who_may_not_be_asked_of_is_not(monitored: House) -> None:
    """LEICS-16: bail allows no look at crimes; before an order there is no wearer."""
    for nominal in ("N-O5", "N-O6"):
        answered = await verdicts.of_crime(
            monitored.conn, CRIME, nominal, monitored.policy
        )
        (line,) = answered.lines
        assert (line.verdict, line.nominal_id, line.fixes) == ("no_data", nominal, 0)
        assert line.because.startswith(
            f"No tag order of {nominal} that allows matching was in force between "
        )
        assert json.loads(line.uncovered)[0]["why"] == "no order"
        assert await verdicts.remade(monitored.conn, answered) == answered.lines
        assert await verdicts.kept(monitored.conn, answered.run) == answered
    with pytest.raises(NotFound, match="No order names the nominal N-X"):
        await verdicts.of_crime(monitored.conn, CRIME, "N-X", monitored.policy)
    with pytest.raises(NotFound, match="no crime Kent/Z"):
        await verdicts.of_crime(monitored.conn, ("Kent", "Z"), None, monitored.policy)


def place(**changes: object) -> Place:
    of = {"x_m": EAST, "y_m": NORTH, "from_at": at(0), "to_at": at(60)}
    return Place(**{**of, **changes})  # type: ignore[arg-type]


async def asked(house: House, where: Place) -> verdicts.Answered:
    return await verdicts.of_place(house.conn, where, None, house.crs, house.policy)


async def test_a_place_needs_no_crime_and_may_last_a_week(monitored: House) -> None:
    same = await asked(monitored, place())
    assert same.lines == (await of_all(monitored)).lines
    assert (same.crime, same.spot.crime_version) == (None, None)
    week = place(from_at=at(-5_000), to_at=at(-5_000) + timedelta(days=7))
    found = words(await asked(monitored, week))
    # The order that begins on the second day counts, but not for the hit before it.
    assert found["N-O1"] == "hit"
    assert "N-O6" in found
    assert await verdicts.remade(monitored.conn, await asked(monitored, week))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to_at": at(-1)}, "ends before it begins"),
        ({"to_at": at(0) + timedelta(days=7, seconds=1)}, "7 days at most"),
        ({"from_at": at(99_999), "to_at": at(99_999)}, "trail data until 2026-03-12"),
        ({"radius_m": 0.0}, "radius is more than 0"),
        ({"radius_m": float("nan")}, "radius is more than 0"),
        ({"x_m": 5e6}, "outside EPSG:27700"),
        ({"y_m": float("nan")}, "outside EPSG:27700"),
    ],
)
async def test_a_place_that_cannot_be_asked_about_is_refused(
    monitored: House, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        await asked(monitored, place(**changes))


async def test_without_any_trail_there_is_nothing_to_ask(house: House) -> None:
    with pytest.raises(UsageError, match="no trail yet"):
        await asked(house, place())


async def test_a_trail_of_cell_towers_alone_rules_nobody_out(house: House) -> None:
    """A wearer without a single trusted fix."""
    await house.orders(order("O1", "T1"))
    lines = [
        x.removesuffix(",8") + ",1500" for x in far("T1", -90_000, range(-60, 200))
    ]
    await house.trails(*lines)
    await house.crimes(crime("A"))
    (line,) = (await of_all(house)).lines
    assert line.verdict == "no_data"
    why = json.loads(line.uncovered)[0]["why"]
    assert why == "only fixes that cannot be trusted"


async def test_a_tag_that_drove_faster_than_asked_keeps_its_own_speed(
    house: House,
) -> None:
    """A top speed below the wearer's own: the tag's own holds, and is told."""
    await house.orders(order("O1", "T1"))
    drive = [
        f"T1,{written(-30 + i)},{EAST - 60_000 + 2_400 * i},{NORTH},8"
        for i in range(10)
    ]
    rest = far("T1", -60_000 + 2_400 * 9, range(-20, 120))
    await house.trails(*drive, *rest)
    await house.crimes(crime("A"))
    alibi = replace(house.policy.alibi, top_speed_m_s=5.0)
    house.policy = replace(house.policy, alibi=alibi)
    (line,) = (await of_all(house)).lines
    assert "makes 215 km/h its top speed here" in line.because


async def test_a_person_reads_the_answers_as_a_view(monitored: House) -> None:
    answered = await of_all(monitored)
    rows = await monitored.conn.fetch(
        "select nominal_id, verdict from verdict where run = $1", answered.run
    )
    assert [(r["nominal_id"], r["verdict"]) for r in rows] == [*words(answered).items()]
