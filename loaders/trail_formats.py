"""CSV, NDJSON, GPX and Parquet read as batches of raw columns by our names.

Text formats give text exactly as it came; Parquet gives its own types. What the text
means is decided in one place for all of them: `loaders.trail_columns`.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from loaders import trail_csv, trail_gpx
from loaders.trail_headings import OWN, Headings, resolve
from loaders.trail_raw import RawRows, Tally, malformed_row, text_rows
from loaders.trail_source import (
    Kind,
    TrailFileRefused,
    bare_name,
    kind_of,
    line_blocks,
    opened,
    seekable,
)

BATCH_ROWS = 250_000
# What Arrow raises on broken files, damaged names of columns too.
_BROKEN = (pa.ArrowException, OSError, ValueError, LookupError)
_JSON_ACTION = "Write one JSON object on each line."


def raw_batches(path: Path, wanted: Mapping[str, str]) -> Iterator[RawRows]:
    """The rows of a trail file, a batch at a time, memory bounded by the batch.

    `wanted` gives the file's heading by our name. TrailFileRefused where the file as
    a whole cannot be read as a trail, UsageError where it cannot be read at all.
    """
    kind = kind_of(path)
    if kind is Kind.PARQUET:
        yield from _parquet(path, wanted)
        return
    with opened(path) as stream:
        if kind is Kind.GPX:
            yield from trail_gpx.batches(stream, Path(bare_name(path)).stem)
        elif kind is Kind.NDJSON:
            yield from _ndjson(line_blocks(stream), wanted)
        else:
            yield from trail_csv.batches(line_blocks(stream), wanted)


def _ndjson(blocks: Iterator[bytes], wanted: Mapping[str, str]) -> Iterator[RawRows]:
    headings: Headings | None = None
    row = line = 1
    for block in blocks:
        objects = [_json_object(text) for text in block.split(b"\n")[:-1]]
        if headings is None:
            headings = _keys(objects, wanted)
        raw = _json_rows(objects, headings or resolve(list(OWN)[:4], OWN), row, line)
        row += raw.read
        line += len(objects)
        yield raw


# A line's object by plain key, its text where it is none, None where it is blank.
Line = dict[str, object] | str | None


def _json_object(text: bytes) -> Line:
    if not text.strip():
        return None
    try:
        # Numbers stay text, so that every format is judged by the same rules.
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return text.decode("utf-8")
    if not isinstance(found, dict):
        return text.decode("utf-8")
    return {key.strip().casefold(): value for key, value in found.items()}


def _keys(objects: list[Line], wanted: Mapping[str, str]) -> Headings | None:
    """The headings by the first object; later ones may leave optional keys out."""
    keys: dict[str, None] = {}
    for found in objects:
        if isinstance(found, dict):
            keys.update(dict.fromkeys(found))
    return resolve(list(keys), wanted) if keys else None


def _json_rows(objects: list[Line], headings: Headings, row: int, line: int) -> RawRows:
    cells: dict[str, list[str]] = {name: [] for name in headings.position}
    keys = headings.plain
    rows, lines, tally = [], [], Tally()
    for i, found in enumerate(objects):
        if isinstance(found, dict):
            for name, column in cells.items():
                column.append(_json_text(found.get(keys[name])))
            rows.append(row)
            lines.append(line + i)
        elif found is not None:
            fault = malformed_row(row, line + i, "MALFORMED_JSON", found, _JSON_ACTION)
            tally.row(fault)
        row += found is not None
    return text_rows(cells, (rows, lines), headings, tally)


def _json_text(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    # A lone surrogate is legal JSON but no text.
    return text.encode("utf-8", "replace").decode("utf-8")


def _parquet(path: Path, wanted: Mapping[str, str]) -> Iterator[RawRows]:
    with seekable(path) as stream:
        try:
            file = pq.ParquetFile(stream, pre_buffer=False)
            headings = resolve(file.schema_arrow.names, wanted)
            names = [file.schema_arrow.names[i] for i in headings.position.values()]
            found = file.iter_batches(BATCH_ROWS, columns=names, use_threads=False)
        except _BROKEN as broken:
            raise _no_parquet(path) from broken
        row = 1
        while (batch := _next(found, path)) is not None:
            by_name = zip(headings.position, names, strict=True)
            columns = {ours: batch.column(name) for ours, name in by_name}
            rows = np.arange(row, row + batch.num_rows, dtype=np.int64)
            row += batch.num_rows
            yield RawRows(columns, rows, np.zeros_like(rows), headings)


def _next(found: Iterator[pa.RecordBatch], path: Path) -> pa.RecordBatch | None:
    """The next batch, its text proven UTF-8; TrailFileRefused where it is broken."""
    try:
        batch = next(found, None)
        if batch is not None:
            batch.validate(full=True)
    except _BROKEN as broken:
        raise _no_parquet(path) from broken
    return batch


def _no_parquet(path: Path) -> TrailFileRefused:
    return TrailFileRefused(
        "MALFORMED_FILE", f"{path.name} is not a whole Parquet file: send it again."
    )
