"""WMP-5.2, 5.5. Why a nominal scores what it does, told to who may know it."""

from dataclasses import dataclass, replace
from datetime import date

from api.scores import scores
from api.scores.scores import Score
from api.scores.scoring_portions import NO_SET
from geocorr.model import Decision
from geocorr.profile import Profile
from geocorr.scoring.explanation import (
    Explanation,
    Reader,
    decision,
    explain,
    points,
)
from geocorr.scoring.weights import WeightSet
from loaders.profile import Profiles
from sql import audit, entries, weights
from sql.db import Connection, transaction


@dataclass(frozen=True, slots=True)
class Explained:
    """A score as a decision, what it is made of, and by which profile and weights."""

    score: Score
    decision: Decision[int]
    explanation: Explanation
    profile: Profile
    weights: WeightSet


async def explained(
    conn: Connection,
    nominal_id: str,
    day: date,
    profiles: Profiles,
    reader: Reader,
    *,
    as_known_now: bool = False,
) -> Explained:
    """WMP-5.2. A nominal's score of a day, from the entries it rests on.

    NotFound for a nominal that scores do not speak of.
    """
    scores.check_day(day)
    (score,) = await scores.of_nominal(
        conn, nominal_id, [day], profiles, as_known_now=as_known_now
    )
    chosen = await scores.profile(conn, score.profile, profiles)
    used = NO_SET
    if score.weight_set is not None:
        used = (await weights.read(conn, [score.weight_set]))[0].weights
    async with entries.reckoning(conn):
        versions = await entries.versions(conn, nominal_id)
    held = [one.entry for one in versions if one.held_at(score.known_at)]
    told = explain((nominal_id, day), held, used, chosen.scoring, reader)
    if told.computed != score.computed:
        told = replace(told, warnings=(*told.warnings, _differs(score, told)))
    own = decision(told, score.given, chosen.scoring)
    return Explained(score, own, told, chosen, used)


def _differs(score: Score, told: Explanation) -> str:
    was, now = points(score.computed), points(told.computed)
    return f"The run gave {was}, its entries give {now}: report this, it may not be."


async def audited(
    conn: Connection, who: str, nominal_id: str, day: date, reader: Reader
) -> None:
    """Write down who looked at a nominal's score, and whether entry by entry."""
    detail = {"day": day.isoformat(), "intelligence": reader.intelligence}
    async with transaction(conn):
        await audit.note(conn, who, "read score", f"nominal {nominal_id}", detail)


async def audited_list(conn: Connection, who: str, day: date) -> None:
    """Write down who looked at everyone's scores."""
    async with transaction(conn):
        await audit.note(conn, who, "read scores", f"scores of {day}")
