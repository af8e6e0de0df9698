"""Tag orders: who wears which device, on what basis, from when to when."""

from collections import defaultdict
from datetime import datetime

from geocorr.model import Basis, TagOrder
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport

COLUMNS = headed.Columns(
    ("order_id", "device_id", "nominal_id", "basis", "from"),
    ("to", "licence_ends", "fitted_at", "force"),
)


def parse(data: bytes, file: str) -> tuple[LoadReport, tuple[TagOrder, ...]]:
    """The orders of a file, half-open in time, and its report. Pure.

    Bare dates are London midnights, the end date included. Two orders of one device
    may not overlap: the later row is refused.
    """
    earlier = _Earlier()
    return headed.parse(data, file, COLUMNS, lambda cells: _order(cells, earlier))


class _Earlier:
    """The orders of the rows above."""

    def __init__(self) -> None:
        self._by_device: dict[str, list[TagOrder]] = defaultdict(list)
        self._ids: set[str] = set()

    def overlap(self, order: TagOrder) -> TagOrder | None:
        """An order of the same device whose time this one shares."""
        others = self._by_device[order.device_id]
        return next((o for o in others if _overlap(o, order)), None)

    def has(self, order_id: str) -> bool:
        return order_id in self._ids

    def add(self, order: TagOrder) -> None:
        self._by_device[order.device_id].append(order)
        self._ids.add(order.order_id)


def _order(cells: Cells, earlier: _Earlier) -> TagOrder | None:
    order_id = cells.needed("order_id")
    device_id = cells.needed("device_id")
    nominal_id = cells.needed("nominal_id")
    basis = cells.choice("basis", Basis)
    from_at = _from(cells)
    to_at = cells.moment("to", end=True)
    licence_ends = cells.moment("licence_ends", end=True)
    fitted_at = cells.moment("fitted_at")
    force = cells.maybe("force")
    if cells.faults or basis is None or from_at is None:
        return None
    if to_at is not None and to_at <= from_at:
        action = "The order ends before it begins: mend the dates."
        cells.refuse("to", "ORDER_TO_AFTER_FROM", action)
        return None
    order = TagOrder(
        order_id,
        device_id,
        nominal_id,
        basis,
        from_at,
        to_at,
        licence_ends,
        fitted_at,
        force,
    )
    return _alone(cells, order, earlier)


def _from(cells: Cells) -> datetime | None:
    cells.needed("from")
    return cells.moment("from")


def _alone(cells: Cells, order: TagOrder, earlier: _Earlier) -> TagOrder | None:
    """The order, unless a row above has its id or its device at the same time."""
    if earlier.has(order.order_id):
        cells.refuse("order_id", "DUPLICATE_ORDER", "A row above has this order_id.")
        return None
    other = earlier.overlap(order)
    if other is not None:
        action = (
            f"The device is on order {other.order_id} at the same time: end that one "
            "first; a swap of devices on one day needs times."
        )
        cells.refuse("from", "OVERLAPPING_ORDER", action)
        return None
    earlier.add(order)
    return order


def _overlap(one: TagOrder, other: TagOrder) -> bool:
    return (other.to_at is None or one.from_at < other.to_at) and (
        one.to_at is None or other.from_at < one.to_at
    )
