"""What the tables of access say of the route that was matched; else it is refused."""

from fastapi import Request
from starlette.exceptions import HTTPException

from api.login.admission import SAFE
from api.login.session import Session
from api.login.who import UserRole, Who
from api.pages.access import OPEN, PAGES
from api.rest.access import ACCESS

_FORM = "This form is not of your session any more: open its page again and repeat"


async def guarded(request: Request) -> None:
    """Refuse who may not, and a form that no page of ours sent; deny by default."""
    method = "GET" if request.method == "HEAD" else request.method
    route = method, request.scope["route"].path
    if route in OPEN:
        return
    who: Who | None = request.state.who
    allowed = ACCESS.get(route) or PAGES.get(route) or frozenset()
    if who is None or not who.may_be(allowed):
        raise HTTPException(403, _not_for(who, allowed))
    if route in PAGES and method not in SAFE:
        await _ours(request, request.state.session)


async def _ours(request: Request, session: Session | None) -> None:
    """403 for a form without the token of its session, in its field or a header."""
    said = request.headers.get("x-csrf-token")
    if said is None:
        said = str((await request.form()).get("csrf", ""))
    if session is None or not session.vouches(said):
        raise HTTPException(403, _FORM)


def _not_for(who: Who | None, allowed: frozenset[UserRole]) -> str:
    of = ", ".join(sorted(role.replace("_", " ") for role in allowed)) or "nobody"
    name = who.name if who else "a stranger"
    return f"This is for {of}. {name} has none of these roles"
