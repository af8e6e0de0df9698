"""Coverage statements and who can be dropped: counted, appended, made anew."""

from collections import Counter

import pytest

from api.verdicts import dropping, verdicts
from geocorr.errors import NotFound, UsageError
from sql import coverage
from sql.coverage import Statement
from tests.db.deliveries import BATCH, EAST, NORTH, House, crime, order, stay, written


def far(device: str, x: float, minutes: range) -> list[str]:
    return [f"{device},{written(m)},{EAST + x},{NORTH},8" for m in minutes]


CRIMES = (crime("A"), crime("B", x=40_000, minute=120), crime("C", minute=400))


@pytest.fixture
async def stated(house: House) -> House:
    """Three crimes and five wearers, one of them not to be looked at."""
    await house.orders(
        *(order(f"O{i}", f"T{i}") for i in (1, 2, 3, 4)),
        order("O5", "T5", basis="court_bail"),
    )
    await house.trails(
        *stay("T1", minute=20, minutes=30),
        *far("T2", -9_000, range(-130, 500)),
        *far("T3", 40_000, range(-100, 250)),
        *stay("T5", minute=20, minutes=30),
    )
    await house.crimes(*CRIMES)
    await house.drain()
    return house


async def newest(house: House, reference: str) -> Statement:
    return (await coverage.of_crime(house.conn, "Kent", reference))[0]


async def test_the_counts_are_those_of_the_verdicts(stated: House) -> None:
    for reference in "ABC":
        counts = (await newest(stated, reference)).counts
        answered = await verdicts.of_crime(
            stated.conn, ("Kent", reference), None, stated.policy
        )
        found = Counter(line.verdict for line in answered.lines)
        assert counts.monitored == len(answered.lines) == 4
        for word in ("hit", "passed", "possible", "no_data", "ruled_out"):
            assert getattr(counts, word) == found[word], (reference, word)
        shares = [line.coverage for line in answered.lines]
        assert counts.full_cover == sum(share == 1 for share in shares)
        assert counts.no_cover == sum(share == 0 for share in shares)
        assert counts.with_gaps == sum(0 < share < 1 for share in shares)
    assert (await newest(stated, "A")).counts.hit == 1


async def test_a_statement_is_made_anew_beside_the_first(stated: House) -> None:
    first = await newest(stated, "A")
    assert first.counts.no_data == 1
    # T4 turns out to have been far away all the time.
    await stated.trails(*far("T4", -200_000, range(-130, 200)), name="late.csv")
    assert (await newest(stated, "A")).being_made
    await stated.drain()
    every = await coverage.of_crime(stated.conn, "Kent", "A")
    assert every[1] == first
    assert every[0].counts.no_data == 0
    assert every[0].counts.ruled_out == first.counts.ruled_out + 1
    assert every[0].as_at > first.as_at
    assert not every[0].being_made


async def test_an_order_that_comes_late_makes_it_anew(stated: House) -> None:
    await stated.orders(order("O6", "T6"))
    await stated.drain()
    assert (await newest(stated, "C")).counts.monitored == 5


async def test_a_change_far_off_in_time_makes_nothing_anew(stated: House) -> None:
    await stated.trails(*far("T4", 0, range(-9_000, -8_990)), name="old.csv")
    await stated.drain()
    assert len(await coverage.of_crime(stated.conn, "Kent", "A")) == 1


async def test_a_match_again_states_again_and_asking_twice_is_once(
    stated: House,
) -> None:
    versions = await stated.conn.fetch("select id from crime_version")
    ids = [row[0] for row in versions]
    await coverage.ask(stated.conn, ids)
    await coverage.ask(stated.conn, ids)
    assert await stated.count("coverage_due") == 3
    await stated.crimes(crime("A", free_text="now told otherwise"), *CRIMES[1:])
    await stated.drain()
    assert await stated.count("coverage_due") == 0
    found = await coverage.of_crime(stated.conn, "Kent", "A")
    # Of the new words only: what was due of the old ones is not said any more.
    assert [s.version for s in found] == [2, 1]


async def test_a_batch_has_the_newest_of_each_crime(stated: House) -> None:
    numbers = await stated.conn.fetch("select id from batch where batch_id = $1", BATCH)
    found = await coverage.of_batches(stated.conn, [row[0] for row in numbers])
    assert [s.reference for s in found] == ["A", "B", "C"]


async def dropped(house: House, *references: str) -> dropping.Drop:
    asked = [("Kent", reference) for reference in references]
    return await dropping.drop(house.conn, asked, house.policy)


async def test_who_is_ruled_out_of_one_is_dropped_with_reasons(stated: House) -> None:
    found = await dropped(stated, "A", "B")
    gone = {c.nominal_id: [s.crime[1] for s in c.excluded_by] for c in found.dropped}
    assert gone == {"N-O2": ["A", "B"], "N-O3": ["A"]}
    by_speed = found.dropped[0].excluded_by[1].line
    assert "km/h or more, in a straight line" in by_speed.because
    rest = {c.nominal_id: [s.verdict for s in c.standings] for c in found.remaining}
    assert rest == {"N-O1": ["hit", "possible"], "N-O4": ["no_data", "no_data"]}
    document = dropping.document(found)
    assert "on the premise that one person did all" in document["premise"]
    assert {c["run"] for c in document["crimes"]} == {
        answered.run for answered in found.runs.values()
    }


async def test_two_tags_drop_a_nominal_only_together(stated: House) -> None:
    """One of them may have been left at home."""
    await stated.orders("O7,T7,N-O2,licence,2026-03-01,")
    found = await dropped(stated, "A", "B")
    assert "N-O2" not in {c.nominal_id for c in found.dropped}


async def test_who_was_not_monitored_is_told_as_such(stated: House) -> None:
    await stated.orders(f"O8,T8,N-O8,licence,{written(100)},")
    found = await dropped(stated, "A", "B")
    late = next(c for c in found.remaining if c.nominal_id == "N-O8")
    assert [s.verdict for s in late.standings] == ["no_data", "no_data"]
    told = [
        at["because"]
        for one in dropping.document(found)["remaining"]
        if one["nominal_id"] == "N-O8"
        for at in one["at"]
    ]
    assert told[0].startswith("No tag order that allows matching was in force then:")
    assert told[1] != told[0]


async def test_a_question_that_makes_no_sense_is_refused(stated: House) -> None:
    with pytest.raises(UsageError, match="at least two crimes"):
        await dropped(stated, "A")
    with pytest.raises(UsageError, match="every crime once"):
        await dropped(stated, "A", "A")
    with pytest.raises(NotFound, match="no crime Kent/Z"):
        await dropped(stated, "A", "Z")
