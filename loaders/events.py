"""Device events: flat, off, strap open, removed, custody and hospital."""

from geocorr.model import DeviceEvent, EventKind
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport

COLUMNS = headed.Columns(("device_id", "at", "kind"), ("note",))
_DATE_LENGTH = len("2026-03-28")


def parse(data: bytes, file: str) -> tuple[LoadReport, tuple[DeviceEvent, ...]]:
    """The events of a file in file order, and its report. Pure.

    An event has a time of day: a bare date is a fault.
    """
    return headed.parse(data, file, COLUMNS, _event)


def _event(cells: Cells) -> DeviceEvent | None:
    device_id = cells.needed("device_id")
    written = cells.needed("at")
    at = cells.moment("at")
    if at is not None and len(written) <= _DATE_LENGTH:
        cells.refuse("at", "INVALID_TIME", "Give the time of day too, with an offset.")
    kind = cells.choice("kind", EventKind)
    note = cells.text("note")
    if at is None or kind is None:
        return None
    return DeviceEvent(device_id, at, kind, note)
