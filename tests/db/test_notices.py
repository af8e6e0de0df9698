"""WMP-5.2. Notices and mails: written with the scores, to whom the routing names."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from email import message_from_string, policy
from pathlib import Path

import pytest

from api import clock
from api.scores import notifications, scoring
from api.scores.notifications import Desk, Mail
from api.settings import Settings
from geocorr.errors import NotFound, PolicyError, UsageError
from geocorr.model import Nominal
from geocorr.scoring.bands import Band
from geocorr.scoring.routing import BandChange, Route
from loaders import routing
from loaders.profile import Profiles
from sql import jobs, nominals, outbox
from sql.db import Connection, transaction
from sql.outbox import NoticeFilter
from tests.db.scoring_scenes import approve, bring
from tests.unit.scored import ROBBERY, entry, weight_set

TODAY = clock.today()
RISEN = BandChange("N1", TODAY, Band.LOW, Band.HIGH)
OMU = Route("OMU Northtown", "omu@police.example", force="Kent")
DESK = Desk((OMU,), Profiles({}))


class SmtpServer:
    """A mail server as small as one can be: RFC 5321's commands, one client each."""

    def __init__(self) -> None:
        self.mails: list[str] = []
        self.refused: set[str] = set()

    async def __aenter__(self) -> "SmtpServer":
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"220 here\r\n")
        while line := (await reader.readline()).decode():
            word = line[:4].upper()
            answer = b"250 ok\r\n"
            if word == "RCPT" and any(r in line for r in self.refused):
                answer = b"550 nobody of that name\r\n"
            elif word == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
            writer.write(b"221 bye\r\n" if word == "QUIT" else answer)
            await writer.drain()
            if word == "QUIT":
                break
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with SmtpServer() as running:
        yield running


def mail_of(server: SmtpServer, attempts: int = 3, at_once: int = 2) -> Mail:
    return Mail("127.0.0.1", server.port, "geocorr@police.example", attempts, at_once)


@pytest.fixture
async def force(db: Connection) -> Connection:
    """N1 of Kent is on record, with a name that no mail may tell."""
    person = Nominal("N1", "Secretname", "Ann", force="Kent", flags=("MAPPA2",))
    await nominals.upsert_nominals(db, [person])
    return db


async def tell(db: Connection, *changes: BandChange, desk: Desk = DESK) -> None:
    async with transaction(db):
        await notifications.tell(db, changes, desk)


async def test_a_change_is_told_to_the_department_of_the_force(
    force: Connection,
) -> None:
    await tell(force, RISEN, replace(RISEN, nominal_id="N2"))
    total, found = await outbox.find(force, NoticeFilter())
    assert total == 2
    told = {one.nominal_id: (one.department, one.email) for one in found}
    # N2 is not on record: no route takes it, the central team is told.
    assert told == {
        "N1": ("OMU Northtown", "omu@police.example"),
        "N2": ("Central OMA Team", None),
    }
    assert {(one.band_before, one.band_after) for one in found} == {("LOW", "HIGH")}


async def test_flags_are_those_on_record(force: Connection) -> None:
    desk = Desk((Route("PPU", flags=("MAPPA2",)),), Profiles({}))
    await tell(force, RISEN, desk=desk)
    _, (one,) = await outbox.find(force, NoticeFilter())
    assert one.department == "PPU"


async def test_a_notice_goes_with_its_score_or_not_at_all(force: Connection) -> None:
    async def breaks_off() -> None:
        async with transaction(force):
            await notifications.tell(force, [RISEN], DESK)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await breaks_off()
    assert (await outbox.find(force, NoticeFilter()))[0] == 0


async def test_the_first_score_is_told_once(force: Connection) -> None:
    weights = weight_set((*ROBBERY, 400))
    await approve(force, replace(weights, effective_from=date(2020, 1, 1)))
    await bring(force, [entry("E1", TODAY)])
    for _ in range(2):
        await scoring.score(force, ["N1"], TODAY, DESK)
    total, (one,) = await outbox.find(force, NoticeFilter(nominal_id="N1"))
    assert (total, one.kind, one.band_after) == (1, "first_score", "LOW")


async def test_a_notice_is_seen_by_somebody(force: Connection) -> None:
    await tell(force, RISEN)
    _, (one,) = await outbox.find(force, NoticeFilter(seen=False))
    assert (await notifications.see(force, one.id, "Sgt A")).seen_by == "Sgt A"
    # A second person's word stands beside the first.
    assert (await notifications.see(force, one.id, "Sgt B")).seen_by == "Sgt A"
    assert (await outbox.find(force, NoticeFilter(seen=False)))[0] == 0
    with pytest.raises(NotFound, match="no notice 99"):
        await notifications.see(force, 99, "Sgt A")


async def test_mails_leave_once_and_name_nobody(
    force: Connection, server: SmtpServer
) -> None:
    changes = [replace(RISEN, before=band) for band in (None, Band.LOW, Band.MEDIUM)]
    await tell(force, *changes)
    assert await notifications.deliver(force, mail_of(server)) == (3, 0)
    assert await notifications.deliver(force, mail_of(server)) == (0, 0)
    assert len(server.mails) == 3
    for text in server.mails:
        assert "Secretname" not in text
        assert "Ann" not in text
    mail = message_from_string(server.mails[1], policy=policy.default)
    assert mail["To"] == "omu@police.example"
    assert mail["Subject"] == "geocorr notice 2: change of band"
    assert "N1 rose from LOW to HIGH" in mail.get_content()
    _, found = await outbox.find(force, NoticeFilter())
    assert {one.mail for one in found} == {"sent"}


async def test_a_mail_that_fails_is_tried_again_and_then_left_to_people(
    force: Connection, server: SmtpServer
) -> None:
    server.refused = {"omu@"}
    await tell(force, RISEN)
    mail = mail_of(server, attempts=2)
    assert [await notifications.deliver(force, mail) for _ in range(3)] == [
        (0, 1),
        (0, 1),
        (0, 0),
    ]
    _, (one,) = await outbox.find(force, NoticeFilter(seen=False))
    assert one.mail == "failed"


async def test_one_address_that_fails_keeps_no_other_back(
    force: Connection, server: SmtpServer
) -> None:
    server.refused = {"broken@"}
    routes = (Route("A", "broken@police.example"), Route("B", "fine@police.example"))
    await tell(force, RISEN, desk=Desk(routes, Profiles({})))
    assert await notifications.deliver(force, mail_of(server)) == (1, 1)
    _, found = await outbox.find(force, NoticeFilter())
    assert {one.department: one.mail for one in found} == {"A": "failed", "B": "sent"}


async def test_a_server_that_is_not_there_loses_nothing(
    force: Connection, server: SmtpServer
) -> None:
    await tell(force, RISEN)
    nowhere = replace(mail_of(server), port=1)
    assert await notifications.deliver(force, nowhere) == (0, 1)
    assert await notifications.deliver(force, mail_of(server)) == (1, 0)


async def test_a_job_is_asked_for_where_there_is_a_server(force: Connection) -> None:
    await tell(force, RISEN)
    assert await jobs.waiting(force) == {}
    mail = Mail("127.0.0.1", 25, "geocorr@police.example", 1, 1)
    await tell(force, RISEN, desk=replace(DESK, mail=mail))
    assert await jobs.waiting(force) == {"queued": 1}


def test_the_desk_is_as_the_settings_say(tmp_path: Path) -> None:
    file = tmp_path / "routing.toml"
    file.write_text(
        '[[route]]\ndepartment = "OMU"\nforce = "West Midlands"\nbands = ["HIGH"]\n'
        '[[route]]\ndepartment = "PPU"\nemail = "ppu@police.example"\n'
        'flags = ["RSO"]\n'
    )
    desk = notifications.desk(Settings(routing=file, smtp="mail.example:2525"))
    assert desk.routes == (
        Route("OMU", force="WestMidlands", bands=(Band.HIGH,)),
        Route("PPU", "ppu@police.example", flags=("RSO",)),
    )
    assert desk.mail is not None
    assert (desk.mail.host, desk.mail.port) == ("mail.example", 2525)
    assert notifications.desk(Settings()).mail is None


@pytest.mark.parametrize("smtp", ["mail.example", ":25", "mail.example:0", "a:b"])
def test_a_server_is_host_and_port(smtp: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT"):
        notifications.desk(Settings(smtp=smtp))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[route]]\n", "department"),
        ('[[route]]\ndepartment = " "\n', "blank department"),
        ('[[route]]\ndepartment = "A"\nband = "HIGH"\n', "band"),
        ('[[route]]\ndepartment = "A"\nbands = ["UPPER"]\n', "bands"),
        ('[[route]]\ndepartment = "A"\nemail = "a b@c.d"\n', "no mail address"),
        ('[[route]]\ndepartment = "A"\nemail = "a@c.d\\nBcc: x@y.z"\n', "no mail"),
        ("[[route]\n", "not a TOML file"),
        ("routes = 1", "route"),
    ],
)
def test_a_routing_that_cannot_be(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "routing.toml"
    file.write_text(text)
    with pytest.raises(PolicyError, match=why):
        routing.read(file)
    with pytest.raises(UsageError, match="cannot be read"):
        routing.read(tmp_path / "none.toml")
