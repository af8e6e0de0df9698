"""Crime files as text: one good row, changed cell by cell."""

from datetime import UTC, datetime

from geocorr.geo import WorkingCrs
from loaders.crime_faults import COLUMNS
from loaders.crimes import CrimeOptions, CrimeParse, parse
from loaders.forces import forces

NOW = datetime(2026, 7, 2, 12, tzinfo=UTC)
HEADING = ",".join(COLUMNS)
GOOD = {
    "police_force": "Kent",
    "crime_type": "RB",
    "crime_type_description": "Robbery",
    "batch_id": "KNT20260701",
    "crime_reference": "K/1",
    "from": "20260630100000",
    "to": "20260630120000",
    "easting": "600000",
    "northing": "150000",
    "latitude": "",
    "longitude": "",
    "datum": "",
    "free_text": "text",
}
DEGREES = {"easting": "", "northing": "", "latitude": "51.2", "longitude": "0.9"}


def row(**changes: str) -> str:
    """A good row with these cells changed (`from_` for from), cells quoted at need."""
    cells = {**GOOD, **{key.rstrip("_"): value for key, value in changes.items()}}
    return ",".join(quoted(cells[name]) for name in COLUMNS)


def quoted(cell: str) -> str:
    """A cell as CSV has it."""
    if any(mark in cell for mark in '",\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def file(*rows: str) -> bytes:
    """A file of these lines under the heading."""
    return "\n".join([HEADING, *rows, ""]).encode()


def parsed(
    data: bytes | str, crs: WorkingCrs, zone: str = "UTC", force: str | None = None
) -> CrimeParse:
    """A file parsed as on 2 July 2026."""
    octets = data.encode() if isinstance(data, str) else data
    expected = forces().named(force) if force else None
    return parse(octets, CrimeOptions(crs, NOW, zone, expected), "crimes.csv")


def faults(result: CrimeParse) -> list[tuple[int | None, str | None, str]]:
    """Row, field and type of each fault, in the order of the report."""
    return [(f.row, f.field, f.type) for f in result.report.faults]
