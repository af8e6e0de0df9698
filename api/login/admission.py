"""At the door: who asks, by cookie or token; strangers are sent to log in.

Before any body is read. What each may do stands in the tables of access, which
`api.login.guard` holds against the route that was matched.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems
from api.login.rates import Rates
from api.login.session import Session, cookie_name, digest
from api.login.who import UserRole, Who
from api.pages import errors
from api.pages.access import OPEN
from api.rest.services import started
from api.settings import Settings
from geocorr.errors import GeocorrError
from sql import sessions
from sql.db import Connection, Role
from sql.sessions import Found

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Where somebody may go who has to choose a password first.
PASSWORD, LOG_IN, LOG_OUT = "/password", "/login", "/logout"
_STRANGER = (
    "Log in first: in a browser at /login, a script with an "
    "`Authorization: Bearer` token (geocorr user token)."
)
_UNPROVEN = (
    "A change must come from a page of geocorr's, or say X-CSRF-Token; a script uses "
    "a token (geocorr user token)."
)
_CHANGE = "Choose a password of your own first, at /password."


class Admission:
    """Recognise who asks; turn strangers away from all that is not open to them."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.cookie = cookie_name(settings)
        self.idle = timedelta(minutes=settings.session_idle_min)
        self.open = _patterns(OPEN)
        self.rates = Rates(settings.requests_per_min)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        request.state.who = request.state.session = None
        await (await self._refused(request) or self.app)(scope, receive, send)

    async def _refused(self, request: Request) -> Response | None:
        try:
            await self._recognise(request)
        except GeocorrError as error:
            return errors.for_people(problems.of_error)(request, error)
        wait_s = None if _is_asset(request) else self.rates.wait_s(request)
        if wait_s is not None:
            return _too_often(request, wait_s)
        if self._is_open(request):
            return _unasked(request)
        if request.state.who is None:
            return _to_log_in(request)
        return _unready(request, request.state.session)

    async def _recognise(self, request: Request) -> None:
        """Set `state.who`, and `state.session` where a browser asks."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        held = request.cookies.get(self.cookie)
        if scheme.lower() == "bearer":
            async with started(request).connection(Role.WEB) as conn:
                found = await sessions.whose_token(conn, digest(token.strip()))
            request.state.who = found and _who(found)
        elif held:
            async with started(request).connection(Role.WEB) as conn:
                found = await _of_session(conn, held, self.idle)
            if found:
                request.state.who = _who(found)
                request.state.session = Session(held, found.must_change)

    def _is_open(self, request: Request) -> bool:
        method = "GET" if request.method == "HEAD" else request.method
        patterns = self.open.get(method, ())
        return any(pattern.match(request.url.path) for pattern in patterns)


async def _of_session(conn: Connection, held: str, idle: timedelta) -> Found | None:
    return await sessions.whose_session(conn, digest(held), idle)


def _who(found: Found) -> Who:
    roles = frozenset(map(UserRole, found.roles))
    named = (found.account, found.name, found.shown)
    return Who(*named, roles, found.force, found.lpu)


def _is_asset(request: Request) -> bool:
    """A page draws on many files; they are the same for all, and cost little."""
    return request.url.path.startswith("/assets/")


def _too_often(request: Request, wait_s: int) -> Response:
    retry = {"Retry-After": str(wait_s)}
    told = f"That was too much at once: wait {wait_s} seconds and ask again."
    if errors.is_page(request):
        return errors.told(request, 429, told, Headers(retry))
    return problems.problem(429, told, retry)


def _to_log_in(request: Request) -> Response:
    if not errors.is_page(request):
        challenge = {"WWW-Authenticate": "Bearer"}
        return problems.problem(401, _STRANGER, challenge)
    back = request.url.path
    if request.url.query:
        back += f"?{request.url.query}"
    asked = {"next": back} if request.method in SAFE and back != "/" else {}
    where = f"{LOG_IN}?{urlencode(asked)}" if asked else LOG_IN
    return RedirectResponse(where, 303)


def _unasked(request: Request) -> Response | None:
    """A form that a stranger may send must come from a page of ours."""
    if request.method in SAFE or _from_here(request.headers):
        return None
    return problems.problem(403, _UNPROVEN)


def _unready(request: Request, session: Session | None) -> Response | None:
    """A session may need a password of its own, and to prove that it asks itself."""
    if session is None:
        return None
    if session.must_change and request.url.path not in (PASSWORD, LOG_OUT):
        if errors.is_page(request):
            return RedirectResponse(PASSWORD, 303)
        return problems.problem(403, _CHANGE)
    said = request.headers.get("x-csrf-token", "")
    if request.method in SAFE or _from_here(request.headers) or session.vouches(said):
        return None
    return problems.problem(403, _UNPROVEN)


def _from_here(headers: Mapping[str, str]) -> bool:
    """Browsers say where a form comes from; that this is here was looked at before."""
    return headers.get("sec-fetch-site") == "same-origin" or "origin" in headers


def _patterns(
    routes: Iterable[tuple[str, str]],
) -> Mapping[str, list[re.Pattern[str]]]:
    found: dict[str, list[re.Pattern[str]]] = {}
    for method, path in routes:
        found.setdefault(method, []).append(compile_path(path)[0])
    return found
