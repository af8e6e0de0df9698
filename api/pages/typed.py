"""Times and places as people type them into forms."""

import re
from datetime import UTC, datetime

import numpy as np

from api.pages.forms import Form, Wrong
from geocorr import geo
from geocorr.dates import LONDON
from geocorr.errors import InputError
from geocorr.geo import WorkingCrs, area_of_use_contains
from loaders import place_named
from loaders.place_named import Degrees, Metres, Square, Unit
from sql import postcodes
from sql.db import Connection

_WRITTEN = re.compile(
    r"(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)/(\d\d?)/(\d{4}))[T ,]+"
    r"(\d\d?):(\d\d)(?::(\d\d))?\s*(Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_HINT = "Write it like 28/03/2026 14:05."
_YEARS = range(1970, 2200)


def moment(form: Form, name: str) -> datetime:
    """An instant, as London's clocks show it; Wrong where they do not say which."""
    text = form.words(name, f"Give a day and a time. {_HINT}")
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise Wrong(name, f"This is no day and time. {_HINT}")
    year, month, day, day2, month2, year2, hour, minute, second, offset = (
        written.groups()
    )
    parts = (year or year2, month or month2, day or day2, hour, minute, second or "0")
    try:
        shown = datetime(*(int(part) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001
        if shown.year not in _YEARS:
            raise ValueError
    except ValueError as none:
        raise Wrong(name, f"There is no such day or time. {_HINT}") from none
    if offset:
        return datetime.fromisoformat(f"{shown.isoformat()}{offset}").astimezone(UTC)
    return _of_london(name, shown)


def _of_london(name: str, shown: datetime) -> datetime:
    """Once a year an hour does not come, and once it comes twice."""
    first, second = (shown.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != shown:
        raise Wrong(name, "That hour did not come: the clocks went forward over it.")
    raise Wrong(
        name,
        "That hour came twice, the clocks went back: write +01:00 after the time for "
        "the first, +00:00 for the second.",
    )


async def place(
    conn: Connection, form: Form, name: str, crs: WorkingCrs
) -> tuple[float, float]:
    """A place in metres of the working CRS; Wrong for none that can be worked in."""
    text = form.words(name, "Give a place: a postcode or a grid reference.")
    try:
        typed = place_named.named(text)
    except InputError as unread:
        raise Wrong(name, str(unread)) from unread
    if isinstance(typed, Unit | Square) and crs.code != geo.BNG:
        raise Wrong(name, f"Places here are metres of {crs.code}, or degrees.")
    x_m, y_m = await _metres(conn, name, typed, crs)
    latitude, longitude = crs.to_wgs84(np.array([x_m]), np.array([y_m]))
    if not area_of_use_contains(crs, latitude, longitude).all():
        raise Wrong(name, "This place lies outside the area that is worked in.")
    return x_m, y_m


async def _metres(
    conn: Connection,
    name: str,
    typed: Metres | Square | Degrees | Unit,
    crs: WorkingCrs,
) -> tuple[float, float]:
    if isinstance(typed, Degrees):
        x_m, y_m = crs.to_metres(
            np.array([typed.latitude]), np.array([typed.longitude])
        )
        return float(x_m[0]), float(y_m[0])
    if isinstance(typed, Unit):
        found = await postcodes.place(conn, typed.postcode)
        if found is None:
            raise Wrong(
                name,
                "This postcode is not among those that are loaded: give a grid "
                "reference, or easting and northing.",
            )
        return found
    return typed.x_m, typed.y_m
