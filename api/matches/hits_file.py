"""The hits file: CSV, GeoJSON or Parquet, the same columns in the same order.

UTC with Z; sorted by force, crime reference and device; the same hits give the same
bytes (CSV). A cell that a spreadsheet would take for a formula is neutralised.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geocorr.errors import UsageError
from geocorr.model import Hit
from loaders.csv_out import csv_text as csv_text_of
from loaders.csv_out import plain

COLUMNS = tuple(f.name.rstrip("_") for f in fields(Hit) if f.name != "because")
# Longitude and latitude of each crime by force and reference.
Places = Mapping[tuple[str, str], tuple[float, float]]

_TIMES = {"window_from", "window_to", "first_inside", "last_inside"}
_WHOLE = {"fixes_inside", "visits", "crime_version"}
_REAL = {
    "dwell_s", "min_fix_distance_m", "min_path_distance_m", "probability",
    "median_accuracy_m", "coverage", "base_rate", "likelihood_ratio",
    "required_speed_kmh", "worst_accuracy_m", "window_share", "lambda",
}  # fmt: skip


def check_name(path: Path) -> None:
    """UsageError unless the name ends in a format that can be written."""
    if path.suffix.lower() not in _WRITERS:
        raise UsageError(f"{path.name}: give a name ending in {', '.join(_WRITERS)}.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder: make it, or name another.")


def write(path: Path, hits: Sequence[Hit], places: Places) -> None:
    """Write the hits in the format that the file's name asks for; whole or not."""
    check_name(path)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(_WRITERS[path.suffix.lower()](hits, places))
    draft.replace(path)


def values(hit: Hit) -> tuple[object, ...]:
    """A hit's cells in the order of `COLUMNS`."""
    return tuple(getattr(hit, f.name) for f in fields(hit) if f.name != "because")


def as_json(hit: Hit) -> dict[str, object]:
    """A hit by column name, times as text, and the sentence that says why."""
    named = dict(zip(COLUMNS, map(plain, values(hit)), strict=True))
    return {**named, "because": hit.because}


def csv_text(hits: Sequence[Hit]) -> str:
    """The hits as CSV with a heading."""
    return csv_text_of(COLUMNS, map(values, hits))


def _csv(hits: Sequence[Hit], places: Places) -> bytes:
    return csv_text(hits).encode()


def _geojson(hits: Sequence[Hit], places: Places) -> bytes:
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": places[hit.force, hit.crime_reference],
            },
            "properties": as_json(hit),
        }
        for hit in hits
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, indent=1).encode()


def _parquet(hits: Sequence[Hit], places: Places) -> bytes:
    rows = [values(hit) for hit in hits]
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    arrays = [
        pa.array(list(column), type=_type(name))
        for name, column in zip(COLUMNS, columns, strict=True)
    ]
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(COLUMNS)), out)
    return out.getvalue()


def _type(name: str) -> pa.DataType:
    if name in _TIMES:
        return pa.timestamp("us", tz="UTC")
    if name in _WHOLE:
        return pa.int64()
    return pa.float64() if name in _REAL else pa.string()


_WRITERS = {".csv": _csv, ".geojson": _geojson, ".parquet": _parquet}
