"""Hits: filter, sort, page; as JSON, CSV or GeoJSON; one with its evidence."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.matches import hits_file
from api.rest.evidence import EvidenceFix, fixes_of
from api.rest.parameters import (
    Asked,
    Day,
    Number,
    Page,
    SomeNumber,
    Word,
    crime_named,
    london_midnight,
)
from api.rest.services import Parts, Reading
from geocorr.errors import NotFound, UsageError
from geocorr.model import Verdict
from geocorr.performance.review import Stage
from sql import hit_decisions, hit_search, hits
from sql.db import Connection
from sql.hit_decisions import Staged
from sql.hit_search import HitFilter, Sort
from sql.hits import StoredHit

router = APIRouter(prefix="/v1/hits", tags=["hits"])

_MOST_ON_A_PAGE = 1_000
_MOST_IN_A_FILE = 100_000


class Format(StrEnum):
    """In which form hits are read."""

    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"


MEDIA = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.GEOJSON: "application/geo+json",
}
FORMATS: dict[int | str, dict[str, object]] = {
    200: {
        "description": "Hits; the total of a file is in the header Total-Count.",
        "content": {MEDIA[Format.CSV]: {}, MEDIA[Format.GEOJSON]: {}},
    }
}
AnyState = Literal["live", "superseded", "retired", "all"] | Stage

HitLine = dict[str, object]
HitPage = Page[HitLine]


class HitDetail(BaseModel):
    """A hit in the columns of the hits file, and the fixes that it rests on."""

    hit: HitLine
    evidence: list[EvidenceFix]


class Part(Asked):
    """In which order and form, and which part of the list."""

    sort: Sort = Sort.CRIME
    format: Annotated[Format | None, Field(description="Else by Accept.")] = None
    limit: Annotated[
        int | None,
        Field(ge=1, le=_MOST_IN_A_FILE, description="100 unless given; a file: all."),
    ] = None

    def rows(self, form: Format) -> int:
        """How many rows; UsageError for more than a page of JSON may have."""
        if form is not Format.JSON:
            return self.limit or _MOST_IN_A_FILE
        if self.limit and self.limit > _MOST_ON_A_PAGE:
            raise UsageError(f"A page has {_MOST_ON_A_PAGE} rows at most: use offset.")
        return self.limit or 100


class Search(Part):
    """Which hits; what is left out is not asked."""

    force: Word = None
    batch: SomeNumber = None
    crime: Annotated[Word, Field(description="FORCE/REF")] = None
    device: Word = None
    nominal: Word = None
    verdict: Verdict | None = None
    state: AnyState | None = None
    run: SomeNumber = None
    reference: Annotated[Word, Field(description="How a reference begins.")] = None
    type: Word = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None

    def filter(self) -> HitFilter:
        """As the database takes it: live ones unless a run or a state is asked for."""
        force, reference = crime_named(self.crime, self.force)
        state, stage = self._states()
        return HitFilter(
            force,
            reference,
            self.batch,
            self.device,
            self.nominal,
            self.verdict and self.verdict.value,
            self.run,
            state,
            self.sort,
            stage,
            starts=self.reference,
            crime_type=self.type and self.type.upper(),
            from_at=london_midnight(self.from_),
            to_at=london_midnight(self.to, 1),
        )

    def _states(self) -> tuple[str | None, str | None]:
        """State and stage, None = any; only what is recalled no longer stands."""
        if isinstance(self.state, Stage):
            gone = self.state is Stage.RECALLED
            return None if gone else "live", self.state.value
        state = self.state or ("all" if self.run else "live")
        return None if state == "all" else state, None


@router.get(
    "",
    summary="List hits, with the total",
    responses=FORMATS,
    response_model=HitPage,
)
async def listed(
    conn: Reading, request: Request, asked: Annotated[Search, Query()]
) -> HitPage | Response:
    """Hits in the columns of the hits file, and the sentence that says why.

    Live ones unless a run or a state is asked for; a stage, such as `unreviewed` or
    `sent`, is of live ones, `recalled` of those that were sent and no longer stand.
    `stage` says in each how far people are with it. `sort`: crime, newest, or strength:
    by likelihood ratio, what is not assessed as if it were 1, then by probability.
    `from` and `to` are London days, both included, that the crime's window meets.
    As a file (Accept or `format`) all of them, in one.
    """
    return await page(conn, asked.filter(), asked, request)


@router.get("/{hit}", summary="One hit with its evidence")
async def one(conn: Reading, parts: Parts, hit: Number) -> HitDetail:
    """A hit with the fixes that it rests on, an hour and a gap round its window."""
    found = await hits.one(conn, hit)
    if found is None:
        raise NotFound(f"There is no hit {hit}.")
    stored = await hits.listed(conn, ids=[hit])
    staged = await hit_decisions.stages(conn, [hit])
    line = _line(stored[0], staged)
    return HitDetail(hit=line, evidence=fixes_of(found, parts.door.crs))


async def page(
    conn: Connection, asked: HitFilter, part: Part, request: Request
) -> HitPage | Response:
    """The hits that are asked for, in the form that is wanted."""
    form = _chosen(request, part.format)
    rows = part.rows(form)
    total, found = await hit_search.find(conn, asked, rows, part.offset)
    staged = {}
    if form is not Format.CSV:
        staged = await hit_decisions.stages(conn, [stored.id for stored in found])
    if form is Format.JSON:
        items = [_line(stored, staged) for stored in found]
        return HitPage(total=total, limit=rows, offset=part.offset, items=items)
    write = _csv if form is Format.CSV else _geojson
    body = await asyncio.to_thread(write, found, total, staged)
    return Response(body.encode(), 200, {"Total-Count": str(total)}, MEDIA[form])


def _chosen(request: Request, asked: Format | None) -> Format:
    """The form asked for by parameter, else the first that Accept names."""
    accept = request.headers.get("accept", "")
    named = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    by_media = {media: form for form, media in MEDIA.items()}
    accepted = (by_media[kind] for kind in named if kind in by_media)
    return asked or next(accepted, Format.JSON)


def _line(stored: StoredHit, staged: Mapping[int, Staged]) -> HitLine:
    stage = staged[stored.id]
    return {
        "id": stored.id,
        **hits_file.as_json(stored.hit),
        "run": stored.run,
        "state": stored.state,
        "state_reason": stored.state_reason,
        "stage": stage.stage.value,
        "stage_by": stage.said_by,
        "stage_at": stage.said_at,
        "stage_of_hit": stage.said_of,
        "earlier": stage.earlier and asdict(stage.earlier),
        "longitude": stored.longitude,
        "latitude": stored.latitude,
    }


def _csv(found: Sequence[StoredHit], total: int, staged: Mapping[int, Staged]) -> str:
    return hits_file.csv_text([stored.hit for stored in found])


def _geojson(
    found: Sequence[StoredHit], total: int, staged: Mapping[int, Staged]
) -> str:
    """OGC API Features has these two counts."""
    features = [
        {
            "type": "Feature",
            "id": stored.id,
            "geometry": {
                "type": "Point",
                "coordinates": [stored.longitude, stored.latitude],
            },
            "properties": _line(stored, staged),
        }
        for stored in found
    ]
    counts = {"numberMatched": total, "numberReturned": len(found)}
    collection = {"type": "FeatureCollection", **counts, "features": features}
    return json.dumps(collection, ensure_ascii=False, default=datetime.isoformat)
