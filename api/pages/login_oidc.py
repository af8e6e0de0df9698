"""Coming in by the organisation's own provider: there, and back again."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.login import entering
from api.login.admission import LOG_IN
from api.login.provider import Provider, state_of
from api.login.session import digest, hand_out
from api.pages.errors import told
from api.pages.login import address, local, provider
from api.rest.parameters import Text
from api.rest.services import started
from api.settings import Settings
from geocorr.errors import InputError
from sql import sessions
from sql.db import Role

router = APIRouter(include_in_schema=False)

Given = Annotated[Text, Field(max_length=4000)]
_WITHIN = timedelta(minutes=10)
_STALE = "This took too long, or was begun in another browser: start again at /login"
_NO_ACCOUNT = (
    "The provider knows you, but geocorr has no account for you, or it is disabled. "
    "Ask whoever manages geocorr's accounts in your force."
)


@router.get("/login/oidc")
async def leave(request: Request, next: Text = "/") -> Response:
    """Send the browser to the provider, with a word that only it can bring back."""
    chosen = _provider(request)
    leaving = await chosen.leave(_callback(request, chosen.settings), local(next))
    state = digest(state_of(leaving.secret))
    async with started(request).connection(Role.WEB) as conn:
        await sessions.begin_journey(conn, state, leaving.journey)
    answer = RedirectResponse(leaving.url, 303)
    answer.set_cookie(
        _cookie(chosen.settings),
        leaving.secret,
        max_age=int(_WITHIN.total_seconds()),
        secure=chosen.settings.over_https,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get(LOG_IN + "/oidc/callback")
async def arrive(request: Request, state: Given = "", code: Given = "") -> Response:
    """Let in whom the provider names, if an account of theirs is enabled."""
    chosen = _provider(request)
    held = request.cookies.get(_cookie(chosen.settings), "")
    if not held or state_of(held) != state:
        raise HTTPException(403, _STALE)
    parts = started(request)
    async with parts.connection(Role.WEB) as conn:
        journey = await sessions.end_journey(conn, digest(state), _WITHIN)
    if journey is None:
        raise HTTPException(403, _STALE)
    if not code:
        raise InputError("The provider let nobody in: start again at /login.")
    callback = _callback(request, chosen.settings)
    subject = await chosen.arrive(callback, code, journey)
    session = await entering.vouched(parts, subject, address(request))
    if session is None:
        return told(request, 403, _NO_ACCOUNT)
    answer = RedirectResponse(journey.next_path, 303)
    answer.delete_cookie(_cookie(chosen.settings), secure=chosen.settings.over_https)
    hand_out(answer, session, chosen.settings)
    return answer


def _provider(request: Request) -> Provider:
    found = provider(request)
    if found is None:
        raise HTTPException(404)
    return found


def _callback(request: Request, settings: Settings) -> str:
    """Ours as the provider knows it; the host was looked at before."""
    base = settings.public_url or f"http://{request.headers['host']}"
    return base.rstrip("/") + LOG_IN + "/oidc/callback"


def _cookie(settings: Settings) -> str:
    return "__Host-geocorr-way" if settings.over_https else "geocorr-way"
