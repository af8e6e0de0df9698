"""What tables of breaches have in common: times by London's clocks, and figures."""

from datetime import datetime, timedelta

from rich import box
from rich.table import Table

from geocorr import wording
from geocorr.dates import LONDON

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def drawn_table(caption: str = "") -> Table:
    """An empty table; its caption says what is left out, and what a figure means."""
    about = "Times are London's; edge m: metres to the zone's edge, negative = inside."
    lines = f"{caption}\n{about}" if caption else about
    return Table(
        caption=lines, caption_justify="left", box=box.SIMPLE_HEAD, padding=(0, 0)
    )


def add_times(drawn: Table) -> None:
    """The columns that `times` and `figures` fill."""
    for name in ("from", "to"):
        drawn.add_column(name, no_wrap=True)
    for name in ("edge m", "P"):
        drawn.add_column(name, justify="right", no_wrap=True)


def times(from_at: datetime, to_at: datetime) -> tuple[str, str]:
    """Begin and end, with London's offset; day and offset once where they agree."""
    begin, end = from_at.astimezone(LONDON), to_at.astimezone(LONDON)
    first, last = (wording.minute(at)[-len("+00:00") :] for at in (begin, end))
    since = f"{begin:%d %b %H:%M}{'' if first == last else first}"
    same = begin.date() == end.date()
    return since, f"{end:%H:%M}{last}" if same else f"{end:%d %b %H:%M}{last}"


def figures(edge_m: float | None, p: float | None) -> tuple[str, str]:
    """Metres to the edge, greatest probability."""
    return (
        "-" if edge_m is None else f"{edge_m:.0f}",
        "-" if p is None else f"{p:.2f}",
    )


def due(deadline_at: datetime, now: datetime) -> str:
    """How long is left, or since when it is overdue."""
    left = deadline_at - now
    return f"in {_length(left)}" if left >= timedelta() else f"OVERDUE {_length(-left)}"


def _length(time: timedelta) -> str:
    if time >= 2 * _DAY:
        return f"{time // _DAY} d"
    if time >= 2 * _HOUR:
        return f"{time // _HOUR} h"
    return f"{time // timedelta(minutes=1)} min"
