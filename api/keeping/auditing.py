"""The audit searched, which is audited itself, and its chain checked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from geocorr.errors import UsageError
from geocorr.keeping.chain import ORIGIN, Checked, begun, follow
from loaders import csv_out
from sql import audit
from sql.audit import Anchor, Entry, EntryFilter
from sql.db import Connection, transaction

COLUMNS = ("id", "at", "actor", "action", "subject", "detail", "why")
_HEAD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking the chain came to; `holds` = nothing is broken, nothing cut off.

    `unlinked` entries stand outside the chain. `cut_off`: the head that was written
    down elsewhere is in the chain no more.
    """

    holds: bool
    links: int
    first: int
    seq: int
    head: str
    broken: int | None
    what: str | None
    unlinked: int
    cut_off: bool
    anchor: Anchor | None


async def search(
    conn: Connection, who: str, asked: EntryFilter, page: tuple[int, int]
) -> tuple[int, list[Entry]]:
    """How many entries there are, and a page (limit, offset); the look is audited."""
    async with transaction(conn):
        found = await audit.find(conn, asked, *page)
        terms = {k: v for k, v in asdict(asked).items() if v is not None}
        told = {name: str(value) for name, value in terms.items()}
        await audit.note(conn, who, "search audit", "audit", told)
    return found


async def verify(conn: Connection, head: str | None = None) -> Verified:
    """Check every link from the first that is left, apart from the database.

    `head`: a hash that was written down earlier; UsageError where it is none.
    """
    asked = _hash(head)
    # One moment: what others write meanwhile is neither missing nor too much.
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        cut = await audit.anchor(conn)
        start = begun(cut.seq, cut.hash, asked) if cut else begun(0, ORIGIN, asked)
        done = start
        async for links in audit.links(conn):
            done = follow(done, links, asked)
        unlinked = await audit.unlinked(conn)
    return _verified(start, done, unlinked, asked, cut)


def _verified(
    start: Checked,
    done: Checked,
    unlinked: int,
    asked: bytes | None,
    cut: Anchor | None,
) -> Verified:
    cut_off = asked is not None and not done.saw and done.broken is None
    return Verified(
        holds=done.broken is None and not unlinked and not cut_off,
        links=done.links,
        first=start.seq + 1,
        seq=done.seq,
        head=done.head.hex(),
        broken=done.broken,
        what=done.what,
        unlinked=unlinked,
        cut_off=cut_off,
        anchor=cut,
    )


def _hash(head: str | None) -> bytes | None:
    if head is None:
        return None
    try:
        found = bytes.fromhex(head)
    except ValueError:
        found = b""
    if len(found) != _HEAD_BYTES:
        raise UsageError(f"{head} is no head: give the 64 digits that verify printed.")
    return found


def csv_text(entries: Sequence[Entry]) -> str:
    """Entries as CSV with a heading; cells like formulas are neutralised."""
    return csv_out.csv_text(COLUMNS, map(_cells, entries))


def document(entry: Entry) -> dict[str, object]:
    """An entry as JSON has it."""
    return asdict(entry)


def _cells(entry: Entry) -> tuple[object, ...]:
    detail = "; ".join(f"{name}: {value}" for name, value in entry.detail.items())
    said = (entry.actor, entry.action, entry.subject, detail, entry.why)
    return (entry.id, entry.at, *said)
