"""The course of a score is what each of its days comes to by itself, as known now."""

from datetime import UTC, datetime, timedelta

from api.scores import score_course, scores
from geocorr.scoring.entry import EntryOutcome
from loaders.profile import Profiles
from sql.db import Connection
from tests.db.scoring_scenes import ago, approve, bring
from tests.unit.scored import ROBBERY, entry, weight_set

NATIONAL = Profiles({})


async def test_it_agrees_with_the_days_one_by_one(db: Connection) -> None:
    first = weight_set((*ROBBERY, 1000), ("ims", "", "", 250))
    await approve(db, first, datetime(2020, 1, 1, tzinfo=UTC))
    heard = entry("I1", ago(100), of=("ims", "drugs", "B24"))
    ended = entry("E3", ago(300), outcome=(EntryOutcome.ACQUITTED, ago(60)))
    await bring(db, [entry("E1", ago(40)), entry("E2", ago(700)), heard, ended])
    days = [ago(0) - timedelta(days=n) for n in range(180, -1, -20)]
    told = await score_course.course(db, "N1", days, NATIONAL)
    alone = await scores.of_nominal(db, "N1", days, NATIONAL, as_known_now=True)
    assert [(d.day, d.given, d.band) for d in told] == [
        (d.day, d.given, d.band) for d in alone
    ]
    assert len({d.given for d in told}) > 5


async def test_of_whom_nothing_is_known_there_is_none(db: Connection) -> None:
    assert await score_course.course(db, "N9", [ago(0)], NATIONAL) == []
