"""LEICS-5, LEICS-10, LEICS-12, LEICS-23. Shares, change, growth, housing need."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from geocorr.model import Decision
from geocorr.performance.grid import (
    EVERYWHERE,
    NOT_KNOWN,
    Cell,
    Grid,
    Period,
    Table,
    half_up,
    share,
)
from geocorr.wording import counted


def lead_agencies(cases: Mapping[str, int]) -> Table:
    """LEICS-5. Each lead agency's share of the cases; an empty name is not known."""
    total = sum(cases.values())
    named = {agency or NOT_KNOWN: n for agency, n in cases.items()}
    rows = [
        (agency, n, share(n, total))
        for agency, n in sorted(named.items(), key=lambda item: (-item[1], item[0]))
    ]
    rows.append((EVERYWHERE, total, share(total, total)))
    unknown = named.get(NOT_KNOWN, 0)
    told = f"{counted(total, 'case')} by the agency that leads them."
    if unknown:
        told += f" Of {unknown:,} no lead agency is recorded."
    grid = Grid(("lead_agency", "cases", "percent"), tuple(rows))
    return Decision(grid, ("LEICS-5",), {"cases": total}, told)


def reduction(
    before: tuple[Period, int], after: tuple[Period, int], today: date
) -> Table:
    """LEICS-10. Offences in two periods, and by how much they fell, in percent.

    Compared by the day, so that a shorter period is no reduction; a period that is not
    over counts its days until today. With nothing before, nothing can have fallen.
    """
    rows: list[tuple[Cell, ...]] = []
    rates: list[Fraction | None] = []
    for period, n in (before, after):
        days = _days_gone(period, today)
        rates.append(Fraction(n, days) if days else None)
        a_day = None if rates[-1] is None else half_up(rates[-1], 4)
        rows.append((period.first, period.last, days, n, a_day, None))
    if rates[0] and rates[1] is not None:
        rows[1] = (*rows[1][:-1], share(rates[0] - rates[1], rates[0]))
    grid = Grid(
        ("from", "to", "days", "offences", "offences_a_day", "reduction_percent"),
        tuple(rows),
    )
    told = _fell(rows[1][-1]) + _open_end(after[0], today)
    return Decision(grid, ("LEICS-10",), {"compared": "offences a day"}, told)


def growth(counts: Sequence[tuple[date, int]]) -> Table:
    """LEICS-12. How many nominals were managed on some days, and the growth since each
    day before, in percent; negative = fewer."""
    ordered = sorted(counts)
    rows: list[tuple[Cell, ...]] = []
    for at, (day, n) in enumerate(ordered):
        since = None if at == 0 else share(n - ordered[at - 1][1], ordered[at - 1][1])
        first = None if at == 0 else share(n - ordered[0][1], ordered[0][1])
        rows.append((day, n, since, first))
    columns = ("day", "nominals", "growth_percent", "growth_since_first_percent")
    told = "No day was asked for."
    if ordered:
        (begin, before), (end, now) = ordered[0], ordered[-1]
        told = f"{counted(now, 'nominal')} on {end}, {before:,} on {begin}."
    return Decision(Grid(columns, tuple(rows)), ("LEICS-12",), {}, told)


def housing(needs: Mapping[tuple[str | None, str], int], cohort: int) -> Table:
    """LEICS-23. Nominals in need of housing, by area (City, County) and by type.

    `needs` counts nominals by area and type of accommodation; None, "" = not known.
    """
    types = sorted({kind or NOT_KNOWN for _, kind in needs})
    areas = sorted({area or NOT_KNOWN for area, _ in needs})
    by = {(a or NOT_KNOWN, k or NOT_KNOWN): n for (a, k), n in needs.items()}
    rows: list[tuple[Cell, ...]] = [
        (a, *(by.get((a, k), 0) for k in types), sum(by.get((a, k), 0) for k in types))
        for a in areas
    ]
    sums = [sum(by.get((a, k), 0) for a in areas) for k in types]
    total = sum(sums)
    grid = Grid(("area", *types, "in_need"), (*rows, (EVERYWHERE, *sums, total)))
    percent = share(total, cohort)
    of = "" if percent is None else f", {percent:g} % of them"
    told = f"{total:,} of {counted(cohort, 'nominal')} managed need housing{of}."
    return Decision(grid, ("LEICS-23",), {"managed": cohort}, told)


def _days_gone(period: Period, today: date) -> int:
    last = min(period.last, today)
    return max((last - period.first).days + 1, 0)


def _fell(percent: Cell) -> str:
    if not isinstance(percent, float):
        return "There was nothing before that could have fallen."
    word = "fewer" if percent >= 0 else "more"
    return f"{abs(percent):.2f} % {word} offences a day than in the period before."


def _open_end(period: Period, today: date) -> str:
    if today >= period.last:
        return ""
    return f" The later period is not over: its days until {today} are counted."
