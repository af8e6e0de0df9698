"""The verdict of any pair that is asked for: there, possible, open, or ruled out.

matcher      hit or passed, as for a list of hits
alibi        could the tag have been there, and how fast
coverage     what the trail does not show
proof        the fixes that the verdict rests on
verdict      the first that holds, in a word and a sentence
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

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
from geocorr.quality import in_two_places
from geocorr.wording import stretch

RULES = ("HANTS-GPS-2", "HANTS-GPS-4")
_KMH = 3.6
# Shares of lines that cover a window add up to this at least, to the last digits.
_WHOLE = 1 - 1e-12


class Presence(NamedTuple):
    """One wearer and one target. `required_speed_kmh` None = impossible at any speed
    (or, with no data and nothing bracketed, unknown); `possible` always has one.

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
    """What the verdicts are asked of: who, where and when, by which policy.

    `tamper_known`: of which wearers reports of strap and battery would be there; None =
    as the trails say, of all or none.
    """

    trails: Trails
    wearers: Wearers
    targets: Targets
    pairs: Pairs
    policy: Policy
    tamper_known: Bools | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts of pairs as columns, one row a pair; `told` words them.

    `required_m_s` as the alibis have it, but of what is possible the least at which any
    part of the window allows it. `certain`: more of the trail would change nothing.
    `found` holds, of hits and passings alone, the sentence.
    """

    words: npt.NDArray[np.object_]
    alibis: Alibis
    required_m_s: Floats
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
    words_ = verdict.judged(listed, faint, alibis)
    return Judged(
        words_,
        alibis,
        _required_m_s(words_, alibis),
        covered(trails, wearers, targets, pairs, policy.line.max_gap_s),
        resting,
        alibis.bracketed & resting.enclosed,
        sentences,
    )


def _required_m_s(words: npt.NDArray[np.object_], alibis: Alibis) -> Floats:
    """What leaves a pair possible whatever the speed, a coarse fix, asks for none."""
    least = np.fmin(alibis.required_m_s, alibis.open_m_s)
    least[~np.isfinite(least)] = 0.0
    return np.where(words == Verdict.POSSIBLE, least, alibis.required_m_s)


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
    speed = np.where(found.words == Verdict.POSSIBLE, found.required_m_s, 0.0)
    return np.lexsort((speed, places)).astype(np.int64)


def told(asked: Asked, found: Judged, which: Ints | None = None) -> list[Presence]:
    """The verdicts at these positions (all: in their order) as people read them."""
    return list(map(Presence, *columns(asked, found, which)))


def columns(
    asked: Asked, found: Judged, which: Ints | None = None
) -> tuple[Sequence[Any], ...]:
    """The same as columns, in the order of `Presence`."""
    shown = np.arange(len(found)) if which is None else which
    target, wearer = asked.pairs.target[shown], asked.pairs.wearer[shown]
    kmh = _rounded(found.required_m_s[shown].tolist(), _KMH, 1)
    first, last = found.proofs.first[shown], found.proofs.last[shown]
    rules = {text: _rules(text) for text in set(asked.wearers.rules)}
    return (
        target.tolist(),
        wearer.tolist(),
        found.words[shown].tolist(),
        kmh,
        _rounded(found.alibis.margin_m[shown].tolist(), 1.0, 1),
        [round(share, 3) for share in found.coverage[shown].tolist()],
        _open(asked, found, shown),
        [rules[asked.wearers.rules[w]] for w in wearer.tolist()],
        _sayings(asked, found, shown, kmh),
        (last - first).tolist(),
        *_times(asked.trails.fixes.t_us, first, last),
    )


def _rounded(values: list[float], factor: float, digits: int) -> list[float | None]:
    return [round(v * factor, digits) if isfinite(v) else None for v in values]


def _rules(of_order: str) -> tuple[str, ...]:
    return tuple(sorted({*RULES, *filter(None, of_order.split(";"))}))


def _open(asked: Asked, found: Judged, shown: Ints) -> list[tuple[Uncovered, ...]]:
    """What lies under no line of each of these pairs."""
    bare = np.flatnonzero(found.coverage[shown] < _WHOLE)
    at = shown[bare]
    pairs = Pairs(asked.pairs.target[at], asked.pairs.wearer[at])
    who = (asked.trails, asked.wearers, asked.targets)
    gaps = holes(*who, pairs, asked.policy.line.max_gap_s)
    open_: list[tuple[Uncovered, ...]] = [()] * len(shown)
    for i, k in enumerate(bare.tolist()):
        open_[k] = gaps.of(i)
    return open_


def _times(
    t_us: Ints, first: Ints, last: Ints
) -> tuple[list[int | None], list[int | None]]:
    """When the first and the last fix of each proof were; None without any."""
    padded, some = np.append(t_us, 0), (last > first).tolist()
    begins, ends = padded[first].tolist(), padded[last - 1].tolist()
    return (
        [t if any_ else None for t, any_ in zip(begins, some, strict=True)],
        [t if any_ else None for t, any_ in zip(ends, some, strict=True)],
    )


def _places(asked: Asked) -> list[tuple[str, str]]:
    """How a sentence names each target's vicinity and window."""
    g = asked.targets
    columns = (g.radius_m, g.from_us, g.to_us)
    return [
        (f"within {radius_m:g} m of the place", stretch(from_us(low), from_us(high)))
        for radius_m, low, high in zip(*(c.tolist() for c in columns), strict=True)
    ]


def _sayings(
    asked: Asked, found: Judged, shown: Ints, kmh: Sequence[float | None]
) -> list[str]:
    """Each verdict in a sentence, with what must be said along with it."""
    places, target = _places(asked), asked.pairs.target[shown]
    limits_kmh = (_limits_m_s(asked)[target] * _KMH).tolist()
    tops_kmh = (found.alibis.top_speed_m_s[shown] * _KMH).tolist()
    columns = (shown.tolist(), found.words[shown].tolist(), kmh, target.tolist())
    shown_by = _shown_by(found.alibis)[shown].tolist()
    twofold = _in_two_places(asked, found, shown)
    sayings = []
    for k, word, need, g, by, top, limit, known in zip(
        *columns, shown_by, tops_kmh, limits_kmh, _tampering(asked, shown), strict=True
    ):
        saying = found.found.get(k)
        if not saying:
            place, window = places[g]
            saying = verdict.excuse(word, need, place, window, by)
            saying += verdict.caveat(word, top, limit, known)
            saying += verdict.TWO_PLACES if k in twofold else ""
        sayings.append(saying)
    return sayings


def _shown_by(alibis: Alibis) -> npt.NDArray[np.object_]:
    """What names the required speed of each pair, were it possible."""
    by = np.full(len(alibis.required_m_s), verdict.By.FIX, dtype=object)
    by[np.isfinite(alibis.required_m_s)] = verdict.By.ENCLOSED
    by[np.fmin(alibis.required_m_s, np.inf) > alibis.open_m_s] = verdict.By.OPEN
    by[np.isnan(alibis.required_m_s) & (alibis.open_m_s < np.inf)] = verdict.By.OPEN
    return by


def _tampering(asked: Asked, shown: Ints) -> list[bool]:
    """Whether reports of tampering would be there, of each of these pairs."""
    if asked.tamper_known is None:
        return [asked.trails.tamper_known] * len(shown)
    known: list[bool] = asked.tamper_known[asked.pairs.wearer[shown]].tolist()
    return known


def _in_two_places(asked: Asked, found: Judged, shown: Ints) -> set[int]:
    """Of what stays open, the pairs whose device was in two places at once."""
    words_ = found.words[shown]
    open_ = shown[(words_ == Verdict.POSSIBLE) | (words_ == Verdict.NO_DATA)]
    spans = zip(
        open_.tolist(),
        found.proofs.first[open_].tolist(),
        found.proofs.last[open_].tolist(),
        strict=True,
    )
    return {
        k
        for k, first, last in spans
        if in_two_places(asked.trails, first, last, asked.policy)
    }
