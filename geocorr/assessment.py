"""What the rates say of one hit, in numbers and in words.

Always of the tag, never of the person. The words for a ratio follow ENFSI's guideline
for evaluative reporting (2015) up to the cap; where they begin is policy.
"""

from dataclasses import dataclass

import numpy as np

from geocorr.choices import Surprise
from geocorr.model import Verdict
from geocorr.surprise import Rates, base_rates, likelihood_ratios
from geocorr.wording import counted

# LEICS-16 lets the trail be used for this; HANTS-GPS-4 is the review it serves.
RULES = ("HANTS-GPS-4", "LEICS-16")
PROPOSITIONS = (
    "the wearer of the tag committed the crime",
    "someone else did and this tag followed its habits",
)
CAVEAT = (
    "A low ratio excludes nobody: a culprit who knew the street raises the base rate, "
    "and a home or a daily haunt beside the crime brings it near 1 by itself. A high "
    "ratio says that the tag's being there is unusual, not why it was there."
)
# So many significant digits: more would be false.
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """What an assessment needs of a hit; `probability` None = no fix came into play."""

    verdict: str
    probability: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """How surprising one hit is. None = not assessable, or no ratio can be formed.

    `n` controls, `k` of them at the place, `footfall` the place's share of comparable
    hours over all members, `expected` (Lambda) as in `Rates`.
    """

    n: int
    k: int
    footfall: float | None
    base_rate: float | None
    likelihood_ratio: float | None
    expected: float | None
    rules: tuple[str, ...]
    because: str


def assess(
    finding: Finding, rates: Rates, person: int | None, target: int, choice: Surprise
) -> Assessment:
    """LEICS-16. How surprising it is to find this person's tag at this target.

    `person` None: no order of the wearer lets the trail be used for base rates.
    """
    place = (_number(rates.footfall[target]), _number(rates.expected[target]))
    if person is None:
        return _bare(0, 0, place, _NO_BASIS)
    n, k = int(rates.n[person, target]), int(rates.k[person, target])
    if n < choice.min_controls:
        return _bare(n, k, place, _too_few(n, choice))
    b = float(base_rates(np.array(k), np.array(n), rates.footfall[target], choice))
    ratio = _ratio(finding, b, choice)
    hours = int(rates.hours[target])
    told = (
        _habit(n, k, finding.verdict),
        _place(float(rates.footfall[target]), hours),
        _chance(float(rates.expected[target])),
        _weighed(finding, ratio, choice),
    )
    rounded = (_number(b), None if ratio is None else _number(ratio))
    return Assessment(n, k, place[0], *rounded, place[1], RULES, " ".join(told))


def words(ratio: float, choice: Surprise) -> str:
    """What a likelihood ratio says, in words."""
    if ratio >= choice.strong_from:
        return "moderately strong support for the first"
    if ratio >= choice.moderate_from:
        return "moderate support for the first"
    if ratio >= choice.weak_from:
        return "weak support for the first"
    if ratio * choice.weak_from > 1:
        return "no support for either"
    return "more to be expected of the habit, which excludes nobody"


_NO_BASIS = (
    "Not assessable: no order of the wearer lets this trail be used for base rates."
)


def _too_few(n: int, choice: Surprise) -> str:
    return (
        f"Not assessable: the trail covers {counted(n, 'comparable hour')} of this tag "
        f"(same weekday and hour in other weeks), and it takes {choice.min_controls}."
    )


def _bare(
    n: int, k: int, place: tuple[float | None, float | None], why: str
) -> Assessment:
    return Assessment(n, k, place[0], None, None, place[1], RULES, why)


def _ratio(finding: Finding, b: float, choice: Surprise) -> float | None:
    """None where nothing says how likely a record was: no fix, or no cover."""
    if finding.probability is None or not finding.coverage:
        return None
    detection = np.array([finding.probability * finding.coverage])
    return float(likelihood_ratios(detection, np.array([b]), choice)[0])


def _habit(n: int, k: int, verdict: str) -> str:
    way = "was" if verdict == Verdict.HIT else "was or came past"
    return (
        f"In {k} of {counted(n, 'comparable hour')} (same weekday and hour in other "
        f"weeks) the tag {way} here by the same rule."
    )


def _place(pi: float, hours: int) -> str:
    if pi == 0:
        return f"In none of {hours:,} such hours of all wearers was anyone here."
    n, (who, are) = _figure(1e4 * pi), _persons(1e4 * pi)
    return f"{n} {who} in 10,000 {are} here at such an hour."


def _chance(expected: float) -> str:
    n, who = _figure(expected), _persons(expected)[0]
    return f"Chance alone would put {n} {who} here in this window."


def _persons(n: float) -> tuple[str, str]:
    return ("wearer", "is") if _figure(n) == "1" else ("wearers", "are")


def _weighed(finding: Finding, ratio: float | None, choice: Surprise) -> str:
    if ratio is None:
        why = "fix came into question" if finding.coverage else "line covers the window"
        return f"No likelihood ratio is given, since no {why}."
    capped = " or more (no greater figure is given)"
    times = f"{_figure(ratio)} times" + (capped if ratio >= choice.max_ratio else "")
    return (
        f"Finding the tag here is {times} as likely if {PROPOSITIONS[0]} as if "
        f"{PROPOSITIONS[1]}: {words(ratio, choice)}."
    )


def _figure(value: float) -> str:
    """Two figures that count, none that pretends."""
    if value >= 10:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{value:.2g}"


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.{_DIGITS}g}")
