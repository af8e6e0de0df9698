"""The verdict of any pair that is asked for: there, possible, open, or ruled out.

matcher      hit or passed, as for a list of hits
alibi        could the tag have been there, and how fast
coverage     what the trail does not show
verdict      the first that holds, in a word and a sentence
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr import matcher, verdict
from geocorr.alibi import Alibis, presence_of
from geocorr.arrays import Ints, Targets, Trails, Wearers
from geocorr.candidates import Pairs
from geocorr.coverage import Uncovered, uncovered
from geocorr.matcher import Facts
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy

RULES = ("HANTS-GPS-2", "HANTS-GPS-4")
_KMH = 3.6


@dataclass(frozen=True, slots=True)
class Presence:
    """One wearer and one target. `required_speed_kmh` None = impossible at any speed
    (or, where nothing is bracketed, unknown: `because` says which)."""

    target: int
    wearer: int
    verdict: Verdict
    required_speed_kmh: float | None
    margin_m: float | None
    coverage: float
    uncovered: tuple[Uncovered, ...]
    rules: tuple[str, ...]
    because: str


def everyone(targets: Targets, wearers: Wearers) -> Pairs:
    """Every target with every wearer, whether or not anything speaks for it."""
    n, m = len(targets), len(wearers)
    return Pairs(np.repeat(np.arange(n), m), np.tile(np.arange(m), n))


def presences(
    trails: Trails, wearers: Wearers, targets: Targets, pairs: Pairs, policy: Policy
) -> list[Presence]:
    """HANTS-GPS-4. The verdict of each pair, in the order of the pairs.

    The trails must reach beyond each window to the next trusted fixes on either side.
    """
    facts, _ = matcher.examine(trails, wearers, targets, pairs, policy)
    slight = policy.with_match(
        rule="probability", min_probability=policy.alibi.min_probability
    )
    faint, _ = matcher.examine(trails, wearers, targets, pairs, slight)
    alibis = presence_of(trails, wearers, targets, pairs, policy)
    words = verdict.judged(verdict.listed(facts, policy), faint.counting > 0, alibis)
    asked = (trails, wearers, targets, pairs)
    bases = _bases(asked, words, policy)
    return [
        _presence(k, words[k], (facts, bases), alibis, asked, policy)
        for k in range(len(words))
    ]


def _bases(
    asked: tuple[Trails, Wearers, Targets, Pairs],
    words: npt.NDArray[np.object_],
    policy: Policy,
) -> dict[int, str]:
    """What each hit and passing rests on, by pair."""
    trails, wearers, targets, pairs = asked
    listed = np.flatnonzero((words == Verdict.HIT) | (words == Verdict.PASSED))
    those = Pairs(pairs.target[listed], pairs.wearer[listed])
    found = matcher.examine(trails, wearers, targets, those, policy)
    rests = matcher.rest(trails, targets, those, found, policy.line.max_gap_s)
    counting = found[0].counting.tolist()
    told = (verdict.rests_on(rests, i, n) for i, n in enumerate(counting))
    return dict(zip(listed.tolist(), told, strict=True))


def _presence(
    k: int,
    word: Verdict,
    found: tuple[Facts, dict[int, str]],
    alibis: Alibis,
    asked: tuple[Trails, Wearers, Targets, Pairs],
    policy: Policy,
) -> Presence:
    facts = found[0]
    trails, wearers, targets, pairs = asked
    g, w = int(pairs.target[k]), int(pairs.wearer[k])
    window = int(targets.from_us[g]), int(targets.to_us[g])
    order = int(wearers.from_us[w]), int(wearers.to_us[w])
    speed, margin = alibis.required_m_s[k], alibis.margin_m[k]
    kmh = round(float(speed) * _KMH, 1) if np.isfinite(speed) else None
    bare = float(facts.coverage[k]) < 1.0
    device, gap_s = int(wearers.device[w]), policy.line.max_gap_s
    return Presence(
        g,
        w,
        word,
        kmh,
        round(float(margin), 1) if np.isfinite(margin) else None,
        round(float(facts.coverage[k]), 3),
        uncovered(trails, device, order, window, gap_s) if bare else (),
        tuple(sorted({*RULES, *filter(None, wearers.rules[w].split(";"))})),
        _because(k, word, kmh, found, targets.take(np.array([g])), policy)
        + _caveat(k, word, alibis, trails.tamper_known, (targets, g, policy)),
    )


def _caveat(
    k: int,
    word: Verdict,
    alibis: Alibis,
    tamper_known: bool,
    asked: tuple[Targets, int, Policy],
) -> str:
    targets, g, policy = asked
    limit_m_s = policy.alibi.top_speed_m_s
    if targets.top_speed_m_s is not None:
        limit_m_s = float(targets.top_speed_m_s[g])
    top_m_s = float(alibis.top_speed_m_s[k])
    return verdict.caveat(word, top_m_s * _KMH, limit_m_s * _KMH, tamper_known)


def _because(
    k: int,
    word: Verdict,
    kmh: float | None,
    found: tuple[Facts, dict[int, str]],
    target: Targets,
    policy: Policy,
) -> str:
    facts, bases = found
    radius_m = float(target.radius_m[0])
    if word in (Verdict.HIT, Verdict.PASSED):
        shown = (int(facts.counting[k]), float(facts.min_path_m[k]))
        return verdict.explain(word, *shown, radius_m, policy, bases[k])
    place = f"within {radius_m:g} m of the place"
    return verdict.excuse(word, kmh, place, _window(target.from_us, target.to_us))


def _window(from_us: Ints, to_us: Ints) -> str:
    begin, end = _text(int(from_us[0])), _text(int(to_us[0]))
    return f"at {begin} UTC" if begin == end else f"between {begin} and {end} UTC"


def _text(t_us: int) -> str:
    return f"{from_us(t_us):%Y-%m-%d %H:%M:%S}"
