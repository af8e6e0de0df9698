"""Nominals, their addresses, boundaries and postcodes into the database.

Each can change who owns whom, so each asks the worker to decide on ownership anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from api import clock
from api.cohorts import cohorts
from api.intake.loading import Door, in_force, rematch
from api.owners import owning
from geocorr import geo
from geocorr.geo import WorkingCrs
from geocorr.model import Fault
from loaders import addresses as address_files
from loaders import boundaries as boundary_files
from loaders import nominals as nominal_files
from loaders import postcodes as postcode_files
from loaders.report import LoadReport
from sql import batches, boundaries, nominals, orders, postcodes
from sql.boundaries import StoredBoundary
from sql.db import Connection, transaction
from sql.nominals import StoredAddress

# Unknown nominals that a report names.
_SHOWN = 50


async def load_nominals(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store nominals; a changed date of birth re-matches what they wore a tag for."""
    report, found = nominal_files.parse(data, name, clock.today())
    async with transaction(conn):
        await batches.keep_original(conn, data, "nominals", door.who)
        before = await orders.born(conn, [n.nominal_id for n in found])
        await nominals.upsert_nominals(conn, found)
        after = await orders.born(conn, [n.nominal_id for n in found])
        changed = [n for n in after if before.get(n) != after[n]]
        worn = await orders.of_nominals(conn, changed)
        spells = [in_force(order) for order in worn]
        await rematch(conn, spells, door, "nominals", "a date of birth came or changed")
        await owning.ask(conn, "nominals came", [n.nominal_id for n in found])
        whose = sorted({n.nominal_id for n in found})
        await cohorts.ask(conn, whose, "nominals came")
        twice = await _twice(conn, whose)
    return replace(report, warnings=(*report.warnings, *twice))


async def _twice(conn: Connection, nominal_ids: Sequence[str]) -> tuple[Fault, ...]:
    """A warning for each PNC id that another nominal has too, the first fifty."""
    shared = await nominals.sharing_pnc(conn, nominal_ids)
    return tuple(
        Fault(
            None,
            None,
            None,
            "pnc_id",
            "PNC_ID_OF_ANOTHER",
            nominal_id,
            f"Nominal {other} has the same PNC id: one of them is wrong, or both are "
            "one person.",
        )
        for nominal_id, other in shared[:_SHOWN]
    )


async def load_addresses(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store addresses; what is known already is renewed."""
    report, found = address_files.parse(data, name, door.crs)
    stored = [
        StoredAddress(
            a.nominal_id,
            a.kind.value,
            a.line,
            a.postcode,
            a.x_m,
            a.y_m,
            a.from_at,
            a.to_at,
            a.source,
            a.recorded_at,
        )
        for a in found
    ]
    async with transaction(conn):
        await batches.keep_original(conn, data, "addresses", door.who)
        await nominals.upsert_addresses(conn, stored)
        whose = [a.nominal_id for a in found]
        await owning.ask(conn, "addresses came", whose)
        strange = await unknown(conn, whose)
    return replace(report, warnings=(*report.warnings, *strange))


async def unknown(conn: Connection, nominal_ids: Iterable[str]) -> tuple[Fault, ...]:
    """A warning for each of these ids that no nominal has, the first fifty."""
    asked = sorted(set(nominal_ids))
    known = {n.nominal_id for n in await nominals.flags(conn, asked)}
    strange = [nominal_id for nominal_id in asked if nominal_id not in known]
    action = "No nominal of this id is loaded: mend the id, or load the nominal."
    return tuple(
        Fault(None, None, None, "nominal_id", "UNKNOWN_NOMINAL", one, action)
        for one in strange[:_SHOWN]
    )


async def load_boundaries(
    conn: Connection, data: bytes, name: str, door: Door
) -> LoadReport:
    """Store forces, LPUs and districts, each for its days."""
    report, found = boundary_files.parse(data, name, door.crs)
    stored = [
        StoredBoundary(
            b.force, b.code, b.name, b.kind.value, b.area.wkb, b.valid_from, b.valid_to
        )
        for b in found
    ]
    async with transaction(conn):
        await batches.keep_original(conn, data, "boundaries", door.who)
        await boundaries.store(conn, stored)
        if stored:
            await owning.ask(conn, "boundaries came")
    return report


async def load_postcodes(conn: Connection, path: Path, door: Door) -> LoadReport:
    """Store a postcode file, in portions and whole or not at all; the last row of a
    postcode holds, and a later file over an earlier one."""
    reading = postcode_files.Reading(path)
    async with transaction(conn):
        await postcodes.stage(conn)
        for portion in reading.portions():
            await postcodes.bring(conn, _in_working_metres(portion, door.crs))
        repeated = await postcodes.repeated(conn)
        file = await postcodes.keep_file(conn, reading.sha256, path.name, door.who)
        if await postcodes.merge(conn, file):
            await owning.ask(conn, "postcodes came")
    return reading.report(_repeated(repeated))


def _in_working_metres(
    rows: Sequence[postcode_files.Row], crs: WorkingCrs
) -> list[postcodes.Staged]:
    """The rows with places of the working CRS in place of the National Grid's."""
    if crs.code == geo.BNG or not rows:
        return [tuple(row) for row in rows]  # type: ignore[misc]
    grid = geo.working_crs(geo.BNG)
    at = np.array([(r.easting, r.northing) for r in rows], np.float64)
    x, y = crs.to_metres(*grid.to_wgs84(at[:, 0].copy(), at[:, 1].copy()))
    placed = np.isfinite(x) & np.isfinite(y)
    return [
        (r.row, r.postcode, float(x[i]) if placed[i] else None,
         float(y[i]) if placed[i] else None, r.quality, r.terminated)
        for i, r in enumerate(rows)
    ]  # fmt: skip


def _repeated(n: int) -> tuple[Fault, ...]:
    if not n:
        return ()
    action = f"{n:,} rows stand again further down the file: the last of each is kept."
    return (Fault(None, None, None, "postcode", "DUPLICATE_POSTCODE", None, action),)
