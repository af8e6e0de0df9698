"""GWENT-5.3. What became of hits, and how forces send their crimes, by force."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TypeVar

from geocorr.model import Decision
from geocorr.performance.grid import (
    EVERYWHERE,
    NOT_KNOWN,
    Cell,
    Grid,
    Period,
    Table,
    half_up,
    median,
    share,
)
from geocorr.performance.review import DECISIONS, Word

RULE = "GWENT-5.3"
Row = TypeVar("Row")

HITS_COLUMNS = (
    "force", "qualified", "dismissed", "sent", "reviewed", "ruled_in", "ruled_out",
    "needs_more", "waiting", "median_h_to_review", "longest_h_waiting",
)  # fmt: skip
BATCHES_COLUMNS = (
    "force", "days", "days_sent", "days_on_time", "days_late", "days_silent",
    "median_h_to_come", "deliveries", "deliveries_refused", "rows", "rows_refused",
    "rows_refused_percent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reviewed:
    """When people first said each thing of one finding, and the officer's last word.

    Only what was said before the period's end; None = not said by then. `over`: it was
    dismissed after it was sent, or no longer stands.
    """

    force: str
    qualified_at: datetime | None
    dismissed_at: datetime | None
    sent_at: datetime | None
    first_decided_at: datetime | None
    decided_at: datetime | None
    decision: Word | None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt of a force to send a day's crimes; `after_h` since that day began."""

    force: str | None
    day: date | None
    after_h: Fraction | None
    accepted: bool
    rows: int
    rows_refused: int


def hits_table(found: Iterable[Reviewed], begins: datetime, ends: datetime) -> Table:
    """GWENT-5.3. Hits qualified, sent, ruled in and out, and the time to review.

    What was said from `begins` until before `ends`; waiting: sent by then, not decided
    on, and not over. Time to review: from sending to the first decision.
    """
    pairs = ((one.force, one) for one in found)
    rows = _by_force(pairs, lambda of, _: _hits_row(of, begins, ends))
    told = "Counted by when it was said; a hit that was found again counts once."
    return Decision(
        Grid(HITS_COLUMNS, rows), (RULE,), {"until": ends.isoformat()}, told
    )


def batches_table(
    found: Iterable[Delivery], forces: Iterable[str], period: Period, due_h: int
) -> Table:
    """GWENT-5.3. Batch timeliness and refusals by force, over the days of a period.

    Each of `forces` owes a batch a day. On time: the first accepted delivery of a day
    came within `due_h` hours of the London midnight with which that day began.
    """
    owing = set(forces)

    def row(of: Sequence[Delivery], n: int) -> tuple[Cell, ...]:
        return _batches_row(of, n * period.days, period, due_h)

    rows = _by_force(((one.force, one) for one in found), row, owing)
    told = f"On time is within {due_h} hours of the midnight that the day began with."
    return Decision(Grid(BATCHES_COLUMNS, rows), (RULE,), {"due_h": due_h}, told)


def _by_force(
    found: Iterable[tuple[str | None, Row]],
    row: Callable[[Sequence[Row], int], tuple[Cell, ...]],
    forces: Collection[str] = (),
) -> tuple[tuple[Cell, ...], ...]:
    of: dict[str, list[Row]] = {force: [] for force in forces}
    for force, one in found:
        of.setdefault(force or NOT_KNOWN, []).append(one)
    rows = [(force, *row(of[force], force in forces)) for force in sorted(of)]
    everything = [one for part in of.values() for one in part]
    return (*rows, (EVERYWHERE, *row(everything, len(forces))))


def _hits_row(
    found: Sequence[Reviewed], begins: datetime, ends: datetime
) -> tuple[Cell, ...]:
    def within(at: datetime | None) -> bool:
        return at is not None and begins <= at < ends

    decided = [r.decision for r in found if within(r.decided_at)]
    waiting = [
        _hours(r.sent_at, ends)
        for r in found
        if r.sent_at is not None and r.first_decided_at is None and not r.over
    ]
    taken = [
        _hours(r.sent_at, r.first_decided_at)
        for r in found
        if r.sent_at is not None
        and r.first_decided_at is not None
        and within(r.first_decided_at)
    ]
    return (
        sum(within(r.qualified_at) for r in found),
        sum(within(r.dismissed_at) for r in found),
        sum(within(r.sent_at) for r in found),
        len(taken),
        *(decided.count(word) for word in DECISIONS),
        len(waiting),
        _shown(median(taken)),
        _shown(max(waiting, default=None)),
    )


def _batches_row(
    found: Sequence[Delivery], days: int, period: Period, due_h: int
) -> tuple[Cell, ...]:
    first: dict[tuple[str | None, date], Fraction] = {}
    for d in found:
        if d.accepted and d.day is not None and d.day in period:
            assert d.after_h is not None
            key = (d.force, d.day)
            first[key] = min(first.get(key, d.after_h), d.after_h)
    on_time = sum(h <= due_h for h in first.values())
    rows, refused = sum(d.rows for d in found), sum(d.rows_refused for d in found)
    return (
        days,
        len(first),
        on_time,
        len(first) - on_time,
        days - len(first),
        _shown(median(list(first.values()))),
        len(found),
        sum(not d.accepted for d in found),
        rows,
        refused,
        share(refused, rows),
    )


def _hours(begin: datetime, end: datetime) -> Fraction:
    between = end - begin
    return Fraction(between.days * 86_400 + between.seconds, 3_600)


def _shown(hours: Fraction | None) -> Cell:
    return None if hours is None else half_up(hours, 1)
