"""Foreign column maps: any force's or city's export read without editing it.

A map is a TOML file of kind "crimes" or "trails"; an unknown key, a missing one or
an unknown zone is refused by name (UsageError), because a misspelt key would
otherwise change results in silence.
"""

import tomllib
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from geocorr.errors import UsageError
from loaders.toml_table import TomlTable

Kind = TypeVar("Kind")
Range = tuple[float, float]

SPEED_UNITS = ("km/h", "m/s", "knots")
_NO_BOUNDS: Mapping[str, Range] = {}
_PLACES = ("latitude", "longitude", "easting", "northing")


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """Columns joined by a blank, tried with each format in turn, in a zone.

    A format is strptime's, or "month" (the whole month), or "iso" (the crime file's
    own forms). The zone holds where the text carries no offset.
    """

    columns: tuple[str, ...]
    formats: tuple[str, ...]
    zone: str


@dataclass(frozen=True, slots=True)
class CrimeMap:
    """Where a foreign crime export keeps what we need.

    `reference` None = the record number. The time is either `time` (a moment) or
    `time_from` and `time_to`, widened by `before_min` and `after_min`. The place is
    either degrees or working-CRS metres. `bounds` (closed) by place name.
    """

    force: str | None
    force_column: str | None
    reference: str | None
    type: str | None
    time_from: TimeColumns
    time_to: TimeColumns
    latitude: str | None
    longitude: str | None
    easting: str | None
    northing: str | None
    types: Mapping[str, str] = field(default_factory=dict)
    before_min: float = 0.0
    after_min: float = 0.0
    max_h: float = 12.0
    first_per_reference: bool = False
    bounds: Mapping[str, Range] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrailTime:
    """A trail's time column: "epoch_s", "iso" or strptime, then shifted by seconds."""

    column: str
    formats: tuple[str, ...]
    zone: str
    shift_s: float


@dataclass(frozen=True, slots=True)
class SpeedColumn:
    """A speed column and its unit, one of `SPEED_UNITS`."""

    column: str
    unit: str


@dataclass(frozen=True, slots=True)
class TrailMap:
    """Where a foreign trail export keeps what we need.

    `accuracy_level` is the share of errors (percent) inside the stated accuracy, 95
    unless the map says otherwise. `feed_accuracy_m`, of the same level, is what the
    maker declares of satellite fixes that state none, 0 = nothing. The place is
    degrees or working-CRS metres.
    """

    device: str
    time: TrailTime
    latitude: str | None
    longitude: str | None
    easting: str | None = None
    northing: str | None = None
    accuracy_m: str | None = None
    accuracy_level: float = 95.0
    mechanism: str | None = None
    speed: SpeedColumn | None = None
    feed_accuracy_m: float = 0.0


def read(path: Path) -> CrimeMap | TrailMap:
    """The map in this file; UsageError where it cannot be read or is no map."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as broken:
        raise UsageError(f"The map {path} cannot be read: {broken}.") from broken
    return parse(text, path.name)


def read_crime_map(path: Path) -> CrimeMap:
    """The map in this file; UsageError unless it is of kind "crimes"."""
    return _of_kind(read(path), CrimeMap, path)


def read_trail_map(path: Path) -> TrailMap:
    """The map in this file; UsageError unless it is of kind "trails"."""
    return _of_kind(read(path), TrailMap, path)


def _of_kind(found: object, kind: type[Kind], path: Path) -> Kind:
    if not isinstance(found, kind):
        raise UsageError(f"The map {path.name} is not of the kind needed here.")
    return found


def parse(text: str, name: str) -> CrimeMap | TrailMap:
    """The map in this TOML text; UsageError names what is unknown or missing."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise UsageError(f"The map {name} is not a TOML file: {broken}.") from broken
    table = TomlTable(name, data)
    kind = table.text("kind")
    if kind == "crimes":
        return _crime_map(table)
    if kind == "trails":
        return _trail_map(table)
    raise UsageError(f'The map {name} has kind "{kind}": give "crimes" or "trails".')


def _crime_map(table: TomlTable) -> CrimeMap:
    time_from, time_to = _crime_times(table)
    window = table.table("window") or TomlTable(table.name, {})
    latitude, longitude, easting, northing = _places(table)
    found = CrimeMap(
        force=table.maybe_text("force"),
        force_column=table.maybe_text("force_column"),
        reference=table.maybe_text("reference"),
        type=table.maybe_text("type"),
        time_from=time_from,
        time_to=time_to,
        latitude=latitude,
        longitude=longitude,
        easting=easting,
        northing=northing,
        types=_types(table),
        before_min=_not_negative(window, "before_min", 0.0),
        after_min=_not_negative(window, "after_min", 0.0),
        max_h=_not_negative(window, "max_h", 12.0),
        first_per_reference=table.flag("first_per_reference"),
        bounds=_bounds(table),
    )
    window.done()
    table.done()
    if (found.force is None) == (found.force_column is None):
        raise UsageError(f"The map {table.name} needs force or force_column, one only.")
    return found


def _crime_times(table: TomlTable) -> tuple[TimeColumns, TimeColumns]:
    moment, first, last = (table.table(key) for key in ("time", "from", "to"))
    if moment is not None and first is None and last is None:
        both = _time_columns(moment)
        return both, both
    if moment is None and first is not None and last is not None:
        return _time_columns(first), _time_columns(last)
    raise UsageError(f"The map {table.name} needs either time, or from and to.")


def _time_columns(table: TomlTable) -> TimeColumns:
    columns = table.texts("columns") + table.texts("column")
    if not columns:
        raise UsageError(f"The map {table.name} lacks columns.")
    found = TimeColumns(columns, table.texts("format") or ("iso",), _zone(table))
    table.done()
    return found


def _trail_map(table: TomlTable) -> TrailMap:
    latitude, longitude, easting, northing = _places(table)
    found = TrailMap(
        device=table.text("device"),
        time=_trail_time(table),
        latitude=latitude,
        longitude=longitude,
        easting=easting,
        northing=northing,
        accuracy_m=table.maybe_text("accuracy_m"),
        accuracy_level=table.number("accuracy_level", 95.0),
        mechanism=table.maybe_text("mechanism"),
        speed=_speed(table),
        feed_accuracy_m=_declared(table),
    )
    table.done()
    if not 0 < found.accuracy_level < 100:
        raise table.wrong("accuracy_level", "a percentage between 0 and 100")
    return found


def _trail_time(table: TomlTable) -> TrailTime:
    time = table.table("time")
    if time is None:
        raise UsageError(f"The map {table.name} lacks time.")
    found = TrailTime(
        time.text("column"),
        time.texts("format") or ("iso",),
        _zone(time),
        time.number("shift_s", 0.0),
    )
    time.done()
    return found


def _declared(table: TomlTable) -> float:
    """The accuracy that the feed declares; 0 where the map is silent."""
    feed = table.table("feed")
    if feed is None:
        return 0.0
    value = feed.number("accuracy_m", 0.0)
    feed.done()
    if not 0 < value < 1e6:
        raise feed.wrong("accuracy_m", "a number of metres above 0")
    return value


def _speed(table: TomlTable) -> SpeedColumn | None:
    speed = table.table("speed")
    if speed is None:
        return None
    found = SpeedColumn(speed.text("column"), speed.text("unit"))
    speed.done()
    if found.unit not in SPEED_UNITS:
        raise speed.wrong("unit", f"one of {', '.join(SPEED_UNITS)}")
    return found


def _zone(table: TomlTable) -> str:
    zone = table.maybe_text("zone") or "UTC"
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise table.wrong("zone", "a zone such as Europe/London") from unknown
    return zone


def _places(table: TomlTable) -> tuple[str | None, ...]:
    """The four column names; exactly one whole pair must be there."""
    names = tuple(table.maybe_text(key) for key in _PLACES)
    given = [name is not None for name in names]
    if given not in ([True, True, False, False], [False, False, True, True]):
        raise UsageError(
            f"The map {table.name} needs latitude and longitude, "
            "or easting and northing."
        )
    return names


def _types(table: TomlTable) -> dict[str, str]:
    types = table.table("types")
    if types is None:
        return {}
    return {key: types.text(key) for key in types.keys()}  # noqa: SIM118


def _bounds(table: TomlTable) -> Mapping[str, Range]:
    bounds = table.table("bounds")
    if bounds is None:
        return _NO_BOUNDS
    found = {key: _range(bounds, key) for key in _PLACES if key in bounds.keys()}  # noqa: SIM118
    bounds.done()
    return found


def _range(table: TomlTable, key: str) -> Range:
    value = table.get(key)
    ends = value if isinstance(value, list) else []
    numbers = [float(v) for v in ends if type(v) in (int, float)]
    if len(ends) != 2 or len(numbers) != 2 or numbers[0] > numbers[1]:
        raise table.wrong(key, "two numbers, the lower first")
    return numbers[0], numbers[1]


def _not_negative(table: TomlTable, key: str, default: float) -> float:
    value = table.number(key, default)
    if not 0 <= value < 1e6:
        raise table.wrong(key, "a number from 0")
    return value
