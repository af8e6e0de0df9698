"""`geocorr score`: who scores what on a day, how it came about, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from api.commands.database import on_database
from api.commands.person import AsJson, By, day, tell_json
from api.scores import score_explained, scores
from api.scores.score_explained import Explained
from api.scores.scores import History, Score
from api.scores.scores_table import (
    as_json as score_json,
)
from api.scores.scores_table import (
    by_band,
    explained_json,
    tell_history,
    tell_list,
    tell_one,
)
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.scoring.bands import Band
from geocorr.scoring.explanation import Reader
from loaders import profile as profile_files
from loaders.forces import forces
from sql.db import Connection

OneDay = Annotated[
    str | None,
    typer.Option("--day", metavar="YYYY-MM-DD", help="Which day; today if not given."),
]
Since = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Every day from this one to --day."),
]


def score(  # noqa: PLR0913  an argument an option
    by: By,
    on: OneDay = None,
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="With what the score is made of.")
    ] = False,
    since: Since = None,
    band: Annotated[Band | None, typer.Option(help="Of this band.")] = None,
    force: Annotated[
        str | None, typer.Option(help="Of this force; with --intelligence: yours.")
    ] = None,
    as_known_now: Annotated[
        bool,
        typer.Option("--as-known-now", help="By what is known now, not on that day."),
    ] = False,
    intelligence: Annotated[
        bool,
        typer.Option("--intelligence", help="Entry by entry: you are of intelligence."),
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Tell who scores what on a day, or one nominal's score and why."""
    if nominal is None and (explain or since or intelligence):
        raise UsageError("Give --nominal: reasons and history are one nominal's.")
    named = forces().named(force).identifier if force else None
    asked = _Asked(day(on), as_known_now, by, Reader(intelligence, named))
    if nominal is None:
        _list(asked, band, named, limit, as_json)
    elif since is not None:
        _history(asked, nominal, day(since, "--since"), as_json)
    else:
        _one(asked, nominal, explain, as_json)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every look has: the day, from when to know, who looks."""

    day: date
    as_known_now: bool
    by: str
    reader: Reader


def _list(
    asked: _Asked, band: Band | None, force: str | None, limit: int, as_json: bool
) -> None:
    adopted = profile_files.read(Settings().profiles)

    async def read(conn: Connection) -> tuple[list[Score], list[str]]:
        found = await scores.of_day(
            conn, asked.day, adopted, as_known_now=asked.as_known_now
        )
        told = scores.only(found, band, force)
        await score_explained.audited_list(conn, asked.by, asked.day)
        return told, await scores.warnings(conn, asked.day, told)

    told, warned = on_database(read)
    if as_json:
        tell_json(_document(asked, told, limit, warned))
        return
    out = Console(highlight=False)
    tell_list(out, told, asked.day, limit, warned)
    if not (told or asked.as_known_now):
        out.print("Ask with --as-known-now for what today's knowledge gives.")


def _document(
    asked: _Asked, told: Sequence[Score], limit: int, warned: Sequence[str]
) -> dict[str, object]:
    return {
        "day": asked.day.isoformat(),
        "as_known_now": asked.as_known_now,
        "total": len(told),
        "by_band": by_band(told),
        "warnings": list(warned),
        "scores": [score_json(one) for one in told[:limit]],
    }


def _one(asked: _Asked, nominal: str, lines: bool, as_json: bool) -> None:
    adopted = profile_files.read(Settings().profiles)

    async def read(conn: Connection) -> Explained:
        told = await score_explained.explained(
            conn,
            nominal,
            asked.day,
            adopted,
            asked.reader,
            as_known_now=asked.as_known_now,
        )
        await score_explained.audited(conn, asked.by, nominal, asked.day, asked.reader)
        return told

    told = on_database(read)
    if as_json:
        tell_json(explained_json(told))
    else:
        tell_one(Console(highlight=False), told, lines=lines)


def _history(asked: _Asked, nominal: str, first: date, as_json: bool) -> None:
    adopted = profile_files.read(Settings().profiles)

    async def read(conn: Connection) -> History:
        told = await scores.history(
            conn,
            nominal,
            (first, asked.day),
            adopted,
            as_known_now=asked.as_known_now,
        )
        await score_explained.audited(conn, asked.by, nominal, asked.day, asked.reader)
        return told

    told = on_database(read)
    if as_json:
        document = {
            "nominal_id": told.nominal_id,
            "days": [score_json(one) for one in told.days],
            "changes": [change._asdict() for change in told.changes],
        }
        tell_json(document)
    else:
        tell_history(Console(highlight=False), told)
