"""The demo's accounts: one for each role, one password, made anew at each run."""

from rich import box
from rich.console import Console
from rich.table import Table

from api.login import passwords
from api.login.accounts import NEEDS_FORCE, NEEDS_LPU, Rights
from api.login.who import UserRole
from fixtures.boundaries import FORCE, FORCE_PREFIX
from sql import accounts, audit
from sql.accounts import NewAccount
from sql.db import Connection, transaction

LPU = f"{FORCE_PREFIX}-03"
NAMES = {
    UserRole.CENTRAL_TEAM: ("demo-central", "Cal Central"),
    UserRole.INVESTIGATOR: ("demo-investigator", "Ines Vestigator"),
    UserRole.LPU_TEAM: ("demo-lpu", "Lou Pugh"),
    UserRole.INTELLIGENCE: ("demo-intelligence", "Ann Alyst"),
    UserRole.AUDITOR: ("demo-auditor", "Audie Torr"),
    UserRole.ADMIN: ("demo-admin", "Addie Minn"),
    UserRole.OM_INSPECTOR: ("demo-inspector", "Insp Ector"),
    UserRole.SUPERVISOR: ("demo-supervisor", "Sue Pervis"),
}


async def let_in(conn: Connection, by: str) -> str:
    """Make the accounts, or let them in again; the password of all of them."""
    password = passwords.invented()
    kept = await passwords.hashed(password)
    async with transaction(conn):
        for role, (name, shown) in NAMES.items():
            new = NewAccount(name, shown, *rights(role).words, name, kept, False)
            if await accounts.make(conn, new, by) is None:
                held = await accounts.named(conn, name)
                await accounts.set_password(conn, held.id, kept, False)
                await accounts.forgive(conn, name)
        await audit.note(conn, by, "demo accounts made", "accounts")
    return password


def rights(role: UserRole) -> Rights:
    """A role in the demo's force and one of its LPUs, as far as it needs them."""
    force = FORCE if role in NEEDS_FORCE else None
    return Rights((role,), force, LPU if role in NEEDS_LPU else None)


def tell(out: Console, password: str) -> None:
    """Who may come in, and by which password."""
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("log in as", "may be", "of"):
        drawn.add_column(column, no_wrap=True)
    for role, (name, _) in NAMES.items():
        of = ", ".join(part for part in rights(role).words[1:] if part)
        drawn.add_row(name, role.replace("_", " "), of or "all")
    out.print(drawn)
    out.print(f"Password of each, until the demo is run again: {password}")
