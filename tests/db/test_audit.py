"""The audit's chain: in order whoever writes, and broken by whatever is done to it."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from api.keeping import auditing
from geocorr.errors import UsageError
from sql import audit
from sql.audit import EntryFilter
from sql.db import Connection, Database, Role, connect, connection, transaction
from tests.hostile import HOSTILE

LONG_AGO = datetime(2019, 3, 1, tzinfo=UTC)


async def written(conn: Connection, n: int, action: str = "read score") -> None:
    for number in range(n):
        await audit.note(conn, "DC A", action, f"nominal N{number}", {"n": number})


async def meddled(database: Database, statement: str) -> None:
    """As somebody who has the machine: triggers are off for them."""
    dsn = database.dsn
    conn = await asyncpg.connect(dsn, user="geocorr")
    await conn.execute("set session_replication_role = replica")
    await conn.execute(statement)
    await conn.close()


async def test_the_chain_is_reckoned_alike_here_and_there(db: Connection) -> None:
    for name, text in HOSTILE.items():
        await audit.note(db, name, "note", text, {"said": text}, why=text)
    await audit.note(db, "a", "b", "c", {"x": 1.50, "y": [None, True], "\u00fc": "z"})
    told = await auditing.verify(db)
    assert told.holds
    assert told.links == told.seq == len(HOSTILE) + 1
    assert (told.broken, told.unlinked, told.cut_off) == (None, 0, False)


async def test_the_form_that_is_hashed_is_this(db: Connection) -> None:
    """Written out once more, so that nobody changes both sides together."""
    await audit.note(db, "DC A", "read score", "nominal N1", {"a": 1}, "because")
    at, number = await db.fetchrow("select at, id from audit")
    us = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    said = (
        f"1:1,1:{number},{len(str(us))}:{us},4:DC A,10:read score,10:nominal N1,"
        '8:{"a": 1},7:because'
    )
    assert len(str(number)) == 1
    head = hashlib.sha256(bytes(32) + said.encode()).hexdigest()
    assert (await auditing.verify(db)).head == head


async def test_many_who_write_at_once_make_one_chain(database: Database) -> None:
    async def writer(role: Role, sizes: tuple[int, ...]) -> None:
        conn = await connect(database, role)
        for size in sizes:
            async with transaction(conn):
                await written(conn, size)
        await conn.close()

    roles = (Role.WEB, Role.WORKER) * 4
    await asyncio.gather(*(writer(role, (1, 7, 2, 1, 5)) for role in roles))
    async with connection(database, Role.WORKER) as conn:
        told = await auditing.verify(conn)
        assert told.holds
        assert told.links == 16 * len(roles)


async def test_what_is_rolled_back_leaves_no_gap(db: Connection) -> None:
    await written(db, 2)
    with pytest.raises(ZeroDivisionError):
        async with transaction(db):
            await written(db, 3)
            raise ZeroDivisionError
    await written(db, 1)
    told = await auditing.verify(db)
    assert (told.holds, told.links) == (True, 3)


async def test_a_writer_who_sees_an_older_moment_is_refused_and_forks_nothing(
    database: Database, db: Connection
) -> None:
    other = await connect(database, Role.WEB)
    old = other.transaction(isolation="repeatable_read")
    await old.start()
    await other.fetchval("select count(*) from audit")
    await written(db, 1)
    await written(other, 1)
    with pytest.raises(asyncpg.UniqueViolationError):
        await old.commit()
    await other.close()
    told = await auditing.verify(db)
    assert (told.holds, told.links) == (True, 1)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "statement",
    [
        "update audit set actor = 'x'",
        "delete from audit",
        "truncate audit",
        "update audit_link set hash = prev_hash",
        "delete from audit_link",
        "truncate audit_link",
        "delete from audit_anchor",
    ],
)
async def test_nobody_changes_the_audit(
    database: Database, db: Connection, role: Role, statement: str
) -> None:
    async with connection(database, Role.OWNER) as owner:
        await aged(owner)
    await written(db, 2)
    async with connection(database, role) as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)
    assert (await auditing.verify(db)).holds


@pytest.mark.parametrize("role", [Role.WEB, Role.WORKER])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into audit (actor, action, subject, at)"
        " values ('a', 'b', 'c', '2020-01-01')",
        "insert into audit_link select 9, 9, hash, hash from audit_link",
        "insert into audit_anchor select 9, hash, 9, now(), now() from audit_link",
    ],
)
async def test_nobody_says_when_or_in_which_place_they_wrote(
    database: Database, db: Connection, role: Role, statement: str
) -> None:
    await written(db, 1)
    async with connection(database, role) as conn:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute(statement)


async def aged(owner: Connection) -> None:
    """Three entries of long ago, in a chain that was cut off after the second."""
    for hours in range(3):
        await owner.execute(
            "insert into audit (actor, action, subject, at)"
            " values ('DC Old', 'read score', 'nominal N9', $1)",
            LONG_AGO + timedelta(hours=hours),
        )
    await audit.forget(owner, 2, "worker", "0")


@pytest.mark.parametrize(
    ("done", "broken", "what"),
    [
        ("update audit set actor = 'DC B' where id = 3", 3, "does not say"),
        ("update audit set why = 'x' where id = 3", 3, "does not say"),
        ("update audit set at = at + interval '1 us' where id = 3", 3, "does not say"),
        ("update audit set detail = '{\"n\": 7}' where id = 3", 3, "does not say"),
        ("delete from audit where id = 3", 3, "is gone"),
        ("delete from audit_link where seq = 3", 4, "missing"),
        ("delete from audit_link where seq = 1", 2, "missing"),
        ("update audit_link set prev_hash = hash where seq = 4", 4, "does not follow"),
        (
            "update audit_link set hash = sha256('x') where seq = 3",
            3,
            "does not say",
        ),
    ],
)
async def test_whatever_is_done_to_it_shows(
    database: Database, db: Connection, done: str, broken: int, what: str
) -> None:
    await written(db, 5)
    await meddled(database, done)
    told = await auditing.verify(db)
    assert told.broken == broken
    assert not told.holds
    assert what in (told.what or "")


async def test_an_entry_outside_the_chain_shows(
    database: Database, db: Connection
) -> None:
    await written(db, 2)
    await meddled(
        database,
        "insert into audit (actor, action, subject) values ('x', 'read', 'y')",
    )
    told = await auditing.verify(db)
    assert (told.holds, told.broken, told.unlinked) == (False, None, 1)


async def test_an_end_that_was_cut_off_shows_by_the_head_that_was_written_down(
    database: Database, db: Connection
) -> None:
    await written(db, 5)
    head = (await auditing.verify(db)).head
    await written(db, 1)
    assert (await auditing.verify(db, head)).holds
    await meddled(database, "delete from audit_link where seq > 4")
    await meddled(database, "delete from audit where id > 4")
    assert (await auditing.verify(db)).holds
    told = await auditing.verify(db, head)
    assert (told.holds, told.cut_off, told.seq) == (False, True, 4)


@pytest.mark.parametrize("head", ["", "12", "zz" * 32, "00" * 31])
async def test_what_is_no_head_is_refused(db: Connection, head: str) -> None:
    with pytest.raises(UsageError, match="64 digits"):
        await auditing.verify(db, head)


async def test_retention_cuts_off_a_beginning_and_leaves_an_anchor(
    db: Connection, owner: Connection
) -> None:
    await aged(owner)
    told = await auditing.verify(db)
    assert (told.holds, told.links, told.first, told.seq) == (True, 1, 3, 3)
    assert told.anchor is not None
    assert (told.anchor.seq, told.anchor.entries) == (2, 2)
    assert told.anchor.last_at == LONG_AGO + timedelta(hours=1)
    # The head of what went is known still: it is where the rest begins.
    assert (await auditing.verify(db, told.anchor.hash.hex())).holds
    await written(db, 2)
    assert (await auditing.verify(db)).links == 3


async def test_nothing_of_the_last_year_goes_nor_the_last_link(
    db: Connection, owner: Connection, web: Connection
) -> None:
    await aged(owner)
    await written(db, 1)
    for upto in (4, 5):
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="last year"):
            await audit.forget(db, upto, "worker", "0")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission"):
        await audit.forget(web, 3, "web", "0")
    assert await audit.forget(db, 3, "worker", "0") == 1


async def test_who_looked_at_this_person(db: Connection) -> None:
    await written(db, 3)
    await audit.note(db, "DC B", "read list", "5 nominals", {"nominals": ["N1", "N7"]})
    await audit.note(db, "DC C", "read hit", "hit 1")
    total, found = await auditing.search(
        db, "Auditor", EntryFilter(subject="N1"), (50, 0)
    )
    assert total == 2
    assert [e.actor for e in found] == ["DC B", "DC A"]
    # And the look into the audit stands there too, with what was asked.
    look = (await audit.entries(db, 1))[0]
    assert (look.actor, look.action) == ("Auditor", "search audit")
    assert look.detail == {"subject": "N1"}


async def test_every_filter_and_the_page(db: Connection) -> None:
    await written(db, 4)
    await written(db, 1, "read case")
    at = datetime.now(UTC)

    async def count(**terms: object) -> int:
        return (await audit.find(db, EntryFilter(**terms), 2, 1))[0]

    assert await count() == 5
    assert await count(action="read case") == 1
    assert await count(actor="DC A") == 5
    assert await count(actor="DC B") == 0
    assert await count(from_at=at) == 0
    assert await count(to_at=at) == 5
    _, page = await audit.find(db, EntryFilter(), 2, 1)
    assert [e.subject for e in page] == ["nominal N3", "nominal N2"]
    assert (await audit.find(db, EntryFilter(), 2, 9)) == (5, [])


async def test_csv_keeps_words_from_being_formulas(db: Connection) -> None:
    await audit.note(db, "=1+1", "note", "@x", {"a": "+1"}, why="-2+3|cmd")
    text = auditing.csv_text(await audit.entries(db))
    assert ",'=1+1,note,'@x,a: +1,'-2+3|cmd\n" in text
