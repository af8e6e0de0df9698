"""What tables of breaches have in common: times by London's clocks, and figures."""

from datetime import datetime

from rich import box
from rich.table import Table

from geocorr.timetable import LONDON


def drawn_table(caption: str | None = None) -> Table:
    """An empty table; the caption says what is left out."""
    return Table(caption=caption, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))


def add_times(drawn: Table) -> None:
    """The columns that `times` and `figures` fill."""
    for name in ("from (London)", "to"):
        drawn.add_column(name, no_wrap=True)
    for name in ("shown min", "edge m", "P"):
        drawn.add_column(name, justify="right", no_wrap=True)


def times(from_at: datetime, to_at: datetime) -> tuple[str, str]:
    """Begin and end; the day once where it is the same."""
    begin, end = from_at.astimezone(LONDON), to_at.astimezone(LONDON)
    same = begin.date() == end.date()
    return (
        f"{begin:%d %b %H:%M:%S}",
        f"{end:%H:%M:%S}" if same else f"{end:%d %b %H:%M:%S}",
    )


def figures(shown_s: float, edge_m: float | None, p: float | None) -> tuple[str, ...]:
    """Minutes shown, metres to the edge, greatest probability."""
    return (
        f"{shown_s / 60:.1f}",
        "-" if edge_m is None else f"{edge_m:.0f}",
        "-" if p is None else f"{p:.2f}",
    )
