"""Coming in and going out: a try, a session, a new password; each is audited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio import sleep

from api.login import passwords
from api.login.rates import network
from api.login.session import Session, new_secret
from api.login.who import Who
from api.rest.services import Services
from api.settings import Settings
from geocorr.errors import UsageError
from sql import audit, sessions
from sql.db import Connection, Role, transaction
from sql.sessions import Limits, Try, Way

_STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Refused:
    """Not let in: a wrong name or password, or too many tries until then."""

    wait_until: datetime | None = None


async def log_in(
    parts: Services, name: str, password: str, address: str
) -> Session | Refused:
    """A new session for who knows the password; the same answer for any other reason.

    The connection is given back while the password is compared.
    """
    name = name.strip().lower()
    tried = await _began(parts, name, address)
    if tried.attempt is None:
        return Refused(tried.locked_until)
    known = await passwords.matches(password, tried.password_hash)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        if known and tried.account is not None:
            await sessions.let_in(conn, tried.attempt)
            by = (tried.account, name, address)
            if session := await opened(conn, by, Way.PASSWORD, parts.settings):
                return session
        subject = f"account {tried.account}" if tried.account else "no account"
        await audit.note(conn, _STRANGER, "log-in refused", subject)
    return Refused()


async def vouched(parts: Services, subject: str, address: str) -> Session | None:
    """A new session of the account for whom the provider names; None without one."""
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        found = await sessions.account_of_subject(conn, subject)
        if found is not None:
            by = (*found, address)
            return await opened(conn, by, Way.OIDC, parts.settings)
        detail = {"way": Way.OIDC.value}
        await audit.note(conn, _STRANGER, "log-in refused", "no account", detail)
    return None


async def opened(
    conn: Connection, by: tuple[int, str, str], way: Way, settings: Settings
) -> Session | None:
    """A new session of an account, by number, name and address; None if disabled."""
    account, name, address = by
    session = Session(new_secret())
    lasts = timedelta(hours=settings.session_max_h)
    where = (session.sha256, account, way, address, lasts)
    if not await sessions.open_session(conn, *where):
        return None
    await audit.note(conn, name, "log in", f"account {account}", {"way": way.value})
    return session


async def change_password(
    parts: Services, who: Who, old: str, new: str, address: str
) -> Session | Refused:
    """A person's own new password; every session of theirs ends, and a new one begins.

    UsageError for a new password that is too easily guessed, or is the old one.
    """
    text = passwords.check(new, who.name)
    tried = await _began(parts, who.name, address)
    if tried.attempt is None:
        return Refused(tried.locked_until)
    if not await passwords.matches(old, tried.password_hash):
        return Refused()
    if passwords.normal(old) == text:
        raise UsageError("Choose a password that is not the one you have now.")
    kept = await passwords.hashed(text)
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await sessions.let_in(conn, tried.attempt)
        await sessions.change_password(conn, who.account, kept)
        await sessions.end_others(conn, who.account, None, "the password was changed")
        await audit.note(conn, who.name, "password changed", f"account {who.account}")
        by = (who.account, who.name, address)
        return await opened(conn, by, Way.PASSWORD, parts.settings) or Refused()


async def log_out(parts: Services, who: Who, session: Session) -> None:
    """End a session."""
    async with parts.connection(Role.WEB) as conn, transaction(conn):
        await sessions.end_session(conn, session.sha256, "logged out")
        await audit.note(conn, who.name, "log out", f"account {who.account}")


async def end(parts: Services, session: Session, why: str) -> None:
    """End a session that another takes the place of."""
    async with parts.connection(Role.WEB) as conn:
        await sessions.end_session(conn, session.sha256, why)


async def _began(parts: Services, name: str, address: str) -> Try:
    """A try begins, after a while where very many failed at this name.

    The wait comes before the password is looked at, and is the same for nobody's name.
    """
    async with parts.connection(Role.WEB) as conn:
        limits = _limits(parts.settings)
        tried = await sessions.began(conn, name, network(address), limits)
    if tried.slowed:
        await sleep(parts.settings.log_in_slow_s)
    return tried


def _limits(chosen: Settings) -> Limits:
    failures = chosen.log_in_failures, chosen.log_in_failures_here
    lock = timedelta(minutes=chosen.lock_min)
    return Limits(*failures, chosen.log_in_failures_anywhere, lock)
