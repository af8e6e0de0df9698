"""Log-in as the web may do it: tries, sessions, tokens, by the hash of each secret."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sql import queries
from sql.db import Connection, Record

Q = queries.read("sessions")


class Way(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105  the word, not a secret
    OIDC = "oidc"


class Limits(NamedTuple):
    """How many failures lock a name at one address, and an address, for how long; and
    how many at a name from anywhere, in that time, slow the next ones."""

    at_most: int
    at_most_here: int
    at_most_anywhere: int
    lock: timedelta


@dataclass(frozen=True, slots=True)
class Try:
    """A try to come in. No `attempt`: wait `locked_until`. No `account`: nobody's name,
    or one that is disabled; no `password_hash`: they come in by the provider. `slowed`:
    very many failed at this name, so the answer is to take its time."""

    attempt: int | None
    account: int | None
    password_hash: str | None
    locked_until: datetime | None
    slowed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Whose session or token it is."""

    account: int
    name: str
    shown: str
    roles: tuple[str, ...]
    force: str | None
    lpu: str | None
    must_change: bool


class Journey(NamedTuple):
    """What was agreed with the provider before somebody went there."""

    nonce: str
    verifier: str
    next_path: str


async def began(conn: Connection, name: str, address: str, limits: Limits) -> Try:
    """Begin a try by a name: it counts as failed until `let_in`."""
    return Try(**await conn.fetchrow(Q["log_in_began"], name, address, *limits))


async def let_in(conn: Connection, attempt: int) -> None:
    """The try succeeded: what failed before it counts no more."""
    await conn.execute(Q["log_in_ended"], attempt)


async def open_session(
    conn: Connection,
    session: bytes,
    account: int,
    way: Way,
    address: str,
    lasts: timedelta,
) -> bool:
    """Open a session; False for an account that is disabled."""
    words = (session, account, way.value, address, lasts)
    return bool(await conn.fetchval(Q["open_session"], *words))


async def whose_session(
    conn: Connection, session: bytes, idle: timedelta
) -> Found | None:
    """Who asks by this session; None where it is none, idle, over, or ended."""
    return _found(await conn.fetchrow(Q["whose_session"], session, idle))


async def whose_token(conn: Connection, token: bytes) -> Found | None:
    """Who asks by this token; None where it is none, over, or ended."""
    return _found(await conn.fetchrow(Q["whose_token"], token))


async def end_session(conn: Connection, session: bytes, why: str) -> None:
    """End a session, if it has not ended yet."""
    await conn.execute(Q["end_session"], session, why)


async def end_others(
    conn: Connection, account: int, but: bytes | None, why: str
) -> int:
    """End all sessions of an account but one, and say how many."""
    return int(await conn.fetchval(Q["end_others"], account, but, why))


async def change_password(conn: Connection, account: int, password_hash: str) -> None:
    """Keep a person's own new password."""
    await conn.execute(Q["change_password"], account, password_hash)


async def account_of_subject(conn: Connection, subject: str) -> tuple[int, str] | None:
    """Number and name of the account of whom the provider names."""
    row = await conn.fetchrow(Q["account_of_subject"], subject)
    return None if row is None else (row["account"], row["name"])


async def begin_journey(conn: Connection, state: bytes, journey: Journey) -> None:
    """Keep what was agreed with the provider, under the hash of its state."""
    await conn.execute(Q["begin_journey"], state, *journey)


async def end_journey(
    conn: Connection, state: bytes, within: timedelta
) -> Journey | None:
    """What was agreed; None where it is too old, or was asked for before."""
    row = await conn.fetchrow(Q["end_journey"], state, within)
    return None if row is None else Journey(**row)


def _found(row: Record | None) -> Found | None:
    return None if row is None else Found(**{**row, "roles": tuple(row["roles"])})
