"""Trail files into the database, and the match of the crimes they touch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from api.intake.loading import Door, Stretch, rematch
from geocorr.arrays import END_US, Fixes
from geocorr.errors import InputError
from geocorr.model import Fault, from_us
from geocorr.trust import off_spells
from loaders import trails as trail_files
from loaders.report import LoadReport, outcome_of
from loaders.trail_collect import twins_of
from loaders.trail_raw import Tally
from sql import orders, trail_store
from sql import trail_files as kept_files
from sql.db import Connection, transaction
from sql.trail_files import TrailFile
from sql.trail_store import Keeping
from sql.trail_stretches import Stretches

_READ_BYTES = 1 << 20


async def load_trails(
    conn: Connection, path: Path, options: trail_files.TrailOptions, door: Door
) -> LoadReport:
    """Store a trail file and ask for the match of the crimes that it touches.

    TrailFileRefused (an InputError) where nothing of the file may be kept.
    """
    now = datetime.now(UTC)
    sha256 = bytes.fromhex(trail_files.sha256(path))
    async with transaction(conn):
        file = TrailFile(sha256, path.name, now, door.who)
        if not await kept_files.claim(conn, file):
            return _known(await kept_files.find(conn, sha256), path)
        await orders.lock(conn)
        off = off_spells(await orders.events(conn))
        keeping = Keeping(door.policy, door.crs.srid, off)
        report, touched = await _store(conn, path, options, keeping, sha256)
        strange = await orders.without_order(conn, touched)
        await kept_files.keep(conn, sha256, _pieces(path))
        await rematch(conn, touched, door, "trails", "a trail file came")
    return _with_strangers(report, len(strange))


async def _store(
    conn: Connection,
    path: Path,
    options: trail_files.TrailOptions,
    keeping: Keeping,
    sha256: bytes,
) -> tuple[LoadReport, list[Stretch]]:
    now, tally, warnings = datetime.now(UTC), Tally(), list[Fault]()
    read, new, repeats, twins, touched = 0, 0, 0, 0, list[Stretch]()
    times_us = list[int]()
    for batch in trail_files.batches(path, options):
        fixes = batch.fixes()
        twins += twins_of(fixes)
        times_us += _ends(fixes)
        stored = await trail_store.store(conn, fixes, keeping, now)
        read, new = read + batch.read, new + stored.new
        repeats += len(batch.loose) - stored.new
        tally.add(batch.tally)
        warnings += batch.warnings
        # What was there already cannot change a match.
        touched += _stretches(stored.touched) if stored.new else []
    span = (from_us(min(times_us)), from_us(max(times_us))) if times_us else None
    await kept_files.count(conn, sha256, (read, new, repeats), span)
    accepted = read - tally.rows
    if repeats:
        warnings.append(_repeats(repeats))
    if twins:
        warnings.append(trail_files.twins_warning(twins))
    report = LoadReport(
        path.name,
        outcome_of(read, accepted),
        None,
        read,
        accepted,
        tally.rows,
        faults=tuple(tally.kept),
        warnings=(*warnings, *tally.closing()),
    )
    return report, touched


def _ends(fixes: Fixes) -> list[int]:
    """The first and the last time of some fixes, in microseconds."""
    t_us = fixes.t_us
    return [int(t_us.min()), int(t_us.max())] if len(t_us) else []


def _with_strangers(report: LoadReport, count: int) -> LoadReport:
    """HANTS-GPS-1. Say how many devices' fixes are quarantined until an order comes."""
    if not count:
        return report
    note = Fault(
        None,
        None,
        None,
        "device_id",
        "DEVICE_WITHOUT_ORDER",
        str(count),
        "Send the orders of these devices: until one covers these times, their fixes "
        "are kept apart and matched with nothing.",
    )
    return replace(report, warnings=(*report.warnings, note))


def _repeats(count: int) -> Fault:
    return Fault(
        None,
        None,
        None,
        None,
        "IDENTICAL_REPEAT",
        str(count),
        "Nothing to do: these fixes were stored already and are kept once.",
    )


def _known(file: TrailFile | None, path: Path) -> LoadReport:
    """The report of a file whose content was loaded before."""
    if file is None:
        raise InputError(f"{path.name} is being loaded by someone else: try again.")
    note = Fault(
        None,
        None,
        None,
        None,
        "ALREADY_LOADED",
        f"{file.received_at:%Y-%m-%dT%H:%MZ}",
        "Nothing was done: a file of this content is stored already.",
    )
    kept = file.n_new + file.n_repeats
    outcome = outcome_of(file.n_read, kept)
    return LoadReport(
        path.name,
        outcome,
        None,
        file.n_read,
        kept,
        file.n_read - kept,
        warnings=(note,),
    )


def _stretches(touched: Stretches) -> list[Stretch]:
    return [
        (touched.devices[d], from_us(low), from_us(min(high, END_US)))
        for d, low, high in zip(
            touched.device.tolist(),
            touched.from_us.tolist(),
            touched.to_us.tolist(),
            strict=True,
        )
    ]


def _pieces(path: Path) -> Iterator[bytes]:
    """The file as it came, in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            yield piece
