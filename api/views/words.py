"""How values read on a page: London's clocks, counts, measures. Pure.

Every filter takes None and says so with a dash: an empty cell could be a fault.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from urllib.parse import quote

from geocorr.dates import LONDON
from geocorr.scoring.weights import POINT

NONE = "–"
_MECHANISMS = {
    "GPS": "satellite",
    "WIFI": "Wi-Fi",
    "LBS": "cell tower",
    "RF": "home box",
}

# Names that are letters.
_LETTERS = frozenset({"arms", "iom", "mappa", "marac"})


def moment(at: datetime | None) -> str:
    """`29 March 2026, 14:05:09 (+01:00)`."""
    return (
        NONE if at is None else _local(at).strftime("%-d %B %Y, %H:%M:%S ") + _off(at)
    )


def minute(at: datetime | None) -> str:
    """`29 March 2026, 14:05 (+01:00)`."""
    return NONE if at is None else _local(at).strftime("%-d %B %Y, %H:%M ") + _off(at)


def hour(at: datetime | None) -> str:
    """`14:05:09`, where the day is said beside it."""
    return NONE if at is None else _local(at).strftime("%H:%M:%S")


def day(at: date | None) -> str:
    """`29 March 2026`; of an instant, its day in London."""
    if at is None:
        return NONE
    local = _local(at) if isinstance(at, datetime) else at
    return local.strftime("%-d %B %Y")


def span(begin: datetime, end: datetime) -> str:
    """From one to the other; the day once where it is the same."""
    if begin == end:
        return minute(begin)
    if _local(begin).date() == _local(end).date() and _off(begin) == _off(end):
        return f"{day(begin)}, {_hm(begin)} to {_hm(end)} {_off(end)}"
    return f"{minute(begin)} to {minute(end)}"


def metres(value: float | None) -> str:
    """`85 m`, `1.2 km`."""
    if value is None:
        return NONE
    return f"{value:,.0f} m" if value < 1_000 else f"{value / 1_000:,.1f} km"


def percent(value: float | None) -> str:
    """`97 %` of a share; what is not all is never shown as all, nor little as none."""
    if value is None:
        return NONE
    shown = round(100 * value)
    if shown == 100 and value < 1:
        return "over 99 %"
    return "under 1 %" if shown == 0 and value > 0 else f"{shown} %"


def seconds(value: float | None) -> str:
    """`45 s`, `12 min`, `2 h 05 min`."""
    if value is None:
        return NONE
    if value < 60:
        return f"{value:.0f} s"
    minutes = round(value / 60)
    return (
        f"{minutes} min"
        if minutes < 60
        else f"{minutes // 60} h {minutes % 60:02d} min"
    )


def said(value: object) -> str:
    """A word of ours for people: `ruled_out` is `ruled out`, `mappa` is `MAPPA`."""
    if value is None or value == "":
        return NONE
    word = str(value).replace("_", " ")
    return word.upper() if word in _LETTERS else word


def number(value: float | None) -> str:
    """`12,345`."""
    return NONE if value is None else f"{value:,}"


def points(micropoints: float | None) -> str:
    """Points of a score, to a tenth: `1,250.5`."""
    return NONE if micropoints is None else f"{micropoints / POINT:,.1f}"


def mechanism(kind: str) -> str:
    """What located a fix, in words."""
    return _MECHANISMS.get(kind, kind)


def segment(name: object) -> str:
    """A name as one part of an address, slashes and all."""
    return quote(str(name), safe="")


def _local(at: datetime) -> datetime:
    return at.astimezone(LONDON)


def _hm(at: datetime) -> str:
    return _local(at).strftime("%H:%M")


def _off(at: datetime) -> str:
    return f"({_local(at).isoformat()[-6:]})"


FILTERS: Mapping[str, Callable[..., str]] = {
    f.__name__: f
    for f in (
        moment,
        minute,
        hour,
        day,
        span,
        metres,
        percent,
        seconds,
        said,
        number,
        points,
        mechanism,
        segment,
    )
}
