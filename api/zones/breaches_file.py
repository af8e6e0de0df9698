"""Breaches as CSV and JSON: the same columns in the same order, UTC with Z."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

from geocorr.errors import UsageError
from loaders import csv_out
from loaders.csv_out import plain


@dataclass(frozen=True, slots=True)
class BreachRow:
    """A row of the file. `nearest_edge_m`: negative = inside the zone."""

    zone_id: str
    kind: str
    nominal_id: str
    device_id: str
    order_id: str
    owner: str
    from_at: datetime
    to_at: datetime
    nearest_edge_m: float | None
    probability: float | None
    fixes: int
    shown_s: float
    why: str
    rules: str
    policy_hash: str
    version: str
    because: str


COLUMNS = tuple(f.name.removesuffix("_at") for f in fields(BreachRow))


def check_name(path: Path) -> None:
    """UsageError unless the file can be written as CSV."""
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path.name}: give a name ending in .csv.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder: make it, or name another.")


def write(path: Path, rows: Sequence[BreachRow]) -> None:
    """Write the rows; whole or not at all."""
    check_name(path)
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(csv_text(rows), encoding="utf-8")
    draft.replace(path)


def csv_text(rows: Sequence[BreachRow]) -> str:
    """The rows as CSV with a heading; cells like formulas are neutralised."""
    return csv_out.csv_text(COLUMNS, map(astuple, rows))


def as_json(row: BreachRow) -> dict[str, object]:
    """A row by column name, times as text."""
    return dict(zip(COLUMNS, map(plain, astuple(row)), strict=True))
