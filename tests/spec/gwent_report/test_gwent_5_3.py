"""GWENT-5.3. "Develop a performance framework": hits qualified, sent, ruled in, ruled
out, the time to review, and how timely and how whole the forces' batches are."""

from datetime import UTC, datetime, timedelta

import pytest

from api.cohorts import performance
from api.cohorts.performance import Question, TableName
from api.matches import deciding
from api.matches.deciding import By
from geocorr.performance.grid import Cell, Period
from geocorr.performance.review import Word
from loaders import framework
from sql.db import Connection
from tests.db.deliveries import House, crime, order, stay

TEAM, OFFICER = By("Central A", "on the spot"), By("DC B", "seen on CCTV")
HOUR = timedelta(hours=1)


async def told(
    house: House, name: TableName, asked: Question
) -> dict[str, dict[str, Cell]]:
    """The rows of a table by force."""
    made = await performance.made(house.conn, name, asked, framework.shipped())
    assert made.rules == ("GWENT-5.3",)
    return {str(row["force"]): row for row in made.value.dicts()}


@pytest.fixture
async def three_hits(house: House) -> list[int]:
    """Kent's hits at K1, K2 and K3."""
    await house.orders(*(order(f"O{n}", f"T{n}") for n in (1, 2, 3)))
    await house.trails(*(fix for n in (1, 2, 3) for fix in stay(f"T{n}", n * 5_000)))
    await house.crimes(*(crime(f"K{n}", n * 5_000) for n in (1, 2, 3)))
    await house.drain()
    return [stored.id for stored in await house.hits()]


async def test_hits_from_the_qualification_to_the_decision(
    house: House, three_hits: list[int], owner: Connection
) -> None:
    """GWENT-5.3. Of three hits one is dismissed, one ruled out after four hours, one
    waits."""
    first, second, third = three_hits
    await deciding.qualify(house.conn, [first, second], TEAM, send=True)
    await deciding.dismiss(house.conn, [third], TEAM)
    await deciding.decide(house.conn, first, Word.NEEDS_MORE, OFFICER)
    await deciding.decide(house.conn, first, Word.RULED_OUT, OFFICER)
    # As if it had been sent earlier: four hours before the first decision.
    await owner.execute(
        "update hit_decision set said_at = said_at - interval '4 hours'"
        " where word in ('qualified', 'sent')"
    )
    now = datetime.now(UTC)
    asked = Question(Period(now.date() - timedelta(days=2), now.date()), None, now)
    by = await told(house, TableName.HITS, asked)
    assert by["Kent"] == {
        "force": "Kent",
        "qualified": 2,
        "dismissed": 1,
        "sent": 2,
        "reviewed": 1,
        "ruled_in": 0,
        "ruled_out": 1,
        "needs_more": 0,
        "waiting": 1,
        "median_h_to_review": 4.0,
        "longest_h_waiting": 4.0,
    }
    assert by["all"] == {**by["Kent"], "force": "all"}
    before = Question(
        Period(now.date() - timedelta(9), now.date() - timedelta(8)), None, now
    )
    assert (await told(house, TableName.HITS, before))["all"]["qualified"] == 0


async def test_a_hit_that_no_longer_stands_does_not_wait(
    house: House, three_hits: list[int]
) -> None:
    """GWENT-5.3. Nobody is late with what was recalled."""
    await deciding.qualify(house.conn, three_hits, TEAM, send=True)
    await house.orders(order("O1", "T1", last="2026-03-05"))
    await house.drain()
    now = datetime.now(UTC) + HOUR
    asked = Question(Period(now.date() - timedelta(days=2), now.date()), "Kent", now)
    by = await told(house, TableName.HITS, asked)
    assert (by["Kent"]["sent"], by["Kent"]["waiting"]) == (3, 2)


async def test_batches_by_force(house: House, owner: Connection) -> None:
    """GWENT-5.3. On time is within 24 hours of the midnight that the day began with.

    9 March    nothing            silent
    10 March   a day too late     late
    11 March   at ten             on time, one row of two refused
    """
    await house.crimes(crime("K1"), batch="KNT20260310")
    await house.crimes(crime("K2"), crime("K3", crime_type="?"), batch="KNT20260311")
    await house.crime_file(b"nothing that anybody could read\n")
    for number, at in ((1, "2026-03-11 10:00"), (2, "2026-03-11 10:00")):
        await owner.execute(
            "update batch set received_at = ($2::text || '+00')::timestamptz"
            " where id = $1", number, at,
        )  # fmt: skip
    await owner.execute(
        "update batch set received_at = '2026-03-11 12:00+00' where id = 3"
    )
    now = datetime(2026, 3, 12, 8, tzinfo=UTC)
    days = Period(datetime(2026, 3, 9).date(), now.date())  # noqa: DTZ001
    by = await told(house, TableName.BATCHES, Question(days, None, now))
    kent = by["Kent"]
    assert {name: kent[name] for name in kent if name.startswith("days")} == {
        "days": 3,
        "days_sent": 2,
        "days_on_time": 1,
        "days_late": 1,
        "days_silent": 1,
    }
    assert (kent["median_h_to_come"], kent["deliveries"]) == (22.0, 2)
    assert (kent["rows"], kent["rows_refused"]) == (3, 1)
    assert kent["rows_refused_percent"] == 33.33
    assert by["not known"]["deliveries_refused"] == 1
    assert by["all"]["deliveries"] == 3
