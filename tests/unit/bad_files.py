"""Files as they come on a bad day, each with what is to be said of it."""

import gzip
from dataclasses import dataclass

from tests.unit.loaders.crime_text import file
from tests.unit.loaders.crime_text import row as plain_row

BOM = "\ufeff"
TRAIL_HEAD = "device_id,recorded_at,latitude,longitude"
GOOD_FIX = "A1,2024-06-30T10:30:00Z,51.2,0.9"


@dataclass(frozen=True)
class Bad:
    """A file, the faults and warnings it must get, its outcome and exit code."""

    data: bytes
    outcome: str
    told: tuple[str, ...] = ()
    name: str = "sent.csv"

    @property
    def exit_code(self) -> int:
        return {"SUCCESSFUL": 0, "PARTIAL": 4}.get(self.outcome, 1)


def row(**cells: str) -> str:
    """A good crime of 30 June 2024."""
    dated = {
        "batch_id": "KNT20240701",
        "from": "20240630100000",
        "to": "20240630110000",
        **{name.rstrip("_"): text for name, text in cells.items()},
    }
    return plain_row(**dated)


def night(day: str) -> str:
    """A crime at half past one that night, by a clock that says no offset."""
    return row(from_=f"{day}013000", to=f"{day}013000", batch_id="KNT20241101")


def place(easting: str, northing: str) -> str:
    return row(easting=easting, northing=northing)


SECOND = row(crime_reference="K/2")
CP1252 = file(row(free_text="caf\u00e9")).decode().encode("cp1252")
OTHER_FORCE = row(police_force="Sussex", batch_id="SXP20240701", crime_reference="S/1")
CRIMES = {
    "a truncated gzip": Bad(gzip.compress(file(row()))[:-9], "ERROR", (), "c.csv.gz"),
    "wrong columns": Bad(file("Kent,RB"), "ERROR", ("INVALID_COLUMN_COUNT",)),
    "text of 10,000 characters": Bad(file(row(free_text="x" * 10_000)), "SUCCESSFUL"),
    "text of 10,001": Bad(
        file(row(free_text="x" * 10_001)), "ERROR", ("INVALID_TEXT",)
    ),
    "a NUL": Bad(file(row(free_text="a\0b"), SECOND), "PARTIAL", ("INVALID_TEXT",)),
    "a byte order mark": Bad(BOM.encode() + file(row()), "SUCCESSFUL"),
    "a mark before a quote": Bad(f'{BOM}"Kent"{row()[4:]}'.encode(), "SUCCESSFUL"),
    "CP1252 bytes": Bad(CP1252, "FAILED", ("NOT_UTF8",)),
    "a stray quote": Bad(file('"' + row(), SECOND), "PARTIAL", ("MALFORMED_CSV",)),
    "two forces": Bad(file(row(), OTHER_FORCE), "FAILED", ("MULTIPLE_POLICE_FORCES",)),
    "NaN": Bad(file(place("NaN", "150000")), "ERROR", ("INVALID_NUMBER",)),
    "infinity": Bad(file(place("600000", "Infinity")), "ERROR", ("INVALID_NUMBER",)),
    "an easting of 655000": Bad(file(place("655000", "293000")), "SUCCESSFUL"),
    "an easting of 700001": Bad(
        file(place("700001", "293000")), "ERROR", ("INVALID_LOCATION_DATA_RANGE",)
    ),
    "a place without grid value": Bad(
        file(row(easting="", northing="", latitude="54", longitude="-8.4")),
        "ERROR",
        ("INVALID_LOCATION_DATA_RANGE",),
    ),
    "no byte": Bad(b"", "ERROR"),
}


def fixes(*rows: str) -> bytes:
    return "\n".join([TRAIL_HEAD, GOOD_FIX, *rows, ""]).encode()


TRAILS = {
    "a truncated gzip": Bad(
        gzip.compress(fixes())[:-9], "FAILED", ("BROKEN_GZIP",), "t.csv.gz"
    ),
    "wrong columns": Bad(b"device,when\nA1,now\n", "FAILED", ("MISSING_COLUMN",)),
    "a row too short": Bad(fixes("A1,x"), "PARTIAL", ("INVALID_COLUMN_COUNT",)),
    "CP1252 bytes": Bad(fixes() + b"caf\xe9,x,1,2\n", "FAILED", ("NOT_UTF8",)),
    "a byte order mark": Bad(BOM.encode() + fixes(), "SUCCESSFUL"),
    "NaN": Bad(
        fixes("A1,2024-06-30T10:31:00Z,NaN,0.9"), "PARTIAL", ("INVALID_NUMBER",)
    ),
    "infinity": Bad(
        fixes("A1,2024-06-30T10:31:00Z,51,inf"), "PARTIAL", ("INVALID_NUMBER",)
    ),
    "a fix in the future": Bad(
        fixes("A1,2199-06-30T10:31:00Z,51.2,0.9"), "PARTIAL", ("FUTURE_TIME",)
    ),
    "the same time at another place": Bad(
        fixes("A1,2024-06-30T10:30:00Z,51.3,0.9"),
        "SUCCESSFUL",
        ("SAME_TIME_OTHER_PLACE",),
    ),
    "no byte": Bad(b"", "ERROR"),
}
