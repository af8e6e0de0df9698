"""How surprising a hit is: base rates, Lambda, likelihood ratio (`matching.md`).

The wearer's own comparable hours, shrunk towards what the place sees of all wearers.
A finding of a later run: it stands beside the hit and is never edited into it.
"""

from dataclasses import dataclass

import numpy as np

from geocorr import candidates
from geocorr.arrays import Bools, Floats, Ints, Targets, Trails, Wearers, compiled
from geocorr.choices import Surprise
from geocorr.controls import controls, count, sighted
from geocorr.cover import Population, cover, covered, population
from geocorr.policy import Policy


@dataclass(frozen=True, slots=True)
class Rates:
    """How often each person's tag is at each target's place at such an hour.

    [people, targets]: `n` covered controls, `k` of them at the place, `hit` whether the
    target itself is one, `monitored` whether an order was in force in its window,
    `member` whether the person counts for the place. [targets]: `hours` covered
    controls of all members, `footfall` the share of them at the place, `expected`
    (Lambda) how many of the members monitored chance alone would put there; NaN without
    any hours. `people` are nominals, or devices where there are no orders.
    """

    people: tuple[str, ...]
    n: Ints
    k: Ints
    hit: Bools
    monitored: Bools
    member: Bools
    hours: Ints
    footfall: Floats
    expected: Floats
    choice: Surprise

    @property
    def b(self) -> Floats:
        """Base rates [people, targets]; NaN where nobody has a control."""
        return base_rates(self.k, self.n, self.footfall, self.choice)

    def assessable(self, choice: Surprise) -> Bools:
        """Where there are controls enough to speak of a habit [people, targets]."""
        enough: Bools = self.n >= choice.min_controls
        return enough


def rated(
    people: tuple[str, ...],
    counted: tuple[Ints, Ints],
    monitored: Bools,
    member: Bools,
    hit: Bools,
    choice: Surprise,
) -> Rates:
    """Rates out of `counted` = n and k; `member` = monitored in the force's area.

    Whoever was at the place in a control, or is hit, was in the area and is a member
    whatever his order says.
    """
    n, k = counted
    member = member | (k > 0) | hit
    there = (member, member & monitored)
    hours, visits, even, habits = _sums(n, k, there, choice.shrink_m)
    pi = _share(visits, hours)
    expected = habits + choice.shrink_m * pi * even
    return Rates(people, n, k, hit, monitored, member, hours, pi, expected, choice)


@compiled
def _sums(
    n: Ints, k: Ints, who: tuple[Bools, Bools], m: float
) -> tuple[Ints, Ints, Floats, Floats]:
    """Of each target: n and k of all members; of the monitored, sums of 1 / (n + m) and
    k / (n + m), whose sum with m pi is that of their base rates."""
    hours, visits = np.zeros(n.shape[1], np.int64), np.zeros(n.shape[1], np.int64)
    even, habits = np.zeros(n.shape[1]), np.zeros(n.shape[1])
    for p in range(n.shape[0]):
        for g in range(n.shape[1]):
            if who[0][p, g]:
                hours[g] += n[p, g]
                visits[g] += k[p, g]
            if who[1][p, g]:
                even[g] += 1 / (n[p, g] + m)
                habits[g] += k[p, g] / (n[p, g] + m)
    return hours, visits, even, habits


def _share(visits: Ints, hours: Ints) -> Floats:
    share: Floats = np.full(len(hours), np.nan)
    np.divide(visits, hours, out=share, where=hours > 0)
    return share


def footfall(k: Ints, n: Ints, member: Bools) -> Floats:
    """Share of comparable hours at the place over all members [targets]; NaN = none."""
    hours = np.where(member, n, 0).sum(axis=0)
    return _share(np.where(member, k, 0).sum(axis=0), hours)


def base_rates(k: Ints, n: Ints, footfall: Floats, choice: Surprise) -> Floats:
    """b = (k + m pi) / (n + m), the wearer's habit shrunk towards the place's.

    k, n [people, targets], or any shapes that broadcast; NaN where pi is.
    """
    m = choice.shrink_m
    b: Floats = (k + m * footfall) / (n + m)
    return b


def likelihood_ratios(detection: Floats, b: Floats, choice: Surprise) -> Floats:
    """LR = P_detect / b, at most `max_ratio`; b = 0 (nobody ever there) gives that.

    `detection` = the chance that a tag there would have been recorded: P of the hit
    times coverage. P is that of its most accurate observation, not of the luckiest.
    """
    bare = np.full(np.broadcast(detection, b).shape, choice.max_ratio)
    ratio = np.divide(detection, b, out=bare, where=b > 0)
    return np.where(np.isnan(b), np.nan, np.minimum(ratio, choice.max_ratio))


def in_force(worn: Population, targets: Targets) -> Bools:
    """Whether an order of each person was in force in each window [people, targets]."""
    order = np.argsort(worn.person, kind="stable")
    begin, end = worn.wearers.from_us[order, None], worn.wearers.to_us[order, None]
    held = (begin <= targets.to_us) & (end > targets.from_us)
    found = np.zeros((len(worn.people), len(targets)), np.bool_)
    has, first = np.unique(worn.person[order], return_index=True)
    if len(has):
        found[has] = np.logical_or.reduceat(held, first, axis=0)
    return found


def rates_of(
    trails: Trails,
    wearers: Wearers,
    targets: Targets,
    as_at_us: int,
    policy: Policy,
    *,
    member: Bools | None = None,
) -> Rates:
    """The rates of all these wearers from trails that hold the other weeks.

    `member` [people, targets] as `rated` takes it, everyone unless given; `hit` is what
    the same trails show of the targets themselves.
    """
    worn = population(wearers, trails.fixes.devices)
    asked = controls(targets, as_at_us, policy.surprise)
    near = candidates.pairs(trails, wearers, asked.windows, policy)
    seen = sighted(trails, worn, asked.windows, near, policy)
    under = covered(cover(trails, policy.line.max_gap_s), worn)
    counts = count(under, len(worn.people), asked, seen, len(targets), policy.surprise)
    hit = _hit(trails, worn, targets, policy)
    everyone = np.ones(counts.n.shape, np.bool_)
    told = everyone if member is None else member
    found = (counts.n, counts.k)
    monitored = in_force(worn, targets)
    return rated(worn.people, found, monitored, told, hit, policy.surprise)


def _hit(trails: Trails, worn: Population, targets: Targets, policy: Policy) -> Bools:
    near = candidates.pairs(trails, worn.wearers, targets, policy)
    seen = sighted(trails, worn, targets, near, policy)
    hit = np.zeros((len(worn.people), len(targets)), np.bool_)
    hit[seen.person[seen.hit], seen.control[seen.hit]] = True
    return hit
