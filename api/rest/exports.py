"""The disclosure of a hit as one archive, for its force and the central team."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from api.keeping import archive, exporting
from api.keeping.exporting import Grounds, Wanted
from api.login.asking import Asking
from api.rest.parameters import Number, Text
from api.rest.services import Parts
from geocorr.errors import NotFound
from sql import hits
from sql.db import Role

router = APIRouter(prefix="/v1/hits", tags=["hits"])

ZIP = "application/zip"
Why = Annotated[Text, Field(min_length=1, max_length=2_000)]


@router.get(
    "/{hit}/disclosure.zip",
    summary="All that speaks for a hit and against it, for disclosure",
    response_class=Response,
    responses={200: {"description": "The archive.", "content": {ZIP: {}}}},
)
async def disclosure(
    parts: Parts,
    who: Asking,
    hit: Number,
    reason: Annotated[Why, Query(description="What it is for; it is kept.")],
    with_names: Annotated[
        Why | None, Query(description="Why other people are named, if they are.")
    ] = None,
) -> Response:
    """The crime, the fixes, every verdict and decision at that crime, coverage, policy,
    rules and method, with the SHA-256 of each file. Other people stand under numbers
    unless `with_names` says why not. The same records give the same bytes; that it was
    made is in the audit, with the archive's own SHA-256.
    """
    async with parts.reading() as conn:
        # Whether it is theirs to see, the database says; the rest is not cut to them.
        if await hits.one(conn, hit) is None:
            raise NotFound(f"There is no hit {hit}.")
    digest = await asyncio.to_thread(exporting.grid_hash, parts.settings)
    wanted, grounds = Wanted(hit, reason, with_names), Grounds(parts.door.crs, digest)
    async with parts.connection(Role.WORKER) as conn:
        files = await exporting.export(conn, who.name, wanted, grounds)
    data = await asyncio.to_thread(archive.packed, files)
    name = f'attachment; filename="hit-{hit}-disclosure.zip"'
    return Response(data, 200, {"Content-Disposition": name}, ZIP)
