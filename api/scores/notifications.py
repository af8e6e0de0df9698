"""WMP-5.2. Telling departments of first scores and changes of band.

Notices are written in the transaction that stores the scores, so that none is lost and
none told of what was not stored. A mail says no more than the notice: an identifier and
bands, no name and no place. A mail may leave twice if the service stops between sending
it and writing that down; it is never left out.
"""

import asyncio
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from functools import partial

import structlog

from api.settings import Settings
from geocorr.errors import NotFound, UsageError
from geocorr.scoring.routing import BandChange, Notice, Route, notices
from loaders import profile as profiles_of
from loaders import routing
from loaders.forces import forces
from loaders.profile import Profiles
from sql import audit, jobs, outbox
from sql.db import Connection, transaction
from sql.outbox import NoticeFilter, StoredNotice, ToMail, Whereabouts

log = structlog.get_logger()
KIND = "mail"
MAILER = "geocorr"
_WAIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server, and who mails are from."""

    host: str
    port: int
    sender: str
    attempts: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is told, by which profiles, and by which mail server (None = by none)."""

    routes: tuple[Route, ...]
    profiles: Profiles
    mail: Mail | None = None

    @property
    def departments(self) -> list[str]:
        """Whom these files have told, by name."""
        profiles = (self.profiles.of(None), *self.profiles.adopted.values())
        named = {route.department for route in self.routes}
        return sorted(named | {one.scoring.department for one in profiles})


def desk(settings: Settings) -> Desk:
    """The desk that the settings describe; UsageError and PolicyError as its files."""
    routes = routing.read(settings.routing)
    return Desk(routes, profiles_of.read(settings.profiles), _mail(settings))


def _mail(settings: Settings) -> Mail | None:
    if settings.smtp is None:
        return None
    host, colon, port = settings.smtp.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise UsageError(f"GEOCORR_SMTP is HOST:PORT, not {settings.smtp}.")
    limits = (settings.mail_attempts, settings.mails_at_once)
    return Mail(host, int(port), settings.mail_from, *limits)


async def tell(
    conn: Connection, changes: Sequence[BandChange], told_by: Desk
) -> tuple[Notice, ...]:
    """WMP-5.2. Write a notice to each department concerned.

    In the transaction of the caller, who stores the scores. Force, LPU and flags are
    looked up here, all of them at once.
    """
    made = [
        notice
        for change in await _placed(conn, changes)
        for notice in _noticed(change, told_by)
    ]
    await outbox.put(conn, made)
    if told_by.mail is not None and any(notice.email for notice in made):
        await ask(conn)
    return tuple(made)


def _noticed(change: BandChange, told_by: Desk) -> tuple[Notice, ...]:
    return notices(change, told_by.routes, told_by.profiles.of(change.force).scoring)


async def _placed(conn: Connection, changes: Sequence[BandChange]) -> list[BandChange]:
    """The changes with what their nominals are routed by, each day asked for once."""
    placed = []
    for day in sorted({change.day for change in changes}):
        these = [change for change in changes if change.day == day]
        where = await outbox.whereabouts(conn, day, [c.nominal_id for c in these])
        placed += [_at(change, where[change.nominal_id]) for change in these]
    return placed


def _at(change: BandChange, where: Whereabouts) -> BandChange:
    known = forces().find(where.force) if where.force else None
    force = known.identifier if known else where.force
    return replace(change, force=force, lpu=where.lpu, flags=where.flags)


async def ask(conn: Connection) -> None:
    """Ask the worker to mail what waits, also what failed before."""
    await jobs.enqueue(conn, KIND, {})


async def see(conn: Connection, number: int, by: str) -> StoredNotice:
    """Say that a notice was seen, by whom; the first to say so stays beside others."""
    async with transaction(conn):
        await one(conn, number)
        await outbox.keep_steps(conn, [number], "seen", by)
        await audit.note(conn, by, "see notice", f"notice {number}")
        return await one(conn, number)


async def one(conn: Connection, number: int) -> StoredNotice:
    """One notice; NotFound where there is none."""
    _, found = await outbox.find(conn, NoticeFilter(number))
    if not found:
        raise NotFound(f"There is no notice {number}: see `geocorr outbox list`.")
    return found[0]


async def deliver(conn: Connection, mail: Mail | None) -> tuple[int, int]:
    """Mail what waits to be mailed; how many left, and how many failed this time."""
    if mail is None:
        return 0, 0
    sent = failed = 0
    while True:
        async with transaction(conn):
            if not await outbox.lock_mail(conn):
                return sent, failed
            waiting = await outbox.to_mail(conn, mail.attempts, mail.at_once)
            lost = await asyncio.to_thread(partial(_send, mail, waiting))
            left = [notice.id for notice in waiting if notice.id not in lost]
            await outbox.keep_steps(conn, left, "sent", MAILER)
            for number, why in lost.items():
                await outbox.keep_steps(conn, [number], "failed", MAILER, why)
        sent, failed = sent + len(left), failed + len(lost)
        if lost or len(waiting) < mail.at_once:
            return sent, failed


def _send(mail: Mail, waiting: Sequence[ToMail]) -> dict[int, str]:
    """Send these; why each failed that did, by its number."""
    if not waiting:
        return {}
    lost: dict[int, str] = {}
    try:
        with smtplib.SMTP(mail.host, mail.port, timeout=_WAIT_S) as server:
            for notice in waiting:
                try:
                    server.send_message(message(notice, mail.sender))
                except smtplib.SMTPResponseException as refused:
                    lost[notice.id] = f"the mail server answered {refused.smtp_code}"
                except smtplib.SMTPRecipientsRefused:
                    lost[notice.id] = "the mail server refused the address"
    except (OSError, smtplib.SMTPException) as trouble:
        why = f"the mail server could not be reached ({type(trouble).__name__})"
        # What left before the trouble may leave again: rather twice than never.
        return {notice.id: why for notice in waiting}
    return lost


def message(notice: ToMail, sender: str) -> EmailMessage:
    """The mail of a notice: by identifier, without a name and without a place."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, notice.email
    what = "first score" if notice.kind == "first_score" else "change of band"
    mail["Subject"] = f"geocorr notice {notice.id}: {what}"
    mail["X-Geocorr-Notice"] = str(notice.id)
    mail.set_content(
        f"{notice.because}\n\n"
        f"To {notice.department}, by rule WMP-5.2. A score is an indicator, and no\n"
        "finding of guilt. How it came about:\n\n"
        f"    geocorr score --nominal {notice.nominal_id} --explain\n\n"
        "To say that you have seen this:\n\n"
        f"    geocorr outbox seen {notice.id}\n"
    )
    return mail
