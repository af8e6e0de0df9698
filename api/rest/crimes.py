"""Crimes: search, every version of one, match one again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from api.intake import loading
from api.rest.batches import Requested
from api.rest.once import Answer, Key, once
from api.rest.parameters import (
    AskedPage,
    Day,
    Page,
    Text,
    Word,
    force_named,
    london_midnight,
)
from api.rest.services import Parts, Reading
from geocorr.errors import UsageError
from sql import crime_search, crimes
from sql.crime_search import CrimeFilter, Sort
from sql.crimes import CrimeVersion
from sql.db import Connection, Role

router = APIRouter(prefix="/v1/crimes", tags=["crimes"])

State = Literal["current", "withdrawn"]
Named = Annotated[Text, Path(min_length=1, max_length=200)]
Box = tuple[float, float, float, float]


class Version(BaseModel):
    """A crime in the words of one version; `changed` names what was new in it."""

    version: int
    changed: list[str]
    batch: int
    batch_id: str | None
    crime_type: str
    crime_type_description: str
    window_from: datetime
    window_to: datetime
    longitude: float
    latitude: float
    free_text: str
    flags: list[str]


class CrimeLine(Version):
    """A crime in its latest words, and its live hits by verdict."""

    force: str
    reference: str
    state: State
    hits: dict[str, int]


class CrimeDetail(BaseModel):
    """A crime with every version, oldest first; `state` is that of the crime."""

    force: str
    reference: str
    state: State
    versions: list[Version]


class Search(AskedPage):
    """Which crimes; what is left out is not asked."""

    force: Word = None
    reference: Word = None
    type: Word = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    state: State | None = None
    bbox: Word = None
    sort: Sort = Sort.NEWEST


@router.get("", summary="Search crimes, with the total")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> Page[CrimeLine]:
    """Crimes in their latest words, the newest window first unless sorted otherwise.

    `reference` may be a part of it. `from` and `to` are London days, both included,
    that the window meets. `bbox` = west,south,east,north in degrees.
    """
    wanted = CrimeFilter(
        force_named(asked.force),
        asked.reference,
        asked.type and asked.type.upper(),
        london_midnight(asked.from_),
        london_midnight(asked.to, 1),
        asked.state,
        _box(asked.bbox),
        sort=asked.sort,
    )
    total, found = await crime_search.find(conn, wanted, asked.limit, asked.offset)
    items = [_line(version, hits) for version, hits in found]
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=items)


@router.get("/{force}/{reference:path}", summary="One crime with its versions")
async def one(conn: Reading, force: Named, reference: Named) -> CrimeDetail:
    """Every version of a crime, oldest first, and whether its force withdrew it."""
    found = await crimes.versions(conn, force_named(force) or force, reference)
    latest = found[-1]
    return CrimeDetail(
        force=latest.crime.police_force,
        reference=latest.crime.crime_reference,
        state=_state(latest),
        versions=[Version.model_validate(_words(version)) for version in found],
    )


@router.post(
    "/{force}/{reference:path}/match", summary="Match a crime again", status_code=202
)
async def match(
    parts: Parts, force: Named, reference: Named, idempotency_key: Key = None
) -> Requested:
    """Ask for a new run over the latest version; earlier runs stay readable."""
    crime = (force_named(force) or force, reference)
    async with parts.connection(Role.WEB) as conn:
        asked = ("match crime", *crime)
        act = lambda: _asked_again(conn, *crime)  # noqa: E731
        answer = await once(conn, idempotency_key, asked, act)
    return Requested.model_validate(answer.document)


async def _asked_again(conn: Connection, force: str, reference: str) -> Answer:
    latest = (await crimes.versions(conn, force, reference))[-1]
    reason = "the crime was matched again"
    why: dict[str, object] = {"kind": "rematch", "reason": reason, "batch": None}
    await loading.ask(conn, [latest.id], why)
    return Answer(202, {"crimes": 1, "batch": None})


def _line(version: CrimeVersion, hits: Mapping[str, int]) -> CrimeLine:
    named = {
        "force": version.crime.police_force,
        "reference": version.crime.crime_reference,
        "state": _state(version),
        "hits": hits,
    }
    return CrimeLine.model_validate({**_words(version), **named})


def _words(version: CrimeVersion) -> dict[str, object]:
    crime = version.crime
    same = ("batch_id", "crime_type", "crime_type_description", "window_from",
            "window_to", "longitude", "latitude", "free_text", "flags")  # fmt: skip
    return {
        "version": version.version,
        "changed": version.changed,
        "batch": version.batch,
        **{name: getattr(crime, name) for name in same},
    }


def _state(version: CrimeVersion) -> State:
    return "current" if version.current else "withdrawn"


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as wrong:
        raise UsageError("bbox is west,south,east,north in degrees.") from wrong
    return west, south, east, north
