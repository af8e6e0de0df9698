"""A foreign trail export by its map: headings, times, units, level of accuracy."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

import pyarrow as pa

from geocorr.model import to_us
from loaders import trail_columns
from loaders.mapping import TrailMap, TrailTime
from loaders.trail_columns import Times
from loaders.trail_headings import OWN

_KMH = {"km/h": 1.0, "m/s": 3.6, "knots": 1.852}
_EPOCH, _ISO = "epoch_s", "iso"
_OUR_LEVEL = 95.0


def wanted(found: TrailMap | None) -> Mapping[str, str]:
    """The file's heading by our name; our own headings where there is no map."""
    if found is None:
        return OWN
    headings = {
        "device_id": found.device,
        "recorded_at": found.time.column,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "easting": found.easting,
        "northing": found.northing,
        "accuracy_m": found.accuracy_m,
        "mechanism": found.mechanism,
        "speed_kmh": found.speed and found.speed.column,
    }
    return {name: heading for name, heading in headings.items() if heading}


def r95_factor(found: TrailMap | None) -> float:
    """What turns the feed's accuracy into R95: errors are Gaussian on each axis."""
    if found is None:
        return 1.0
    inside = found.accuracy_level / 100
    return math.sqrt(math.log(1 - _OUR_LEVEL / 100) / math.log(1 - inside))


def speed_factor(found: TrailMap | None, unit: str | None) -> float:
    """What turns the feed's speed into km/h; `unit` is the format's own."""
    if found is not None and found.speed is not None:
        unit = found.speed.unit
    return _KMH[unit or "km/h"]


def times_by_map(column: pa.Array, time: TrailTime) -> Times:
    """The times of a column in the map's formats and zone, shifted as it says."""
    if time.formats == (_EPOCH,):
        read = trail_columns.epoch(column)
    else:
        read = trail_columns.local_times(
            column, lambda text: _read(text, time.formats), time.zone
        )
    return trail_columns.shifted(read, time.shift_s)


def _read(text: str, formats: tuple[str, ...]) -> tuple[int | None, bool]:
    """The first format that fits: its microseconds, and whether it told its offset."""
    for form in formats:
        try:
            at = _parsed(text, form)
            if at.tzinfo is not None:
                return to_us(at), True
            return to_us(at.replace(tzinfo=UTC)), False
        except (ValueError, OverflowError, OSError):
            continue
    return None, False


def _parsed(text: str, form: str) -> datetime:
    if form == _EPOCH:
        return datetime.fromtimestamp(float(text), UTC)
    if form == _ISO:
        return datetime.fromisoformat(text)
    # The zone is the map's, put on for all values at once.
    return datetime.strptime(text, form)  # noqa: DTZ007
