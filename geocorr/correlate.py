"""Which wearers were near which crimes: the story on one page.

    trust        which fixes may join a line, which belong to one stop
    candidates   which trails come near which targets at all (boxes in x, y, t)
    matcher      the exact facts of each such pair
    verdict      hit, passed, or nothing to list

The same inputs and policy give the same answer, to the byte, whether the trails come
from files or out of PostGIS.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr import candidates, matcher, verdict
from geocorr.arrays import HOUR_US, Bools, Floats, Targets, Trails, Wearers, rows
from geocorr.candidates import Pairs
from geocorr.matcher import Facts, Rests
from geocorr.policy import Policy


@dataclass(frozen=True, slots=True)
class Hits:
    """The pairs to list (hit or passed), sorted by target, then wearer.

    `verdict` holds the word, `clock_test` what an hour's slip would change,
    `window_share` the part of the window that the path was inside.
    """

    pairs: Pairs
    verdict: npt.NDArray[np.object_]
    facts: Facts
    rests: Rests
    window_share: Floats
    clock_test: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.verdict)


def correlate(
    trails: Trails, wearers: Wearers, targets: Targets, policy: Policy
) -> Hits:
    """Find every hit and passing of these wearers at these targets."""
    near = candidates.pairs(trails, wearers, targets, policy)
    return judge(trails, wearers, targets, near, policy)


def judge(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> Hits:
    """The hits among candidate pairs; the trails must hold those pairs' windows.

    The clock test looks an hour either side: hold that, too, or it sees an empty hour.
    """
    near = matcher.screen(trails, wearers, targets, pairs, policy)
    found = matcher.examine(trails, wearers, targets, _taken(pairs, near), policy)
    words = verdict.listed(found[0], policy)
    rests = matcher.rest(
        trails, targets, _taken(pairs, near), found, policy.line.max_gap_s
    )
    listed = words != ""
    kept = _taken(_taken(pairs, near), listed)
    facts, words = rows(found[0], listed), words[listed]
    slips = [
        _words(trails, wearers, targets.shifted(by_us), kept, policy)
        for by_us in (-HOUR_US, HOUR_US)
    ]
    tests = tuple(verdict.clock_test(*w) for w in zip(words, *slips, strict=True))
    share = _share(facts, targets, kept)
    return Hits(kept, words, facts, rows(rests, listed), share, tests)


def _taken(pairs: Pairs, which: Bools) -> Pairs:
    return Pairs(pairs.target[which], pairs.wearer[which])


def _words(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> npt.NDArray[np.object_]:
    signs = matcher.signs(trails, wearers, targets, pairs, policy)
    return verdict.listed(signs, policy)


def _share(facts: Facts, targets: Targets, pairs: Pairs) -> Floats:
    """Dwell over window; of an instant 1 where the tag was inside at it, else 0."""
    window_s = (targets.to_us - targets.from_us)[pairs.target] / 1e6
    inside = (facts.fixes_inside > 0) | facts.path_enters
    share = facts.dwell_s / np.maximum(window_s, 1e-6)
    return np.where(window_s > 0, np.minimum(share, 1.0), inside.astype(np.float64))
