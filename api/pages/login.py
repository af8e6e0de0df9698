"""Coming in, going out, and a password of one's own."""

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from api.login import entering, passwords
from api.login.admission import LOG_IN
from api.login.asking import Asking
from api.login.entering import Refused
from api.login.provider import Provider
from api.login.session import Session, hand_out, take_back
from api.pages.rendering import page
from api.rest.parameters import Text
from api.rest.services import Parts, started
from api.settings import Settings
from geocorr.dates import LONDON
from geocorr.errors import UsageError

router = APIRouter(include_in_schema=False)

Typed = Annotated[Text, Form(max_length=1000)]
_WRONG = "The name or the password is wrong."
_WRONG_NOW = "The password you have now is another."
_NOT_TWICE = "The new password is not the same both times."


def local(path: str) -> str:
    """Where to go on: a path of ours, else the first page."""
    return path if re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", path) else "/"


def address(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def provider(request: Request) -> Provider | None:
    """The provider by which people may come in, if there is one."""
    found: Provider | None = request.app.state.provider
    return found


@router.get("/login")
async def asked(request: Request, next: Text = "/") -> Response:
    """The form; who is in already goes on."""
    if request.state.who is not None:
        return RedirectResponse(local(next), 303)
    return _form(request, local(next))


@router.post("/login")
async def log_in(
    request: Request, name: Typed = "", password: Typed = "", next: Typed = "/"
) -> Response:
    """Let in who knows the password, and say of nobody whether they have an account."""
    parts = started(request)
    told = await entering.log_in(parts, name, password, address(request))
    if isinstance(told, Session):
        if request.state.session is not None:
            await entering.end(parts, request.state.session, "logged in anew")
        return _in(RedirectResponse(local(next), 303), told, parts.settings)
    answer = _form(request, local(next), name, _why(told, _WRONG))
    return _refused(answer, told)


@router.post("/logout")
async def log_out(request: Request, parts: Parts, who: Asking) -> Response:
    """End this session."""
    answer = RedirectResponse(LOG_IN, 303)
    await entering.log_out(parts, who, request.state.session)
    take_back(answer, parts.settings)
    return answer


@router.get("/password")
async def password(request: Request, who: Asking) -> Response:
    """The form for a new password."""
    return _password_form(request, who)


@router.post("/password")
async def choose(
    request: Request,
    parts: Parts,
    who: Asking,
    old: Typed = "",
    new: Typed = "",
    again: Typed = "",
) -> Response:
    """Keep a new password, end every session and begin another."""
    if new != again:
        return _password_form(request, who, ("again", _NOT_TWICE))
    try:
        told = await entering.change_password(parts, who, old, new, address(request))
    except UsageError as error:
        return _password_form(request, who, ("new", str(error)))
    if isinstance(told, Session):
        return _in(RedirectResponse("/", 303), told, parts.settings)
    return _refused(_password_form(request, who, ("old", _why(told, _WRONG_NOW))), told)


def _in(answer: Response, session: Session, settings: Settings) -> Response:
    hand_out(answer, session, settings)
    return answer


def _form(
    request: Request, next_path: str, name: str = "", refused: str = ""
) -> Response:
    return page(
        request,
        None,
        "login.html",
        next=next_path,
        name=name,
        refused=refused,
        provider=started(request).settings.oidc_shown if provider(request) else "",
    )


def _password_form(
    request: Request, who: Asking, fault: tuple[str, str] | None = None
) -> Response:
    faults = [{"text": fault[1], "href": f"#{fault[0]}"}] if fault else []
    must_change = (
        request.state.session is not None and request.state.session.must_change
    )
    return page(
        request,
        who,
        "password.html",
        422 if fault else 200,
        faults=faults,
        wrong={fault[0]: {"text": fault[1]}} if fault else {},
        must_change=must_change,
        shortest=passwords.SHORTEST,
    )


def _why(told: Refused, otherwise: str) -> str:
    if told.wait_until is None:
        return otherwise
    until = told.wait_until.astimezone(LONDON)
    return f"There were too many tries. Wait until {until:%H:%M} and try again."


def _refused(answer: Response, told: Refused) -> Response:
    """403, or 429 with the seconds to wait; the browser shows the page either way."""
    answer.status_code = 403 if told.wait_until is None else 429
    if told.wait_until is not None:
        rest = told.wait_until - datetime.now(told.wait_until.tzinfo)
        answer.headers["Retry-After"] = str(max(1, int(rest.total_seconds())))
    return answer
