"""Hits for a terminal, as they were found and as they weigh."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from geocorr.assessment import CAVEAT, PROPOSITIONS, words
from geocorr.choices import Surprise
from geocorr.model import Hit

_MOST = 40
_MEANING = (
    "ratio: how many times as likely it is to find the tag there if "
    f"{PROPOSITIONS[0]} as if {PROPOSITIONS[1]}; support: what that lends the first."
)


def found(hits: Sequence[Hit], most: int = _MOST) -> Table:
    """The first hits with what they rest on."""
    drawn = _table(len(hits) - most)
    for name in ("fixes", "path m", "dwell s", "P", "cover"):
        drawn.add_column(name, justify="right", no_wrap=True)
    for hit in hits[:most]:
        drawn.add_row(
            *_names(hit),
            str(hit.fixes_inside),
            _figure(hit.min_path_distance_m, 0),
            f"{hit.dwell_s:.0f}",
            _figure(hit.probability, 2),
            f"{hit.coverage:.2f}",
        )
    return drawn


def weighed(hits: Sequence[Hit], choice: Surprise, most: int = _MOST) -> Table:
    """The first hits, the most surprising on top, with what makes them strong or weak.

    "-" where there is nothing to say yet or at all.
    """
    drawn = _table(len(hits) - most)
    for name in ("ratio", "P", "cover"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("support", no_wrap=True)
    for hit in by_surprise(hits)[:most]:
        figures = (_figure(hit.probability, 2), f"{hit.coverage:.2f}")
        ratio = _ratio(hit.likelihood_ratio, choice)
        drawn.add_row(*_names(hit), ratio, *figures, _support(hit, choice))
    return drawn


def explain(console: Console, hits: Iterable[Hit]) -> None:
    """Say what a ratio is and is not, where any hit has one."""
    if any(hit.likelihood_ratio is not None for hit in hits):
        console.print(f"{_MEANING} {CAVEAT}", style="dim", highlight=False)


def by_surprise(hits: Iterable[Hit]) -> list[Hit]:
    """The most surprising first; what is not assessed speaks neither way."""
    return sorted(
        hits,
        key=lambda h: (
            -(1.0 if h.likelihood_ratio is None else h.likelihood_ratio),
            -(h.probability or 0.0),
        ),
    )


def _table(rest: int) -> Table:
    caption = f"and {rest:,} more" if rest > 0 else None
    drawn = Table(caption=caption, box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("crime", "type", "device", "nominal", "verdict"):
        drawn.add_column(name, no_wrap=True)
    return drawn


def _names(hit: Hit) -> tuple[str, ...]:
    crime = (hit.crime_reference, hit.crime_type)
    return (*crime, hit.device_id, hit.nominal_id or "-", hit.verdict)


def _figure(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _ratio(value: float | None, choice: Surprise) -> str:
    """Two figures that count; a plus where no greater one is ever given."""
    if value is None:
        return "-"
    shown = f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
    return f"{shown}+" if value >= choice.max_ratio else shown


def _support(hit: Hit, choice: Surprise) -> str:
    """`moderate`, `no`, ... support; `habit` where the habit explains it better."""
    if hit.likelihood_ratio is not None:
        word, supports, _ = words(hit.likelihood_ratio, choice).partition(" support")
        return word if supports else "habit"
    if hit.base_rate is not None:
        return "no ratio"
    return "-" if hit.lambda_ is None else "not assessable"
