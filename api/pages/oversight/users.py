"""Accounts: made, changed, disabled, let in again; nobody changes their own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.login import accounts as managing
from api.login import passwords
from api.login.accounts import Rights, Wanted
from api.login.asking import Asking
from api.login.who import UserRole, Who
from api.pages import banners, forms
from api.pages.casework import areas
from api.pages.forms import Form, Wrong
from api.pages.rendering import page
from api.rest.parameters import Text
from api.rest.services import Parts
from sql import accounts
from sql.db import Connection, Role

router = APIRouter(include_in_schema=False)

Account = Annotated[Text, Path(max_length=100)]
_ROLES = [(role.value, role.value.replace("_", " ").capitalize()) for role in UserRole]


@router.get("/users")
async def listed(request: Request, who: Asking, parts: Parts) -> Response:
    """All accounts, what each may be, and when it was last used."""
    async with parts.connection(Role.WORKER) as conn:
        found = await accounts.listed(conn)
    done = banners.of(request)
    return page(request, who, "admin/users.html", found=found, done=done)


@router.get("/users/new")
async def new(request: Request, who: Asking, parts: Parts) -> Response:
    """The form of an account."""
    return await _form(request, who, parts, forms.EMPTY)


@router.post("/users/new")
async def add(request: Request, who: Asking, parts: Parts) -> Response:
    """Make an account; its password for once is shown this once."""
    form = await forms.read(request)
    password = None if form.values("no_password") else passwords.invented()
    try:
        name = form.words("name", "Give the name to log in by.").lower()
        shown = form.words("shown", "Say how pages greet them.")
        wanted = Wanted(name, shown, _rights(form), form.maybe("subject") or None)
        async with parts.connection(Role.WORKER) as conn:
            await managing.add(conn, wanted, password, who.name)
    except forms.FAULTS as wrong:
        return await _form(request, who, parts, form.refused(wrong))
    if password is None:
        return forms.done(f"/users/{name}", "account")
    # Not by way of an address: it would keep the password.
    return await _page(request, (name, password), who, parts, forms.EMPTY)


@router.get("/users/{account}")
async def one(
    request: Request, account: Account, who: Asking, parts: Parts
) -> Response:
    """An account with what lets somebody in as it."""
    return await _page(request, (account, None), who, parts, forms.EMPTY)


@router.post("/users/{account}")
async def change(
    request: Request, account: Account, who: Asking, parts: Parts
) -> Response:
    """Change, disable, enable, end sessions or set a password for once."""
    form = await forms.read(request)
    act = form.value("act")
    password = passwords.invented() if act == "password" else None
    try:
        if account == who.name:
            raise Wrong("", "Somebody else changes your account.")
        if act not in _ACTS:
            raise Wrong("", "Choose what is to be done.")
        async with parts.connection(Role.WORKER) as conn:
            if password is not None:
                await managing.set_password(conn, account, password, who.name)
            else:
                await _ACTS[act](conn, account, form, who.name)
    except forms.FAULTS as wrong:
        return await _page(request, (account, None), who, parts, form.refused(wrong))
    if password is not None:
        return await _page(request, (account, password), who, parts, forms.EMPTY)
    return forms.done(f"/users/{account}", f"account_{act}")


async def _roles(conn: Connection, name: str, form: Form, by: str) -> None:
    await managing.change_rights(conn, name, _rights(form), by)


async def _disable(conn: Connection, name: str, form: Form, by: str) -> None:
    await managing.disable(conn, name, _why(form), by)


async def _enable(conn: Connection, name: str, form: Form, by: str) -> None:
    await managing.enable(conn, name, _why(form), by)


async def _end(conn: Connection, name: str, form: Form, by: str) -> None:
    tokens_too = bool(form.values("tokens_too"))
    await managing.end_keys(conn, name, by, tokens_too=tokens_too)


async def _password(conn: Connection, name: str, form: Form, by: str) -> None:
    """Set above, where the password can be shown."""


_ACTS: Mapping[str, Callable[[Connection, str, Form, str], Awaitable[None]]] = {
    "roles": _roles,
    "disable": _disable,
    "enable": _enable,
    "end": _end,
    "password": _password,
}


def _why(form: Form) -> str:
    return form.words("reason", "Say why: the reason is kept.")


def _rights(form: Form) -> Rights:
    known = {role.value for role in UserRole}
    told = form.values("roles")
    if not told or not known.issuperset(told):
        raise Wrong("roles", "Choose one role or more.")
    roles = tuple(UserRole(role) for role in told)
    return Rights(roles, form.maybe("force") or None, form.maybe("lpu") or None)


async def _form(request: Request, who: Who, parts: Parts, form: Form) -> Response:
    async with parts.connection(Role.WORKER) as conn:
        lpus, forces = await areas.lpus(conn), await areas.forces(conn)
    return page(
        request,
        who,
        "admin/new_user.html",
        422 if form.error else 200,
        roles=_ROLES,
        lpus=lpus,
        forces=forces,
        form=form,
        done=None,
    )


async def _page(
    request: Request,
    of: tuple[str, str | None],
    who: Who,
    parts: Parts,
    form: Form,
) -> Response:
    name, password = of
    async with parts.connection(Role.WORKER) as conn:
        found = await accounts.named(conn, name)
        keys = await managing.keys(conn, name)
        lpus, forces = await areas.lpus(conn), await areas.forces(conn)
    holds: Mapping[str, list[str]] = {"roles": list(found.roles)}
    typed = form if form.error else Form(holds)
    return page(
        request,
        who,
        "admin/user.html",
        422 if form.error else 200,
        account=found,
        keys=keys,
        password=password,
        is_own=name == who.name,
        roles=_ROLES,
        lpus=lpus,
        forces=forces,
        form=typed,
        done=banners.of(request),
    )
