"""A zone's findings in one sentence each: of the tag, never of the person.

Times are London's, because timetables are.
"""

import math

from geocorr import wording
from geocorr.model import from_us
from geocorr.wording import counted


def stretch(from_us_: int, to_us: int) -> str:
    """`between A and B` by London's clocks; `at A` where it has no length."""
    return wording.stretch(from_us(from_us_), from_us(to_us))


def entry(zone_id: str, when: str, fixes: int, edge_m: float, p: float) -> str:
    """WMP2-8-EM. Fixes that count as inside an exclusion zone."""
    count = counted(fixes, "fix", "fixes")
    lies = "lies" if fixes == 1 else "lie"
    return (
        f"{count} of the tag {when} more likely than not {lies} inside exclusion zone "
        f"{zone_id} (probability up to {p:.2f}); the trail came {_depth(edge_m)}."
    )


def passage(zone_id: str, when: str, edge_m: float, max_gap_s: float) -> str:
    """WMP2-8-EM. A line through an exclusion zone, without a fix that counts."""
    return (
        f"No fix counts as inside exclusion zone {zone_id}, but {when} the straight "
        f"line between two fixes at most {max_gap_s:g} s apart, which is not a "
        f"sighting, runs through it: the trail came {_depth(edge_m)}."
    )


def absence(
    zone_id: str, when: str, shown: tuple[int, float], edge_m: float, p: float
) -> str:
    """WMP2-8-EM. Fixes that show the tag away from a curfew's address."""
    fixes, shown_s = shown
    show = "shows" if fixes == 1 else "show"
    return (
        f"{counted(fixes, 'fix', 'fixes')} of the tag {when} {show} it away from "
        f"curfew address {zone_id} for {counted(round(shown_s / 60), 'minute')}: none "
        f"nearer than {max(edge_m, 0.0):.0f} m to its edge, each with a probability of "
        f"at most {_bound(p):.2f} of lying inside."
    )


def _bound(p: float) -> float:
    """Rounded up, so that "at most" holds; never as if there were no chance."""
    return max(0.01, math.ceil(p * 100) / 100)


def silence(zone_id: str, when: str, why: str) -> str:
    """WMP2-8-EM. Not known is not absent."""
    return (
        f"Whether the tag was at curfew address {zone_id} {when} is not known "
        f"({why}); not known is not absent."
    )


def _depth(edge_m: float) -> str:
    return (
        f"{-edge_m:.0f} m inside its edge"
        if edge_m < 0
        else f"within {edge_m:.0f} m of its edge"
    )
