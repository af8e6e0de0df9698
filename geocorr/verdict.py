"""From the facts of a pair to a word and a sentence (`matching.md`, Verdict of a pair).

Always of the tag, never of the person: being near a crime is not an offence.
"""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from geocorr.alibi import Alibis
from geocorr.arrays import Bools
from geocorr.matcher import Facts, Rests, Signs
from geocorr.model import Verdict, from_us
from geocorr.policy import Policy
from geocorr.wording import clock, counted

# A hit says that a wearer was in the vicinity, found by laying crimes over trails.
HIT_RULES = ("HANTS-GPS-2", "HANTS-GPS-3")

_LISTED = np.array([Verdict.HIT, Verdict.PASSED], dtype=object)
# HANTS-GPS-4. Said with what stays open.
TWO_PLACES = (
    " The device was in two places at once about that time, as when two tags share "
    "one identifier: nothing can be ruled out."
)
_WHAT_COUNTS = {
    "probability": "more likely than not to lie",
    "distance": "recorded",
    "half_circle": "drawn with at least half of the circle",
}


def listed(facts: Facts | Signs, policy: Policy) -> npt.NDArray[np.object_]:
    """HANTS-GPS-3. `hit`, `passed` or "" of each pair; "" is not "never there".

    hit: at least `min_fixes` fixes in the window satisfy the rule; passed: fewer do, or
    a line between two trusted fixes enters the vicinity within the window.
    """
    hit = facts.counting >= policy.match.min_fixes
    passed = ~hit & ((facts.counting > 0) | facts.path_enters)
    words = np.full(len(hit), "", dtype=object)
    words[hit], words[passed] = _LISTED
    return words


def judged(
    listed_words: npt.NDArray[np.object_], faint: Bools, alibis: Alibis
) -> npt.NDArray[np.object_]:
    """HANTS-GPS-4. The verdict of each pair, the first that holds.

    `listed_words` as `listed` gives them; `faint` = a fix in the window leaves it
    possible (P at least `alibi.min_probability`). "No fix" is never "not there".
    """
    words = listed_words.copy()
    rest = words == ""
    possible = rest & (faint | alibis.reachable)
    words[possible] = Verdict.POSSIBLE
    words[rest & ~possible & ~alibis.bracketed] = Verdict.NO_DATA
    words[rest & ~possible & alibis.bracketed] = Verdict.RULED_OUT
    return words


class By(StrEnum):
    """What names the speed at which a window is possible."""

    ENCLOSED = "trusted fixes on either side"
    OPEN = "one trusted fix near an open part"
    FIX = "a fix that is coarse or not trusted"


def excuse(
    verdict: str, required_kmh: float | None, place: str, window: str, by: By
) -> str:
    """HANTS-GPS-4. Why a pair is possible, open or excluded, in one sentence.

    Of the tag; `required_kmh` None = impossible at any speed, `by` = what names it.
    """
    if verdict == Verdict.NO_DATA:
        return (
            f"Nothing can be said of the tag {window}: the trail does not enclose all "
            "of it between trusted fixes of stated accuracy inside the order."
        )
    if verdict == Verdict.RULED_OUT:
        need = "no speed would have been enough"
        if required_kmh is not None:
            need = _moved(required_kmh)
        return f"For the tag to have been {place} {window} {need}."
    return f"The tag may have been {place} {window}{_may(required_kmh or 0.0, by)}."


def _may(kmh: float, by: By) -> str:
    if by == By.FIX:
        return ": a fix that is coarse or not trusted may lie there, at no speed at all"
    need = _moved(kmh)
    if kmh < 1:
        need = "the errors of its fixes and less than 1 km/h are enough"
    if by == By.OPEN:
        return f". Part of that time is open: from or to a trusted fix near it, {need}"
    # Of the enclosed parts alone: a coarse fix may have been the true one.
    return f". Where trusted fixes enclose that time, {need}"


def _moved(kmh: float) -> str:
    return (
        f"it would at some point have had to move at {kmh:.0f} km/h or more, in a "
        "straight line"
    )


def caveat(verdict: str, top_kmh: float, asked_kmh: float, tamper_known: bool) -> str:
    """HANTS-GPS-4. What must be said with a verdict that a top speed decided.

    `top_kmh` is the one that held: the tag's own, with headroom, where that is more.
    """
    told = ""
    if verdict not in (Verdict.RULED_OUT, Verdict.POSSIBLE):
        return told
    if top_kmh > asked_kmh:
        told += (
            " The tag's own movement about that time, with room for more, makes "
            f"{top_kmh:.0f} km/h its top speed here, not {asked_kmh:.0f} km/h."
        )
    elif verdict == Verdict.RULED_OUT:
        told += f" No tag is taken to move faster than {top_kmh:.0f} km/h."
    if verdict == Verdict.RULED_OUT and not tamper_known:
        told += " Tamper state not known: no reports of strap or battery were given."
    return told


def clock_test(verdict: str, earlier: str, later: str) -> str:
    """Does the finding hold if the crime's times are one hour off either way?

    "same", or what it would be: "earlier:none;later:hit". The summer-time slip.
    """
    if verdict == earlier == later:
        return "same"
    return f"earlier:{earlier or 'none'};later:{later or 'none'}"


def explain(
    verdict: str,
    counting: int,
    min_path_m: float,
    radius_m: float,
    policy: Policy,
    best: str = "",
) -> str:
    """HANTS-GPS-3. The finding in one sentence, of the tag and never of the person.

    `best` as `rests_on` words it.
    """
    place = f"within {radius_m:g} m of the place"
    if verdict == Verdict.HIT:
        how = _WHAT_COUNTS[policy.match.rule]
        return (
            f"{counted(counting, 'fix', 'fixes')} of the tag in the window "
            f"{'is' if counting == 1 else 'are'} {how} {place}{best}."
        )
    if counting:
        return (
            f"Only {counted(counting, 'fix', 'fixes')} of the tag came {place}{best}; "
            f"a hit takes {policy.match.min_fixes}."
        )
    return (
        f"No fix counts as {place}, but in the window the straight line "
        f"between two fixes at most {policy.line.max_gap_s:g} s apart, which is not a "
        f"sighting, comes as near as {min_path_m:.0f} m{best}."
    )


def rests_on(rests: Rests, i: int, counting: int) -> str:
    """What finding `i` rests on, to be set behind it: which observation, how accurate.

    Assumed = neither the fix nor its feed states the accuracy that decided.
    """
    assumed = bool(rests.assumed[i])
    if not counting:
        return (
            " (the accuracy of these fixes is assumed, not stated)" if assumed else ""
        )
    accuracy = ", its accuracy being assumed, not stated" if assumed else ""
    at = clock(from_us(int(rests.observed_us[i])))
    return (
        f" (the most accurate observation, at {at}, lies there "
        f"with probability {rests.probability[i]:.2f}{accuracy})"
    )
