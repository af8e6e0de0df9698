"""Accounts as those who manage them see them: made, changed, disabled, kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from geocorr.errors import NotFound
from sql import queries
from sql.db import Connection

Q = queries.read("accounts")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account to be made. No `password_hash`: they come in by the provider."""

    name: str
    shown: str
    roles: tuple[str, ...]
    force: str | None
    lpu: str | None
    subject: str
    password_hash: str | None
    must_change: bool


@dataclass(frozen=True, slots=True)
class Account:
    """An account, how many of its sessions go on, and when somebody last came in."""

    id: int
    name: str
    shown: str
    roles: tuple[str, ...]
    force: str | None
    lpu: str | None
    subject: str
    has_password: bool
    must_change: bool
    made_at: datetime
    made_by: str
    disabled_at: datetime | None
    sessions: int
    last_log_in: datetime | None


@dataclass(frozen=True, slots=True)
class Going:
    """A session that goes on."""

    way: str
    address: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A script's key; what it is nobody knows but the script."""

    id: int
    name: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    last_used_at: datetime | None
    ended_at: datetime | None


async def make(conn: Connection, new: NewAccount, by: str) -> int | None:
    """Make an account; None where its name or its subject is taken."""
    words = (new.name, new.shown, list(new.roles), new.force, new.lpu, new.subject)
    more = (new.password_hash, new.must_change, by)
    found: int | None = await conn.fetchval(Q["make_account"], *words, *more)
    return found


async def listed(conn: Connection, name: str | None = None) -> list[Account]:
    """All accounts by name, or the one of this name."""
    rows = await conn.fetch(Q["accounts"], name)
    return [Account(**{**row, "roles": tuple(row["roles"])}) for row in rows]


async def named(conn: Connection, name: str) -> Account:
    """The account of this name; NotFound where there is none."""
    for account in await listed(conn, name):
        return account
    raise NotFound(f"There is no account {name}: geocorr user list names them.")


async def set_roles(
    conn: Connection,
    account: int,
    roles: tuple[str, ...],
    force: str | None,
    lpu: str | None,
) -> None:
    """What an account may be, and of which force and LPU."""
    await conn.execute(Q["set_roles"], account, list(roles), force, lpu)


async def set_disabled(conn: Connection, account: int, disabled: bool) -> None:
    """Disable an account, or let it in again."""
    await conn.execute(Q["set_disabled"], account, disabled)


async def set_password(
    conn: Connection, account: int, password_hash: str, must_change: bool
) -> None:
    """Set another person's password."""
    await conn.execute(Q["set_password"], account, password_hash, must_change)


async def forgive(conn: Connection, name: str) -> None:
    """Let nothing that was tried by this name count any more."""
    await conn.execute(Q["forgive"], name)


async def sessions_of(conn: Connection, account: int) -> list[Going]:
    """The sessions of an account that go on, the newest first."""
    return [Going(**row) for row in await conn.fetch(Q["sessions_of"], account)]


async def make_token(
    conn: Connection, sha256: bytes, account: int, name: str, by: str, lasts: timedelta
) -> tuple[int, datetime]:
    """Keep a token's hash; its number and until when it holds."""
    row = await conn.fetchrow(Q["make_token"], sha256, account, name, by, lasts)
    return row["id"], row["expires_at"]


async def tokens_of(conn: Connection, account: int) -> list[Token]:
    """The tokens of an account, the newest first."""
    return [Token(**row) for row in await conn.fetch(Q["tokens_of"], account)]


async def end_tokens(conn: Connection, account: int, number: int | None = None) -> int:
    """End one token of an account, or all, and say how many ended."""
    return int(await conn.fetchval(Q["end_tokens"], account, number))
