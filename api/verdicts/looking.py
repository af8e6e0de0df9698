"""Verdicts as people ask for and look at them: every question and look is noted.

Of everyone at a place only counts are shown; names for a reason alone.
"""

from collections.abc import Sequence
from datetime import timedelta

from api.trails import slices
from api.trails.shown import Target, Worn
from api.verdicts.series_answer import SeriesAnswer
from geocorr.policy import Policy, restored
from loaders.policy import shipped
from sql import audit, verdict_evidence
from sql.db import Connection, transaction
from sql.verdicts import Answered, Line

READ = "read verdict"


def subject(run: int) -> str:
    """How the audit and a reason name the answers of a run."""
    return f"run {run}"


async def note_asked(conn: Connection, answered: Answered, who: str) -> None:
    """Note that somebody asked: of which crime and of whom; no place."""
    detail: dict[str, object] = {"crime": _crime(answered)}
    if answered.nominal_id:
        detail["nominals"] = [answered.nominal_id]
    async with transaction(conn):
        await audit.note(conn, who, "ask verdict", subject(answered.run), detail)


async def note_read(
    conn: Connection, answered: Answered, shown: Sequence[Line], who: str
) -> None:
    """Note that somebody looked at these answers."""
    detail = {
        "crime": _crime(answered),
        "nominals": sorted({line.nominal_id for line in shown}),
    }
    async with transaction(conn):
        await audit.note(conn, who, READ, subject(answered.run), detail)


def _crime(answered: Answered) -> str | None:
    return "/".join(answered.crime[:2]) if answered.crime else None


async def worn(
    conn: Connection, answered: Answered, margin: timedelta
) -> tuple[list[Worn], Target, Policy]:
    """What the answers of a run rest on, so near to the window; for a map and a table.

    `conn` of the worker's role, once it is known that who asks may see the answers.
    """
    policy = restored(answered.policy, shipped())
    spot = answered.spot
    name = answered.crime[1] if answered.crime else "place asked for"
    target = Target(name, spot.x_m, spot.y_m, spot.radius_m, spot.from_us, spot.to_us)
    if not any(line.fixes for line in answered.lines):
        return [], target, policy
    proof, _ = await verdict_evidence.of(conn, answered)
    edges = slices.edges_us(target, margin)
    starts = proof.trails.fixes.device_starts().tolist()
    return (
        [
            Worn(line.device_id, line.nominal_id, proof.trails)
            .only(starts[i], starts[i + 1])
            .within(*edges)
            for i, line in enumerate(answered.lines)
        ],
        target,
        policy,
    )


async def note_series(conn: Connection, found: SeriesAnswer, who: str) -> None:
    """Note that somebody weighed a series, and whom it showed."""
    detail = {
        "crimes": [one.crime for one in found.crimes],
        "nominals": sorted(one.id for one in found.wearers),
    }
    async with transaction(conn):
        await audit.note(conn, who, "weigh series", "series", detail)
