"""Scores: of everyone on a day, one nominal's every day, and what one is made of."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from api import clock
from api.login.asking import Asking
from api.login.who import UserRole
from api.rest.parameters import AskedPage, Day, Page, Text, Word, force_named
from api.rest.services import Parts, Services
from api.scores import score_explained, scores, scoring
from api.scores.scores import Score
from api.scores.scores_table import as_json, line_json
from geocorr.errors import NotFound
from geocorr.scoring.bands import Band
from geocorr.scoring.explanation import Line, Reader
from geocorr.scoring.weights import POINT
from loaders import profile as profiles_of
from loaders.profile import Profiles
from sql import scores as stored
from sql.db import Connection, Role
from sql.scores import DatedChange

router = APIRouter(prefix="/v1/scores", tags=["scores"])
Nominal = Annotated[Text, Path(max_length=200)]
_DAYS = 90


class ScoreLine(BaseModel):
    """A nominal's score of a day. `stored`: a run gave it that day."""

    nominal_id: str
    day: date
    score: Annotated[float, Field(description="Points; `micropoints` is exact.")]
    micropoints: int
    band: Band
    computed: Annotated[float, Field(description="Points by entries alone.")]
    manual: Annotated[bool, Field(description="A person's score stands instead.")]
    without_weight: int
    force: str | None
    weight_set: int | None
    profile_hash: str
    known_at: datetime
    stored: bool


class ScorePage(Page[ScoreLine]):
    """A page of scores; `warnings` of all of them, such as weights overdue."""

    by_band: dict[Band, int]
    warnings: list[str]


class BandChangeLine(BaseModel):
    """A first score (`was` is null) or a change of band."""

    run: int
    day: date
    was: Band | None
    band: Band
    score: float


class HistoryAnswer(BaseModel):
    """The score of each day, and first score and changes of band, newest first."""

    nominal_id: str
    days: list[ScoreLine]
    changes: list[BandChangeLine]


class EntryLine(BaseModel):
    """What one entry gives; without `entry_id`, what those of a data set give."""

    data_set: str
    entries: int
    micropoints: int
    text: str
    entry_id: str | None
    event_id: str | None
    code: str | None
    grade: str | None
    event_on: date | None
    weight_micropoints: int | None
    within_caps_micropoints: int | None
    left: int | None
    whole: int | None


class ExplainedScore(BaseModel):
    """A score with its rules, its sentence, and lines that add up to `computed`."""

    score: ScoreLine
    rules: list[str]
    because: str
    profile: str
    weights: str
    warnings: list[str]
    lines: list[EntryLine]
    left_out: list[str]


class Search(AskedPage):
    """Which scores; what is left out is not asked."""

    day: Day | None = None
    band: Band | None = None
    force: Word = None


class Since(BaseModel):
    """Which days, both included; 90 to today where they are left out."""

    model_config = ConfigDict(extra="forbid")

    first: Annotated[Day | None, Query(alias="from")] = None
    last: Annotated[Day | None, Query(alias="to")] = None
    as_known_now: bool = False


class When(BaseModel):
    """Which day, and by what was known when."""

    model_config = ConfigDict(extra="forbid")

    day: Day | None = None
    as_known_now: bool = False


@router.get("", summary="List the scores of a day, with the total")
async def listed(parts: Parts, asked: Annotated[Search, Query()]) -> ScorePage:
    """As they were given that day, the highest first; the look is audited.

    A day that was not scored in full is computed from what was known then; where
    nominals are many, by `geocorr score` alone.
    """
    day = asked.day or clock.today()
    async with parts.connection(Role.WEB) as conn:
        found = await _given(conn, day, _profiles(parts))
        told = scores.only(found, asked.band, force_named(asked.force))
        warned = await scores.warnings(conn, day, told)
        await score_explained.audited_list(conn, parts.door.who, day)
    page = told[asked.offset : asked.offset + asked.limit]
    bands = {band: sum(one.band is band for one in told) for band in Band}
    return ScorePage(
        total=len(told),
        limit=asked.limit,
        offset=asked.offset,
        items=[_line(one) for one in page],
        by_band=bands,
        warnings=warned,
    )


async def _given(conn: Connection, day: date, adopted: Profiles) -> list[Score]:
    """As stored; computed where that is soon done, else NotFound."""
    scores.check_day(day)
    many = await stored.last_number(conn) > scoring.PORTION
    if many and not await stored.day_is_stored(conn, day):
        raise NotFound(
            f"Nobody was scored in full on {day}: `geocorr score --day {day}` computes "
            "it from what was known then."
        )
    return await scores.of_day(conn, day, adopted)


@router.get("/{nominal}/history", summary="A nominal's score of every day")
async def history(
    parts: Parts, nominal: Nominal, asked: Annotated[Since, Query()]
) -> HistoryAnswer:
    """Each day by what was known that day, or by what is now; the look is audited."""
    last = asked.last or clock.today()
    first = asked.first or last - timedelta(days=_DAYS - 1)
    async with parts.connection(Role.WEB) as conn:
        told = await scores.history(
            conn,
            nominal,
            (first, last),
            _profiles(parts),
            as_known_now=asked.as_known_now,
        )
        await score_explained.audited(conn, parts.door.who, nominal, last, Reader())
    return HistoryAnswer(
        nominal_id=nominal,
        days=[_line(one) for one in told.days],
        changes=[_change(one) for one in told.changes],
    )


@router.get("/{nominal}", summary="A nominal's score, and what it is made of")
async def explained(
    parts: Parts, who: Asking, nominal: Nominal, asked: Annotated[When, Query()]
) -> ExplainedScore:
    """The lines add up to the score; the look is audited.

    Entries made of intelligence are told by data set alone to all but intelligence.
    """
    day = asked.day or clock.today()
    reader = Reader(UserRole.INTELLIGENCE in who.roles, who.force)
    async with parts.connection(Role.WEB) as conn:
        told = await score_explained.explained(
            conn,
            nominal,
            day,
            _profiles(parts),
            reader,
            as_known_now=asked.as_known_now,
        )
        await score_explained.audited(conn, parts.door.who, nominal, day, reader)
    return ExplainedScore(
        score=_line(told.score),
        rules=list(told.decision.rules),
        because=told.decision.because,
        profile=told.profile.name,
        weights=f"{told.weights.name} {told.weights.version}".strip(),
        warnings=list(told.explanation.warnings),
        lines=[_entry(line) for line in told.explanation.lines],
        left_out=list(told.explanation.left_out),
    )


def _profiles(parts: Services) -> Profiles:
    return profiles_of.read(parts.settings.profiles)


def _line(one: Score) -> ScoreLine:
    return ScoreLine.model_validate(as_json(one))


def _entry(line: Line) -> EntryLine:
    return EntryLine.model_validate(line_json(line))


def _change(one: DatedChange) -> BandChangeLine:
    score = one.given / POINT
    return BandChangeLine.model_validate({**one._asdict(), "score": score})
