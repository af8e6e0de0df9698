"""WMP2-44. The IDIOM table: offences and cost before, during and after management.

Every figure is made anew from totals, never copied: the paper's second table prints
the first one's difference in cost. What was printed otherwise is told beside.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from geocorr.model import Decision
from geocorr.performance.grid import Cell, Grid, Table, half_up, share

RULE = "WMP2-44"
COLUMNS = (
    "cohort", "nominals", "male", "female", "sex_unknown", "measure", "pre",
    "during_post", "difference", "difference_percent", "pre_per_nominal",
    "during_post_per_nominal", "difference_per_nominal", "printed_otherwise",
)  # fmt: skip
FIGURES = COLUMNS[6:-1]
# Of each measure: how many digits its figures per nominal have.
_DIGITS = {"offences_a_year": 2, "cost_a_year": 0}


@dataclass(frozen=True, slots=True)
class Measure:
    """Projected annual totals before, and during or after management.

    `printed`: what a paper prints for any of the figures made from them.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    pre: int
    during_post: int
    printed: Mapping[str, int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if min(self.pre, self.during_post) < 0:
            raise ValueError("a total is below zero")
        if unknown := set(self.printed) - set(FIGURES):
            raise ValueError(f"{min(unknown)} is none of {', '.join(FIGURES)}")


@dataclass(frozen=True, slots=True)
class Totals:
    """What is known of one cohort; the sexes need not add up, as the paper's do not."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    cohort: str
    nominals: int
    male: int
    female: int
    offences_a_year: Measure
    cost_a_year: Measure

    def __post_init__(self) -> None:
        if min(self.nominals, self.male, self.female) < 0:
            raise ValueError(f"{self.cohort}: a number of nominals is below zero")
        if self.male + self.female > self.nominals:
            raise ValueError(f"{self.cohort}: more of each sex than there are nominals")


def table(cohorts: Sequence[Totals], made_of: str) -> Table:
    """WMP2-44. The table of these cohorts, recomputed; `made_of` says from what."""
    grid = Grid(
        COLUMNS, tuple(_row(c, name, cohorts) for c in cohorts for name in _DIGITS)
    )
    found = [
        f"{row['cohort']}, {row['measure']}: {row['printed_otherwise']}"
        for row in grid.dicts()
        if row["printed_otherwise"]
    ]
    told = f"Made anew from {made_of}, each figure from its totals."
    if found:
        told += f" What is printed contradicts them: {'; '.join(found)}."
    return Decision(grid, (RULE,), {"contradictions": found}, told)


def figures(nominals: int, measure: Measure, digits: int) -> dict[str, Cell]:
    """WMP2-44. All that follows from a measure's two totals, by column."""
    pre, during = measure.pre, measure.during_post
    each = [
        None if not nominals else half_up(Fraction(n, nominals), digits)
        for n in (pre, during, during - pre)
    ]
    return {
        "pre": pre,
        "during_post": during,
        "difference": during - pre,
        "difference_percent": share(during - pre, pre, 1),
        "pre_per_nominal": each[0],
        "during_post_per_nominal": each[1],
        "difference_per_nominal": each[2],
    }


def _row(totals: Totals, name: str, cohorts: Sequence[Totals]) -> tuple[Cell, ...]:
    made = _made(totals, name)
    others = {c.cohort: _made(c, name) for c in cohorts if c is not totals}
    printed = getattr(totals, name).printed
    sexes = (totals.male, totals.female)
    return (
        totals.cohort,
        totals.nominals,
        *sexes,
        totals.nominals - sum(sexes),
        name,
        *made.values(),
        "; ".join(_otherwise(made, printed, others)) or None,
    )


def _made(totals: Totals, name: str) -> dict[str, Cell]:
    return figures(totals.nominals, getattr(totals, name), _DIGITS[name])


def _otherwise(
    made: Mapping[str, Cell],
    printed: Mapping[str, int | float],
    others: Mapping[str, Mapping[str, Cell]],
) -> Iterator[str]:
    """Which printed figures are not those that the totals give, and whose they are."""
    for name, figure in printed.items():
        if made[name] == figure:
            continue
        whose = [cohort for cohort, other in others.items() if other[name] == figure]
        of = f" (that is the figure of {whose[0]!r})" if whose else ""
        yield f"{name} is printed as {figure:,}{of}, its totals give {made[name]:,}"
