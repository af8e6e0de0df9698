"""Small trail files for tests, made of text."""

from datetime import UTC, datetime
from pathlib import Path

from geocorr.geo import WorkingCrs
from loaders.report import LoadReport
from loaders.trails import TrailOptions

NOW = datetime(2026, 4, 1, tzinfo=UTC)
HEAD = "device_id,recorded_at,latitude,longitude"
GOOD = "A1,2026-03-28T10:00:00Z,51.5,-0.12"


def options(crs: WorkingCrs, **changes: object) -> TrailOptions:
    return TrailOptions(**{"crs": crs, "now": NOW, "max_scale_error": 0.001, **changes})


def written(folder: Path, text: str | bytes, name: str = "trail.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def told(report: LoadReport) -> list[tuple[int | None, str | None, str]]:
    """Row, field and type of every fault."""
    return [(fault.row, fault.field, fault.type) for fault in report.faults]
