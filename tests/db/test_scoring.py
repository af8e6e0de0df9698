"""Scores on real PostGIS: runs by portions, history, and what was known when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from api.intake import loading_entries
from api.scores import score_explained, scores, scoring
from api.scores.scores import Score
from geocorr.dates import years_later
from geocorr.errors import NotFound, UsageError
from geocorr.scoring.explanation import Reader
from geocorr.scoring.weights import POINT
from loaders.profile import Profiles
from loaders.report import LoadReport
from sql import audit, entries, jobs, outbox, runs
from sql import scores as stored
from sql.db import Connection
from sql.outbox import NoticeFilter
from tests.db.deliveries import House, crime, order, stay
from tests.db.scoring_scenes import DESK, ago, approve, bring, noon
from tests.unit.scored import ARREST, ROBBERY, entry, weight_set

HEAD = "entry_id,nominal_id,data_set,event_on,code,grade,event_id,outcome,outcome_on\n"
PROFILES = Profiles({})
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WEIGHTS = replace(
    weight_set((*ROBBERY, 400), (*ARREST, 100), ("ims", "", "", 50)),
    effective_from=date(2020, 1, 1),
    review_due=date(2099, 1, 1),
)


async def load(house: House, *rows: str) -> LoadReport:
    data = (HEAD + "\n".join(rows) + "\n").encode()
    return await loading_entries.load_entries(house.conn, data, "e.csv", house.door)


def by_nominal(found: Sequence[Score]) -> dict[str, tuple[int, str]]:
    return {one.nominal_id: (one.given, one.band.value) for one in found}


def left(points: int, event_on: date, day: date | None = None) -> int:
    """What is left of so many points on a day (None = today)."""
    end = years_later(event_on, 2)
    remain = (end - (day or ago(0))).days
    return points * POINT * remain // (end - event_on).days


@pytest.fixture
async def weighed(house: House) -> House:
    """A robbery gives 400, an arrest 100, intelligence 50."""
    await approve(house.conn, WEIGHTS, LONG_AGO)
    return house


async def test_an_entry_that_comes_in_is_scored_at_once(weighed: House) -> None:
    """WMP-5.2. By the worker's job, with a notice of the first score."""
    report = await load(weighed, f"E1,N1,crimes,{ago(0)},34B,,,,")
    # Nobody has loaded the nominal: the entry is kept, and that is said.
    assert [w.type for w in report.warnings] == ["UNKNOWN_NOMINAL"]
    assert (report.accepted, report.warnings[0].value) == (1, "N1")
    await weighed.drain()
    (one,) = await stored.lists(weighed.conn, ago(0))
    assert one.computed.tolist() == [400 * POINT]
    _, notices = await outbox.find(weighed.conn, NoticeFilter())
    assert [(n.nominal_id, n.kind, n.band_after) for n in notices] == [
        ("N1", "first_score", "LOW")
    ]
    ((_, told),) = [await runs.find(weighed.conn, kind="score")]
    assert told[0].counts == {"nominals": 1, "entries": 1, "changes": 1}


async def test_a_change_and_a_withdrawal_are_scored_at_once(weighed: House) -> None:
    day = ago(0)
    rows = [f"E{i},N1,crimes,{day},34B,,,," for i in (1, 2)]
    await load(weighed, *rows)
    await weighed.drain()
    await load(weighed, f"E2,N1,crimes,{day},34B,,,acquitted,{day}")
    await weighed.drain()
    changes = await stored.changes(weighed.conn, "N1")
    assert [(c.was, c.band) for c in changes] == [("MEDIUM", "LOW"), (None, "MEDIUM")]


async def test_the_same_file_twice_does_nothing(weighed: House) -> None:
    row = f"E1,N1,crimes,{ago(3)},34B,,V1,,"
    for _ in range(2):
        assert (await load(weighed, row)).accepted == 1
    assert len(await entries.versions(weighed.conn, "N1")) == 1
    # One to score, one to decide on the owner.
    assert sum((await jobs.waiting(weighed.conn)).values()) == 2


async def test_new_words_are_a_version_and_nothing_is_overwritten(
    weighed: House,
) -> None:
    """Even where the entry turns out to be of another nominal: both are scored."""
    await load(weighed, f"E1,N1,crimes,{ago(3)},34B,,,,")
    await load(weighed, f"E1,N2,crimes,{ago(3)},34B,,,,")
    (old,), (new,) = [await entries.versions(weighed.conn, n) for n in ("N1", "N2")]
    assert old.known_until == new.known_from
    await weighed.drain()
    found = by_nominal(await scores.of_day(weighed.conn, ago(0), PROFILES))
    assert set(found) == {"N2"}


async def test_what_no_set_weighs_is_kept_with_a_warning(weighed: House) -> None:
    report = await load(weighed, f"E1,N1,warrants,{ago(3)},A,high,,,")
    (_, warning) = report.warnings
    assert (report.accepted, warning.type) == (1, "NO_WEIGHT")
    assert warning.value == "warrants A high"
    await weighed.drain()
    (one,) = await stored.lists(weighed.conn, ago(0))
    assert (one.computed.tolist(), one.unknown.tolist()) == ([0], [1])


async def test_without_any_set_nobody_scores_and_it_is_told(house: House) -> None:
    await load(house, f"E1,N1,crimes,{ago(3)},34B,,,,")
    await house.drain()
    explained = await score_explained.explained(
        house.conn, "N1", ago(0), PROFILES, Reader()
    )
    assert explained.score.given == 0
    assert "no weight in no set in force" in explained.explanation.lines[0].text


async def test_a_day_gives_what_it_gave_from_what_was_known(weighed: House) -> None:
    """Stored that day; what is learnt later changes only what is known now."""
    conn, day = weighed.conn, ago(0)
    await bring(conn, [entry("E1", ago(10)), entry("E2", ago(5), of=ARREST)])
    await scoring.score(conn, None, day, DESK)
    before = by_nominal(await scores.of_day(conn, day, PROFILES))
    await bring(conn, [replace(entry("E1", ago(10)), withdrawn=True)])
    assert by_nominal(await scores.of_day(conn, day, PROFILES)) == before
    now = await scores.of_day(conn, day, PROFILES, as_known_now=True)
    assert by_nominal(now) == {"N1": (left(100, ago(5)), "NONE")}
    assert not now[0].stored


async def test_a_day_without_a_run_is_computed_from_what_was_known_then(
    weighed: House,
) -> None:
    conn, day = weighed.conn, ago(20)
    await bring(conn, [entry("E1", ago(30))], noon(ago(25)))
    await bring(conn, [entry("E2", ago(30))], noon(ago(15)))
    (then,) = await scores.of_day(conn, day, PROFILES)
    (now,) = await scores.of_day(conn, day, PROFILES, as_known_now=True)
    assert (then.stored, now.given) == (False, 2 * then.given)
    assert await scores.of_day(conn, ago(26), PROFILES) == []


async def test_stored_and_computed_agree(weighed: House) -> None:
    """What a run gave, against the same day computed from its own known_at."""
    conn, day = weighed.conn, ago(0)
    given = [
        entry(f"E{i}", ago(i * 7 % 800), nominal_id=f"N{i % 40}",
              of=(ROBBERY, ARREST, ("ims", "drugs", "B24"))[i % 3],
              event_id=f"V{i % 30}" if i % 2 else "")
        for i in range(400)
    ]  # fmt: skip
    await bring(conn, given)
    await scoring.score(conn, None, day, DESK)
    told = await scores.of_day(conn, day, PROFILES)
    assert len(told) == 40
    for one in told:
        explained = await score_explained.explained(
            conn, one.nominal_id, day, PROFILES, Reader()
        )
        assert explained.score == one
        assert explained.explanation.computed == one.computed
    now = await scores.of_day(conn, day, PROFILES, as_known_now=True)
    assert by_nominal(now) == by_nominal(told)


async def test_history_of_every_day(weighed: House) -> None:
    conn = weighed.conn
    await bring(conn, [entry("E1", ago(9))], noon(ago(8)))
    await scoring.score(conn, None, ago(0), DESK)
    told = await scores.history(conn, "N1", (ago(10), ago(0)), PROFILES)
    given = [one.given for one in told.days]
    # Known from the day after the event on; then it only falls.
    assert given[:2] == [0, 0]
    assert given[2] == left(400, ago(9), ago(8))
    assert given[2:] == sorted(given[2:], reverse=True)
    assert [one.stored for one in told.days] == [False] * 10 + [True]
    now = await scores.history(
        conn, "N1", (ago(10), ago(0)), PROFILES, as_known_now=True
    )
    assert [one.given for one in now.days[:2]] == [0, 400 * POINT]
    assert [c.band for c in told.changes] == ["LOW"]


async def test_a_run_that_broke_off_goes_on(
    weighed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Portions that were done stay done, and none is done twice."""
    conn, day = weighed.conn, ago(0)
    monkeypatch.setattr(scoring, "PORTION", 3)
    await bring(conn, [entry(f"E{i}", ago(i), nominal_id=f"N{i}") for i in range(8)])
    read, seen = scoring.portions.of_range, []

    async def breaks(conn: Connection, numbers, known):
        if len(seen) == 2:
            raise RuntimeError
        seen.append(numbers)
        return await read(conn, numbers, known)

    monkeypatch.setattr(scoring.portions, "of_range", breaks)
    with pytest.raises(RuntimeError):
        await scoring.score(conn, None, day, DESK)
    assert not await stored.day_is_stored(conn, day)
    monkeypatch.setattr(scoring.portions, "of_range", read)
    # Asked for another reason, everyone is scored anew.
    other = await scoring.score(conn, None, day, DESK, "new weights")
    assert other.nominals == 8
    done = await scoring.score(conn, None, day, DESK)
    assert (done.nominals, done.run < other.run) == (2, True)
    assert len(await stored.lists(conn, day)) == 6
    assert len(await scores.of_day(conn, day, PROFILES)) == 8
    again = await scoring.score(conn, None, day, DESK)
    assert again.run > other.run


async def test_a_night_that_passed_without_scores_is_made_up_for(
    weighed: House,
) -> None:
    conn = weighed.conn
    await scoring.ask_missed(conn)
    assert await jobs.waiting(conn) == {}
    await bring(conn, [entry("E1", ago(1))])
    await scoring.ask_missed(conn)
    await weighed.drain()
    assert await stored.day_is_stored(conn, ago(0))
    await scoring.ask_missed(conn)
    assert await jobs.waiting(conn) == {}


async def test_numbers_are_not_used_up_by_those_who_have_one(weighed: House) -> None:
    for _ in range(3):
        await bring(weighed.conn, [entry("E1", ago(1))])
    await bring(weighed.conn, [entry("E2", ago(1), nominal_id="N2")])
    assert await stored.last_number(weighed.conn) == 2


async def test_a_later_word_of_the_same_day_holds(weighed: House) -> None:
    conn, day = weighed.conn, ago(0)
    await bring(conn, [entry("E1", ago(1)), entry("E9", ago(1), nominal_id="N2")])
    await scoring.score(conn, None, day, DESK)
    await bring(conn, [entry("E2", ago(1))])
    await scoring.score(conn, ["N1"], day, DESK)
    found = by_nominal(await scores.of_day(conn, day, PROFILES))
    assert found["N1"][0] == 2 * found["N2"][0]


async def test_scores_by_force_profile_and_set(weighed: House) -> None:
    """A force's own set and profile; who has none is scored by everyone's."""
    conn, day = weighed.conn, ago(0)
    own = replace(WEIGHTS, name="Kent's", force="Kent",
                  rows=weight_set((*ROBBERY, 1000)).rows)  # fmt: skip
    await approve(conn, own, LONG_AGO)
    step = replace(
        PROFILES.of(None), name="k",
        scoring=replace(PROFILES.of(None).scoring, decay="step"),
    )  # fmt: skip
    profiles = Profiles({"Kent": step})
    await conn.execute(
        "insert into nominal (nominal_id, family_name, given_names, force, flags)"
        " values ('N1', 'A', 'B', 'Kent', '{}')"
    )
    await bring(conn, [entry("E1", ago(1)), entry("E2", ago(1), nominal_id="N2")])
    await scoring.score(conn, None, day, replace(DESK, profiles=profiles))
    found = by_nominal(await scores.of_day(conn, day, profiles))
    assert found == {
        "N1": (1000 * POINT, "HIGH"),
        "N2": (left(400, ago(1)), "LOW"),
    }
    # The profile is kept: adopted no more, the day still says what it said.
    assert by_nominal(await scores.of_day(conn, day, PROFILES)) == found


async def test_intelligence_stays_closed_and_every_look_is_audited(
    weighed: House,
) -> None:
    conn = weighed.conn
    await bring(conn, [entry("I1", ago(0), of=("ims", "drugs", "B24"))])
    told = await score_explained.explained(conn, "N1", ago(0), PROFILES, Reader())
    assert [line.text for line in told.explanation.lines] == [
        "IMS: 1 entry, together 50.00"
    ]
    await score_explained.audited(conn, "P1", "N1", ago(0), Reader())
    (note,) = await audit.entries(conn)
    assert (note.actor, note.subject) == ("P1", "nominal N1")


async def test_who_has_no_entries_and_days_to_come(weighed: House) -> None:
    with pytest.raises(NotFound, match="no entries"):
        await scores.history(weighed.conn, "X", (ago(1), ago(0)), PROFILES)
    with pytest.raises(UsageError, match="not come yet"):
        await scores.of_day(weighed.conn, ago(-1), PROFILES)
    with pytest.raises(UsageError, match="400 days"):
        await scores.history(weighed.conn, "X", (ago(400), ago(0)), PROFILES)


async def test_a_hit_never_becomes_an_entry(weighed: House) -> None:
    """Near a crime is no offence, no suspicion and no intelligence."""
    await weighed.orders(order("O1", "T1"))
    await weighed.trails(*stay("T1"))
    await weighed.crimes(crime("C1"))
    await weighed.drain()
    assert await weighed.conn.fetchval("select count(*) from hit") == 1
    await scoring.score(weighed.conn, None, ago(0), DESK)
    for table in ("entry_version", "score_nominal", "score_list", "outbox"):
        assert await weighed.conn.fetchval(f"select count(*) from {table}") == 0
