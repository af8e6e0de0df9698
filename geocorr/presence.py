"""The verdict of any pair that is asked for: there, possible, open, or ruled out.

matcher      hit or passed, as for a list of hits
alibi        could the tag have been there, and how fast
coverage     what the trail does not show
proof        the fixes that the verdict rests on
verdict      the first that holds, in a word and a sentence
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr import matcher, verdict
from geocorr.alibi import Alibis, presence_of
from geocorr.arrays import Bools, Floats, Ints, Targets, Trails, Wearers
from geocorr.candidates import Pairs
from geocorr.coverage import Uncovered, covered, holes
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy
from geocorr.proof import Proofs, proofs

RULES = ("HANTS-GPS-2", "HANTS-GPS-4")
_KMH = 3.6
# Shares of lines that cover a window add up to this at least, to the last digits.
_WHOLE = 1 - 1e-12


@dataclass(frozen=True, slots=True)
class Presence:
    """One wearer and one target. `required_speed_kmh` None = impossible at any speed
    (or, where nothing is bracketed, unknown: `because` says which).

    It rests on so many `fixes` of the order, from the first to the last (None: on
    none), which are all that it takes to come to it again.
    """

    target: int
    wearer: int
    verdict: Verdict
    required_speed_kmh: float | None
    margin_m: float | None
    coverage: float
    uncovered: tuple[Uncovered, ...]
    rules: tuple[str, ...]
    because: str
    fixes: int
    first_us: int | None
    last_us: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the verdicts are asked of: who, where and when, by which policy."""

    trails: Trails
    wearers: Wearers
    targets: Targets
    pairs: Pairs
    policy: Policy


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of pairs as columns, one row a pair; `told` words them.

    `certain`: more of the trail would change nothing. `found` holds, of hits and
    passings alone, the sentence.
    """

    words: npt.NDArray[np.object_]
    alibis: Alibis
    coverage: Floats
    proofs: Proofs
    certain: Bools
    found: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.words)


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
    asked = Asked(trails, wearers, targets, pairs, policy)
    return told(asked, judged(asked))


def judged(asked: Asked) -> Judged:
    """HANTS-GPS-4. The verdict of each pair as columns, in the order of the pairs."""
    trails, wearers, targets, pairs = _parts(asked)
    policy = asked.policy
    listed, faint, sentences = _listed(asked)
    alibis = presence_of(trails, wearers, targets, pairs, policy)
    limit_m_s = _limits_m_s(asked)[pairs.target]
    shown = (alibis.bracketed, alibis.top_speed_m_s > limit_m_s)
    resting = proofs(trails, wearers, targets, pairs, policy, shown)
    return Judged(
        verdict.judged(listed, faint, alibis),
        alibis,
        covered(trails, wearers, targets, pairs, policy.line.max_gap_s),
        resting,
        alibis.bracketed & resting.enclosed,
        sentences,
    )


def words(asked: Asked) -> npt.NDArray[np.object_]:
    """HANTS-GPS-4. The verdicts alone, without speeds and reasons: to be counted."""
    listed, faint, _ = _listed(asked)
    alibis = presence_of(*_parts(asked), asked.policy, speeds=False)
    return verdict.judged(listed, faint, alibis)


def _listed(
    asked: Asked,
) -> tuple[npt.NDArray[np.object_], Bools, dict[int, str]]:
    """Hit, passed or "" of each pair, whether a fix leaves it possible, sentences."""
    trails, wearers, targets, pairs = _parts(asked)
    policy = asked.policy
    slight = policy.with_match(
        rule="probability", min_probability=policy.alibi.min_probability
    )
    near = np.flatnonzero(matcher.screen(trails, wearers, targets, pairs, slight))
    those = Pairs(pairs.target[near], pairs.wearer[near])
    facts, _ = found = matcher.examine(trails, wearers, targets, those, policy)
    signs = matcher.signs(trails, wearers, targets, those, slight)
    listed = np.full(len(pairs.target), "", dtype=object)
    listed[near] = verdict.listed(facts, policy)
    faint = np.zeros(len(listed), np.bool_)
    faint[near] = signs.counting > 0
    told_ = zip(near.tolist(), _sentences(asked, those, found), strict=True)
    return listed, faint, {k: sentence for k, sentence in told_ if sentence}


def _parts(asked: Asked) -> tuple[Trails, Wearers, Targets, Pairs]:
    return asked.trails, asked.wearers, asked.targets, asked.pairs


def _limits_m_s(asked: Asked) -> Floats:
    """The top speed asked for at each target, whatever a tag itself drove."""
    own, targets = asked.targets.top_speed_m_s, asked.targets
    if own is not None:
        return own
    return np.full(len(targets), asked.policy.alibi.top_speed_m_s)


def _sentences(
    asked: Asked, pairs: Pairs, found: tuple[matcher.Facts, matcher.Near]
) -> list[str]:
    """Each of these pairs in a sentence, "" for those that are not listed."""
    trails, targets, policy = asked.trails, asked.targets, asked.policy
    facts, words = found[0], verdict.listed(found[0], policy)
    rests = matcher.rest(trails, targets, pairs, found, policy.line.max_gap_s)
    sentences = []
    for i, (word, g) in enumerate(zip(words, pairs.target.tolist(), strict=True)):
        counting, path_m = int(facts.counting[i]), float(facts.min_path_m[i])
        best = verdict.rests_on(rests, i, counting) if word else ""
        shown = (counting, path_m, float(targets.radius_m[g]), policy, best)
        sentences.append(verdict.explain(word, *shown) if word else "")
    return sentences


def ranking(found: Judged) -> Ints:
    """Positions in the order of a list: the stronger verdict first, then who was asked.

    Hit, passed, possible by required speed, no data, ruled out.
    """
    rank = {word: i for i, word in enumerate(Verdict)}
    places = np.array([rank[word] for word in found.words], dtype=np.int64)
    speed = np.where(found.words == Verdict.POSSIBLE, found.alibis.required_m_s, 0.0)
    return np.lexsort((np.nan_to_num(speed, nan=np.inf), places)).astype(np.int64)


def told(asked: Asked, found: Judged, which: Ints | None = None) -> list[Presence]:
    """The verdicts at these positions (all: in their order) as people read them."""
    places, shown = _places(asked), np.arange(len(found)) if which is None else which
    bare = shown[found.coverage[shown] < _WHOLE]
    pairs = Pairs(asked.pairs.target[bare], asked.pairs.wearer[bare])
    who = (asked.trails, asked.wearers, asked.targets)
    gaps = holes(*who, pairs, asked.policy.line.max_gap_s)
    open_ = {k: gaps.of(i) for i, k in enumerate(bare.tolist())}
    return [
        _presence(k, asked, found, places, open_.get(k, ())) for k in shown.tolist()
    ]


def _places(asked: Asked) -> list[tuple[str, str]]:
    """How a sentence names each target's vicinity and window."""
    g = asked.targets
    columns = (g.radius_m, g.from_us, g.to_us)
    return [
        (f"within {radius_m:g} m of the place", _window(low, high))
        for radius_m, low, high in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _presence(
    k: int,
    asked: Asked,
    found: Judged,
    places: list[tuple[str, str]],
    open_: tuple[Uncovered, ...],
) -> Presence:
    g, w = int(asked.pairs.target[k]), int(asked.pairs.wearer[k])
    speed, margin = float(found.alibis.required_m_s[k]), float(found.alibis.margin_m[k])
    kmh = round(speed * _KMH, 1) if np.isfinite(speed) else None
    first, last = int(found.proofs.first[k]), int(found.proofs.last[k])
    some = last > first
    t_us = asked.trails.fixes.t_us
    return Presence(
        g,
        w,
        found.words[k],
        kmh,
        round(margin, 1) if np.isfinite(margin) else None,
        round(float(found.coverage[k]), 3),
        open_,
        tuple(sorted({*RULES, *filter(None, asked.wearers.rules[w].split(";"))})),
        found.found.get(k) or _excuse(k, asked, found, kmh, places[g]),
        last - first,
        int(t_us[first]) if some else None,
        int(t_us[last - 1]) if some else None,
    )


def _excuse(
    k: int, asked: Asked, found: Judged, kmh: float | None, place: tuple[str, str]
) -> str:
    word, own = found.words[k], asked.targets.top_speed_m_s
    g = asked.pairs.target[k]
    limit_m_s = asked.policy.alibi.top_speed_m_s if own is None else float(own[g])
    top_m_s = float(found.alibis.top_speed_m_s[k])
    speeds_kmh = (top_m_s * _KMH, limit_m_s * _KMH)
    caveat = verdict.caveat(word, *speeds_kmh, asked.trails.tamper_known)
    return verdict.excuse(word, kmh, *place) + caveat


def _window(from_us: int, to_us: int) -> str:
    begin, end = _text(from_us), _text(to_us)
    return f"at {begin} UTC" if begin == end else f"between {begin} and {end} UTC"


def _text(t_us: int) -> str:
    return f"{from_us(t_us):%Y-%m-%d %H:%M:%S}"
