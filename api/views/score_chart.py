"""A score's days as a chart: where each line and word of the picture stands. Pure.

The picture says no more than the table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 8, 12, 34
_ROOM = 1.1


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the picture at so many points, where a band begins."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A day on the axis below."""

    x: float
    day: date


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture: the line as `x,y x,y`, its points, lines across and ticks."""

    line: str
    dots: tuple[tuple[float, float], ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    said: str


def chart(
    days: Sequence[tuple[date, float]], starts: Sequence[tuple[str, float]]
) -> Chart | None:
    """Of (day, points) in order, and (band, points from which it begins).

    None where there are fewer than two days to draw.
    """
    if len(days) < 2:
        return None
    first, last = days[0][0], days[-1][0]
    highest = max(points for _, points in days)
    top = max(highest * _ROOM, min(points for _, points in starts) * _ROOM)

    def x(day: date) -> float:
        share = (day - first) / (last - first)
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(points: float) -> float:
        return round(HEIGHT - _BOTTOM - points / top * (HEIGHT - _TOP - _BOTTOM), 1)

    placed = [(x(day), y(points)) for day, points in days]
    levels = [Level(y(p), f"{band} {p:,.0f}") for band, p in starts if p <= top]
    return Chart(
        " ".join(f"{a},{b}" for a, b in placed),
        tuple(placed),
        (Level(y(0), "0"), *levels),
        tuple(Tick(x(day), day) for day in _ticks(first, last)),
        _said(days),
    )


def _ticks(first: date, last: date) -> list[date]:
    """The first days of months, where there are two or more; else both ends."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    months = [day for day in days if day.day == 1]
    return months if len(months) > 1 else [first, last]


def _said(days: Sequence[tuple[date, float]]) -> str:
    """What the picture shows, in words."""
    (first, was), (last, now) = days[0], days[-1]
    points = [p for _, p in days]
    return (
        f"From {was:,.1f} points on {first:%-d %B %Y} to {now:,.1f} on "
        f"{last:%-d %B %Y}; lowest {min(points):,.1f}, highest {max(points):,.1f}."
    )
