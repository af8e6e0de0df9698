"""The service: every part wired once, one table from exception to status.

create_app(settings)    the ASGI application; its pools live as long as it does
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api import problems
from api.access_log import AccessLog
from api.ground import database as database_of
from api.headers import SafeHeaders
from api.intake.loading import Door
from api.limits import BodyLimit, OwnHosts
from api.login.admission import Admission
from api.login.guard import guarded
from api.login.provider import provider_of
from api.matches.matching import SOFTWARE
from api.pages import basemap, errors
from api.pages.every import ROUTERS as PAGES
from api.rest.every import ROUTERS as SCRIPTS
from api.rest.noted import noted
from api.rest.services import Services
from api.settings import Settings
from api.unzipping import ZippedBody
from geocorr.errors import GeocorrError, UsageError
from loaders import policy as policies
from loaders.crime_options import ZONES
from loaders.forces import forces
from sql.db import Role, pool

ABOUT = (
    "Which tagged offenders were near which crimes, and which were not. "
    "Times are UTC, places longitude and latitude (WGS84). A script says who it is by "
    "`Authorization: Bearer` and a token (geocorr user token); what it says is said "
    "by its account."
)
# Who does what nobody asked for.
SENDER = "geocorr"
_POOL_SIZES = {Role.WEB: 8, Role.WORKER: 4}
_PROBLEM = {
    "description": "A problem document (RFC 9457).",
    "content": {problems.MEDIA_TYPE: {"schema": problems.SCHEMA}},
}


def create_app(settings: Settings) -> FastAPI:
    """The application; UsageError for a zone or a force in it that is unknown."""
    zones = feed_zones(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.services = await _services(settings, zones, stack)
            yield

    app = FastAPI(
        title="geocorr",
        summary="Crimes, batches, runs and hits",
        description=ABOUT,
        version=SOFTWARE,
        lifespan=lifespan,
        dependencies=[Depends(guarded), Depends(noted, scope="function")],
        # Ours, so that it is guarded as every route is.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses={422: _PROBLEM, "default": _PROBLEM},
        # A wrong address is a problem, not a detour.
        redirect_slashes=False,
    )
    app.state.services = None
    app.state.provider = provider_of(settings)
    for router in (*SCRIPTS, *PAGES):
        app.include_router(router)
    app.add_exception_handler(GeocorrError, errors.for_people(problems.of_error))
    app.add_exception_handler(HTTPException, errors.for_people(problems.of_http))
    app.add_exception_handler(
        RequestValidationError, errors.for_people(problems.of_validation)
    )
    # The last added is the outermost.
    app.add_middleware(ZippedBody, max_mb=settings.max_upload_mb)
    app.add_middleware(BodyLimit, max_mb=settings.max_upload_mb)
    app.add_middleware(Admission, settings=settings)
    app.add_middleware(OwnHosts, public_url=settings.public_url)
    app.add_middleware(AccessLog)
    app.add_middleware(
        SafeHeaders,
        over_https=settings.over_https,
        tile_host=basemap.tile_host(settings),
    )
    return app


async def _services(
    settings: Settings, zones: Mapping[str, str], stack: AsyncExitStack
) -> Services:
    """Everything that routes stand on; the stack closes it."""
    policy = policies.read(settings.policy)
    door = Door(settings.working_crs(), policy, SENDER)
    pools = {}
    for role, size in _POOL_SIZES.items():
        pools[role] = await pool(database_of(settings), role, size)
        stack.push_async_callback(pools[role].close)
    return Services(settings, door, zones, pools)


def feed_zones(settings: Settings) -> dict[str, str]:
    """The zone of each force's feed by identifier; UsageError for unknown ones."""
    for zone in settings.feed_zones.values():
        if zone not in ZONES:
            raise UsageError(f"{zone} is no zone of a feed: {', '.join(ZONES)}.")
    named = settings.feed_zones.items()
    return {forces().named(force).identifier: zone for force, zone in named}
