"""Entry files into the database, and the scores that they touch."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from api import clock
from api.intake.loading import Door
from api.intake.loading_people import unknown
from api.owners import owning
from api.scores import scoring
from geocorr.model import Fault
from geocorr.scoring.columns import kind_of
from geocorr.scoring.entry import Entry
from geocorr.scoring.weights import Kind, told
from loaders import entries as entry_files
from loaders.report import LoadReport
from sql import batches, entries, weights
from sql.db import Connection, transaction
from sql.weights import SetsInForce


async def load_entries(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """WMP-5.2. Store entries; those that say something new are scored at once.

    An entry that is known gets another version, from now on; what was known before
    stays. What no weight set in force weighs, or what is of a nominal that is not
    loaded, is kept, with a warning.
    """
    report, given = entry_files.parse(data, name, clock.today())
    async with transaction(conn):
        await entries.lock(conn)
        await batches.keep_original(conn, data, "entries", door.who)
        before = await entries.held(conn, [entry.entry_id for entry in given])
        changed = [entry for entry in given if before.get(entry.entry_id) != entry]
        at = await entries.known_at(conn)
        await entries.keep(conn, changed, at)
        old = (before[e.entry_id] for e in changed if e.entry_id in before)
        touched = {entry.nominal_id for entry in (*changed, *old)}
        await scoring.ask(conn, sorted(touched), "an entry came, changed or went")
        await owning.ask(conn, "an entry came, changed or went", sorted(touched))
        sets = await weights.in_force(conn, clock.today(), at)
        strange = await unknown(conn, (entry.nominal_id for entry in given))
    noted = (*strange, *_unweighed(given, sets))
    return replace(report, warnings=(*report.warnings, *noted))


def _unweighed(given: Sequence[Entry], sets: SetsInForce) -> Iterable[Fault]:
    """A warning for each kind of entry that no set in force has a weight for."""
    if given and not sets.sets:
        action = "No weight set is in force: entries are kept, and count nothing yet."
        yield Fault(None, None, None, None, "NO_WEIGHT_SET", None, action)
        return
    for kind in sorted({kind_of(entry) for entry in given}):
        if not _weighed(kind, sets):
            action = "No weight set in force weighs this: it counts nothing for now."
            yield Fault(None, None, None, "code", "NO_WEIGHT", told(kind), action)


def _weighed(kind: Kind, sets: SetsInForce) -> bool:
    return any(one.weights.find(kind) is not None for one in sets.sets.values())
