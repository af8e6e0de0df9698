"""Managing accounts: made, changed, disabled, and let in again; never deleted.

Each act is audited. What a role must have of a force and an LPU stands here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from api.login import passwords
from api.login.session import digest, new_secret
from api.login.who import UserRole
from geocorr.errors import ConflictError, UsageError
from loaders.forces import forces
from sql import accounts, audit, boundaries, sessions
from sql.accounts import Account, Going, NewAccount, Token
from sql.db import Connection, transaction

NEEDS_LPU = frozenset({UserRole.LPU_TEAM, UserRole.OM_INSPECTOR, UserRole.SUPERVISOR})
NEEDS_FORCE = NEEDS_LPU | {UserRole.INVESTIGATOR}
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")


@dataclass(frozen=True, slots=True)
class Rights:
    """What an account may be, of which force (any of its names) and LPU."""

    roles: tuple[UserRole, ...]
    force: str | None = None
    lpu: str | None = None

    @property
    def words(self) -> tuple[tuple[str, ...], str | None, str | None]:
        """As they are kept: the force by its identifier."""
        force = forces().named(self.force).identifier if self.force else None
        return tuple(sorted({role.value for role in self.roles})), force, self.lpu


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account to be made. `subject`: whom the provider says it is, if not `name`."""

    name: str
    shown: str
    rights: Rights
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """What lets somebody in as an account just now."""

    sessions: Sequence[Going]
    tokens: Sequence[Token]


async def add(
    conn: Connection,
    wanted: Wanted,
    password: str | None,
    by: str,
    *,
    must_change: bool = True,
) -> Account:
    """Make an account; without a password they come in by the provider alone.

    UsageError for a name, a password or rights that cannot be; ConflictError for a
    name or a subject that is taken.
    """
    if not _NAME.fullmatch(wanted.name):
        raise UsageError(
            f"{wanted.name} is no name to log in by: small letters, digits, . _ @ -, "
            "at least two."
        )
    await _check(conn, wanted.rights)
    kept = password and await passwords.hashed(passwords.check(password, wanted.name))
    told = (wanted.name, wanted.shown, *wanted.rights.words)
    subject = wanted.subject or wanted.name
    new = NewAccount(*told, subject, kept, must_change and kept is not None)
    async with transaction(conn):
        number = await accounts.make(conn, new, by)
        if number is None:
            raise ConflictError(
                f"{wanted.name} or {subject} is taken: accounts are never deleted, "
                "geocorr user list names them."
            )
        await _note(conn, by, "account made", number, _detail(wanted.rights))
        return await accounts.named(conn, wanted.name)


async def change_rights(conn: Connection, name: str, rights: Rights, by: str) -> None:
    """What an account may be from its next request on; nobody's own."""
    _of_another(name, by)
    await _check(conn, rights)
    async with transaction(conn):
        found = await accounts.named(conn, name)
        await accounts.set_roles(conn, found.id, *rights.words)
        before = {"roles": found.roles, "force": found.force, "lpu": found.lpu}
        detail = {**_detail(rights), "before": before}
        await _note(conn, by, "account roles", found.id, detail)


async def disable(conn: Connection, name: str, reason: str, by: str) -> int:
    """Let nobody in by it any more; its sessions and tokens end at once."""
    async with transaction(conn):
        found = await accounts.named(conn, name)
        await accounts.set_disabled(conn, found.id, True)
        await accounts.end_tokens(conn, found.id)
        ended = await sessions.end_others(conn, found.id, None, "disabled")
        await _note(conn, by, "account disabled", found.id, {"reason": reason})
        return ended


async def enable(conn: Connection, name: str, reason: str, by: str) -> None:
    """Let somebody in by it again, and forget what failed before."""
    async with transaction(conn):
        found = await accounts.named(conn, name)
        await accounts.set_disabled(conn, found.id, False)
        await accounts.forgive(conn, name)
        await _note(conn, by, "account enabled", found.id, {"reason": reason})


async def set_password(
    conn: Connection, name: str, password: str, by: str, *, must_change: bool = True
) -> None:
    """Set another's password; every session of theirs ends, and a lock opens."""
    _of_another(name, by)
    kept = await passwords.hashed(passwords.check(password, name))
    async with transaction(conn):
        found = await accounts.named(conn, name)
        await accounts.set_password(conn, found.id, kept, must_change)
        await accounts.forgive(conn, name)
        await sessions.end_others(conn, found.id, None, "the password was set")
        await _note(conn, by, "password set", found.id, {})


async def end_keys(
    conn: Connection, name: str, by: str, *, tokens_too: bool
) -> tuple[int, int]:
    """End every session of an account, and its tokens if asked; how many of each."""
    async with transaction(conn):
        found = await accounts.named(conn, name)
        ended = await sessions.end_others(conn, found.id, None, f"ended by {by}")
        tokens = await accounts.end_tokens(conn, found.id) if tokens_too else 0
        detail = {"sessions": ended, "tokens": tokens}
        await _note(conn, by, "sessions ended", found.id, detail)
        return ended, tokens


async def keys(conn: Connection, name: str) -> Keys:
    """The sessions of an account that go on, and all its tokens."""
    found = await accounts.named(conn, name)
    going = await accounts.sessions_of(conn, found.id)
    return Keys(going, await accounts.tokens_of(conn, found.id))


async def give_token(
    conn: Connection, name: str, what_for: str, days: tuple[int, int], by: str
) -> tuple[str, datetime]:
    """A script's key, told this once, and until when it holds; `days`: and at most."""
    lasts, at_most = days
    if not 1 <= lasts <= at_most:
        raise UsageError(f"A token lasts 1 to {at_most} days.")
    key = f"geocorr_{new_secret()}"
    async with transaction(conn):
        found = await accounts.named(conn, name)
        if found.disabled_at is not None:
            raise ConflictError(
                f"{name} is disabled: geocorr user enable {name} first."
            )
        words = (digest(key), found.id, what_for, by, timedelta(days=lasts))
        number, until = await accounts.make_token(conn, *words)
        await _note(conn, by, "token made", found.id, {"token": number})
    return key, until


def _of_another(name: str, by: str) -> None:
    """ConflictError for one's own account: what it may be, another says."""
    if by == name:
        raise ConflictError(
            f"{name} is your own account: another administrator does this, and your "
            "own password you change at /password."
        )


async def _check(conn: Connection, rights: Rights) -> None:
    """UsageError for rights without what they need, or for an LPU that is none."""
    _, force, lpu = rights.words
    if not rights.roles:
        raise UsageError(f"Give --role: one or more of {', '.join(UserRole)}.")
    needs = {"--force": (NEEDS_FORCE, force), "--lpu": (NEEDS_LPU, lpu)}
    for option, (needing, given) in needs.items():
        for role in sorted(needing.intersection(rights.roles)):
            if given is None:
                raise UsageError(f"{role} needs {option}: what it may see is of one.")
    if lpu is not None:
        known = await boundaries.names(conn, "lpu", datetime.now(UTC))
        codes = sorted(area.code for area in known if area.force == force)
        if codes and lpu not in codes:
            raise UsageError(f"{force} has no LPU {lpu}; it has {', '.join(codes)}.")


def _detail(rights: Rights) -> dict[str, object]:
    return dict(zip(("roles", "force", "lpu"), rights.words, strict=True))


async def _note(
    conn: Connection, by: str, action: str, account: int, detail: Mapping[str, object]
) -> None:
    await audit.note(conn, by, action, f"account {account}", detail)
