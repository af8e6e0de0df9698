"""WMP2-19. Whom the matrix for acquisitive crime highlights; it selects nobody."""

from dataclasses import replace
from datetime import date

from api.scores import scoring
from api.scores import scoring_portions as portions
from api.scores.scoring_portions import Known
from geocorr.model import Decision
from geocorr.scoring.acquisitive import highlighted
from geocorr.scoring.weights import POINT, Purpose
from loaders.profile import Profiles
from sql import audit, entries, nominals, scores, weights
from sql.db import Connection


async def matrix(
    conn: Connection, day: date, profiles: Profiles, limit: int, by: str
) -> tuple[int, list[Decision[bool]]]:
    """How many adults the matrix highlights on a day, and those with most points.

    By what is known now. The look is audited.
    """
    at, kinds = await entries.known_at(conn), await entries.kinds(conn)
    sets = await weights.in_force(conn, day, at, Purpose.ACQUISITIVE)
    known = Known(day, at, kinds, sets, profiles)
    found: list[Decision[bool]] = []
    last = await scores.last_number(conn)
    for first in range(1, last + 1, scoring.PORTION):
        found += await _of_range(conn, (first, first + scoring.PORTION), known)
    found.sort(key=lambda told: (-_points(told), str(told.evidence["nominal_id"])))
    detail = {"day": day.isoformat(), "shown": len(found[:limit])}
    await audit.note(conn, by, "read matrix", "acquisitive matrix", detail)
    return len(found), found[:limit]


def _points(told: Decision[bool]) -> float:
    points = told.evidence["points"]
    assert isinstance(points, float)
    return points


async def _of_range(
    conn: Connection, numbers: tuple[int, int], known: Known
) -> list[Decision[bool]]:
    read = await portions.of_range(conn, numbers, known)
    names = {one.number: one.nominal_id for one in read.people}
    # Manual scores are of the score, not of the matrix.
    lists = portions.scored(replace(read, manual={}), known)
    points = {
        names[number]: (micropoints, told.force)
        for told in lists
        for number, micropoints in zip(
            told.nominals.tolist(), told.given.tolist(), strict=True
        )
        if micropoints >= _least(known, told.force)
    }
    people = await nominals.nominals(conn, list(points)) if points else []
    found = []
    for one in people:
        micropoints, force = points[one.nominal_id]
        born = date.fromisoformat(one.date_of_birth) if one.date_of_birth else None
        choices = known.profile(force).scoring.matrix
        found.append(highlighted(one.nominal_id, born, known.day, micropoints, choices))
    return [told for told in found if told.value]


def _least(known: Known, force: str | None) -> int:
    """From how many micro-points on a nominal is looked at at all."""
    return round(known.profile(force).scoring.matrix.highlight_from * POINT)
