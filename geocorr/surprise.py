"""How surprising a hit is: base rates, Lambda, likelihood ratio (`matching.md`).

The wearer's own comparable hours, shrunk towards what the place sees of all wearers.
"""

from dataclasses import dataclass

import numpy as np

from geocorr.arrays import Bools, Floats, Ints
from geocorr.policy import Surprise


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each person's tag is at each target's place at such an hour.

    [people, targets]: `n` covered controls, `k` of them a hit, `b` the base rate (NaN
    where nobody has a control), `hit` whether the target itself is one, `monitored`
    whether an order was in force in its window, `member` whether the person counts for
    the place's footfall. [targets]: `footfall`, `expected` (Lambda); NaN without any.
    `people` are nominals, or devices where there are no orders.
    """

    people: tuple[str, ...]
    n: Ints
    k: Ints
    b: Floats
    hit: Bools
    monitored: Bools
    member: Bools
    footfall: Floats
    expected: Floats

    def assessable(self, choice: Surprise) -> Bools:
        """Where there are controls enough to speak of a habit [people, targets]."""
        enough: Bools = self.n >= choice.min_controls
        return enough


def footfall(k: Ints, n: Ints, member: Bools) -> Floats:
    """Share of comparable hours at the place over all members [targets]; NaN = none."""
    hours = np.where(member, n, 0).sum(axis=0)
    there = np.where(member, k, 0).sum(axis=0)
    share: Floats = np.divide(
        there, hours, out=np.full(len(hours), np.nan), where=hours > 0
    )
    return share


def base_rates(k: Ints, n: Ints, footfall: Floats, choice: Surprise) -> Floats:
    """b = (k + m pi) / (n + m), the wearer's habit shrunk towards the place's.

    k, n [people, targets] (or any shapes that broadcast); NaN where pi is.
    """
    m = choice.shrink_m
    b: Floats = (k + m * footfall) / (n + m)
    return b


def likelihood_ratios(detection: Floats, b: Floats, choice: Surprise) -> Floats:
    """LR = P_detect / b, at most `max_ratio`; b = 0 (nobody ever there) gives that."""
    raise NotImplementedError
