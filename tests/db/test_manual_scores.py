"""WMP-6.4 on the database: given, reviewed, ended, overtaken; nothing is edited."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from api import clock
from api.scores import manual_scores, scoring
from api.scores.manual_scores import Asked
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.model import Nominal
from geocorr.scoring.manual import Ground
from geocorr.scoring.weights import POINT
from sql import audit, entries, jobs, nominals, outbox
from sql import manual_scores as stored
from sql.db import Connection
from sql.manual_scores import ManualFilter
from sql.outbox import NoticeFilter
from tests.db.scoring_scenes import DESK, ago, approve, bring
from tests.unit.scored import ROBBERY, entry, weight_set

TODAY = clock.today()
PROFILES = DESK.profiles
WEIGHTS = replace(
    weight_set((*ROBBERY, 200)),
    effective_from=date(2020, 1, 1),
    review_due=date(2099, 1, 1),
)
ASKED = Asked(
    "N1", 500, Ground.TRANSFER_IN, TODAY + timedelta(days=60), "from Kent", "Dev team"
)


@pytest.fixture
async def force(db: Connection) -> Connection:
    """N1 is on record and does not score; a robbery gives 200."""
    await nominals.upsert_nominals(db, [Nominal("N1", "Example", "Ann")])
    await approve(db, WEIGHTS)
    return db


async def robberies(db: Connection, count: int) -> None:
    await bring(db, [entry(f"E{i}", TODAY) for i in range(count)])


async def score(db: Connection) -> tuple[int, str]:
    """What N1 has today, having been scored."""
    await scoring.score(db, ["N1"], TODAY, DESK)
    one = await manual_scores.standing(db, "N1", TODAY, PROFILES)
    return one.given, one.band.value


async def test_a_manual_score_counts_from_the_day_it_is_given(
    force: Connection,
) -> None:
    assert await score(force) == (0, "NONE")
    number = await manual_scores.give(force, ASKED, PROFILES)
    assert await score(force) == (500 * POINT, "MEDIUM")
    held = await stored.one(force, number, TODAY)
    assert (held.reason, held.by, held.computed) == ("from Kent", "Dev team", 0)


async def test_giving_one_asks_for_a_score_and_is_audited(force: Connection) -> None:
    await manual_scores.give(force, ASKED, PROFILES)
    assert await jobs.waiting(force) == {"queued": 1}
    (act, *_) = await audit.entries(force)
    assert (act.actor, act.action, act.subject) == (
        "Dev team",
        "give manual score",
        "nominal N1",
    )


async def test_a_manual_score_is_a_change_of_band_and_is_told(
    force: Connection,
) -> None:
    await manual_scores.give(force, ASKED, PROFILES)
    await score(force)
    _, (notice,) = await outbox.find(force, NoticeFilter())
    assert notice.because == f"N1 scored for the first time on {TODAY}: MEDIUM."


async def test_who_scores_by_entries_gets_none(force: Connection) -> None:
    await robberies(force, 2)
    with pytest.raises(ConflictError, match=r"scores 400\.0 by entries"):
        await manual_scores.give(force, ASKED, PROFILES)


async def test_who_scores_little_may_get_one(force: Connection) -> None:
    await robberies(force, 1)
    number = await manual_scores.give(force, ASKED, PROFILES)
    assert (await stored.one(force, number, TODAY)).computed == 200 * POINT
    assert await score(force) == (500 * POINT, "MEDIUM")


async def test_nobody_has_two(force: Connection) -> None:
    await manual_scores.give(force, ASKED, PROFILES)
    with pytest.raises(ConflictError, match="review or end that one first"):
        await manual_scores.give(force, replace(ASKED, points=1000), PROFILES)


@pytest.mark.parametrize(
    ("change", "error", "why"),
    [
        ({"nominal_id": "N9"}, NotFound, "no nominal N9 on record"),
        ({"points": 300}, InputError, "one of 250, 500, 1000"),
        ({"reason": "  "}, InputError, "a name and words"),
        ({"by": ""}, InputError, "a name and words"),
        ({"review_due": TODAY - timedelta(days=1)}, InputError, "review date from"),
        ({"review_due": TODAY + timedelta(days=400)}, InputError, "review date from"),
    ],
)
async def test_what_is_refused(force: Connection, change, error, why: str) -> None:
    with pytest.raises(error, match=why):
        await manual_scores.give(force, replace(ASKED, **change), PROFILES)
    total, _ = await manual_scores.listed(force, ManualFilter())
    assert total == 0


async def test_an_ended_one_stands_no_longer(force: Connection) -> None:
    number = await manual_scores.give(force, ASKED, PROFILES)
    await manual_scores.end(force, number, ("Insp B", "moved away"))
    assert await score(force) == (0, "NONE")
    shown = await manual_scores.show(force, number, PROFILES, "Insp B")
    assert shown.holds.because == f"The manual score of 500 ended on {TODAY}."
    assert [(s.step, s.by, s.reason) for s in shown.steps] == [
        ("ended", "Insp B", "moved away")
    ]
    for again in (
        manual_scores.end(force, number, ("C", "again")),
        manual_scores.review(force, number, TODAY, ("C", "again"), PROFILES),
    ):
        with pytest.raises(ConflictError, match="stands no longer"):
            await again
    assert await manual_scores.give(force, ASKED, PROFILES) > number


async def test_a_review_lets_it_go_on(force: Connection) -> None:
    number = await manual_scores.give(force, ASKED, PROFILES)
    later = TODAY + timedelta(days=90)
    held = await manual_scores.review(force, number, later, ("B", "still"), PROFILES)
    assert held.review_due == later
    at = await entries.known_at(force)
    assert "N1" in await stored.standing_on(force, later, at)
    after = later + timedelta(days=1)
    assert await stored.standing_on(force, after, at) == {}


async def test_one_whose_review_passed_ends_without_a_word(force: Connection) -> None:
    await manual_scores.give(force, ASKED, PROFILES)
    due, at = ASKED.review_due, await entries.known_at(force)
    assert "N1" in await stored.standing_on(force, due, at)
    assert await stored.standing_on(force, due + timedelta(days=1), at) == {}


async def test_one_that_is_overtaken_never_comes_back(force: Connection) -> None:
    number = await manual_scores.give(force, ASKED, PROFILES)
    await robberies(force, 3)
    assert await score(force) == (600 * POINT, "MEDIUM")
    (step,) = await stored.steps(force, number)
    assert (step.step, step.by) == ("overtaken", "geocorr")
    # The robberies turn out not to have been: the manual score does not return.
    gone = [entry(f"E{i}", TODAY, withdrawn=True) for i in range(3)]
    await bring(force, gone)
    assert await score(force) == (0, "NONE")


async def test_a_day_is_told_by_what_was_known_then(force: Connection) -> None:
    before = await entries.known_at(force)
    await manual_scores.give(force, ASKED, PROFILES)
    assert await stored.standing_on(force, TODAY, before) == {}
    yesterday, now = ago(1), await entries.known_at(force)
    assert await stored.standing_on(force, yesterday, now) == {}


async def test_the_list_tells_those_that_stand(force: Connection) -> None:
    number = await manual_scores.give(force, ASKED, PROFILES)
    for stands, total in ((None, 1), (True, 1), (False, 0)):
        found = await manual_scores.listed(force, ManualFilter(stands=stands))
        assert found[0] == total
    await manual_scores.end(force, number, ("B", "enough"))
    found = await manual_scores.listed(force, ManualFilter(stands=True))
    assert found == (0, [])
