"""Whether the service can serve, in one word: for what watches over it, to anyone."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse

from api.rest.services import started
from geocorr.errors import GeocorrError
from sql import migrate
from sql.db import Role

router = APIRouter(include_in_schema=False)

# Who watches gives up soon; a service that is too busy for this is not well.
_PATIENCE_S = 3.0


@router.get("/healthz")
async def live(request: Request) -> PlainTextResponse:
    """200 and `ok`; 503 and `no` where the database is away, or of another version."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            async with started(request).reading(Role.WEB) as conn:
                well = not await migrate.pending(conn)
    except (GeocorrError, TimeoutError):
        well = False
    return PlainTextResponse("ok" if well else "no", 200 if well else 503)
