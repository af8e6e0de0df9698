"""The scene as files: what `geocorr match` and its peers are given to read."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geocorr.arrays import Fixes, Targets
from geocorr.model import from_us
from loaders.crime_faults import COLUMNS
from tests.bench import scene


def trails(path: Path, size: scene.Size) -> int:
    """A trail file in Parquet, as a supplier would send it; how many fixes it has."""
    n, writer = 0, None
    for block in scene.blocks(size):
        table = _trail_table(block)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
        n += len(block)
    if writer:
        writer.close()
    return n


def _trail_table(block: Fixes) -> pa.Table:
    ids = pa.DictionaryArray.from_arrays(pa.array(block.device), list(block.devices))
    return pa.table(
        {
            "device_id": ids,
            "recorded_at": pa.array(block.t_us, pa.timestamp("us", tz="UTC")),
            "easting": block.x_m,
            "northing": block.y_m,
            "accuracy_m": block.accuracy_m,
        }
    )


def crimes(path: Path, targets: Targets) -> None:
    """A crime file of one force; each crime's reference is its target's position."""
    rows = [",".join(COLUMNS)]
    places = zip(targets.x_m.tolist(), targets.y_m.tolist(), strict=True)
    windows = zip(targets.from_us.tolist(), targets.to_us.tolist(), strict=True)
    for i, ((x, y), window) in enumerate(zip(places, windows, strict=True)):
        begin, end = (_time(from_us(t_us)) for t_us in window)
        rows.append(
            f"Kent,RB,as recorded,KNT20260310,K/{i:06},{begin},{end},"
            f"{x!r},{y!r},,,OSGB36,"
        )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _time(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}"


def bare(folder: Path, size: scene.Size, targets: Targets) -> tuple[Path, Path]:
    """Fixes and targets as plain columns: what every peer reads, and nothing else."""
    fixes, crimes_ = folder / "fixes.parquet", folder / "crimes.parquet"
    writer = None
    for block in scene.blocks(size):
        columns = {
            "device": block.device,
            "t": block.t_us,
            "x": block.x_m,
            "y": block.y_m,
        }
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(fixes, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()
    columns = {
        "id": np.arange(len(targets)),
        "cx": targets.x_m,
        "cy": targets.y_m,
        "c0": targets.from_us,
        "c1": targets.to_us,
    }
    pq.write_table(pa.table(columns), crimes_)
    return fixes, crimes_
