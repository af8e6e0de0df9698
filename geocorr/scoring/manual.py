"""WMP-6.4. Scores that people give to those who do not score.

To transfers in, and to others in need of case management (through MAPPA or MARAC): only
while the computed score is under the lowest band. One ends on the day after its review
was due, when a person ends it, or when the computed score has overtaken it; an ended
one never comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.arrays import Bools, Ints
from geocorr.dates import months_later
from geocorr.errors import ConflictError, InputError
from geocorr.model import Decision
from geocorr.scoring.choices import Scoring
from geocorr.scoring.weights import POINT

RULE = "WMP-6.4"
# Of a nominal for whom no manual score stands.
NO_MANUAL = 0


class Ground(StrEnum):
    """Why somebody who does not score is in need of case management."""

    TRANSFER_IN = "transfer_in"
    MAPPA = "mappa"
    MARAC = "marac"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ManualScore:
    """A score that a person gave: until when it stands without another review.

    `ended_on`: the first day on which it no longer stands, by a person's word or
    because the computed score had overtaken it.
    """

    nominal_id: str
    points: int
    given_on: date
    review_due: date
    ended_on: date | None = None

    def stands_on(self, day: date) -> bool:
        """Whether it stands on a day; on that of its review it still does."""
        ended = self.ended_on is not None and day >= self.ended_on
        return self.given_on <= day <= self.review_due and not ended


def check_may_be_given(
    score: ManualScore, computed: int, standing: ManualScore | None, choices: Scoring
) -> None:
    """WMP-6.4. ConflictError or InputError where it may not be given.

    `computed` in micro-points, of the day that it is given.
    """
    if score.points not in choices.manual.points:
        known = ", ".join(map(str, choices.manual.points))
        raise InputError(f"A manual score is one of {known}: {score.points} is not.")
    if computed >= round(choices.low_from * POINT):
        raise ConflictError(
            f"{score.nominal_id} scores {computed / POINT:,.1f} by entries: a manual "
            f"score is for those under {choices.low_from:g}."
        )
    if standing is not None and standing.stands_on(score.given_on):
        raise ConflictError(
            f"{score.nominal_id} has a manual score of {standing.points} until "
            f"{standing.review_due}: review or end that one first."
        )
    check_review(score.given_on, score.review_due, choices)


def check_review(on: date, due: date, choices: Scoring) -> None:
    """InputError where a review would be due before today, or too late."""
    last = months_later(on, choices.manual.review_months)
    if not on <= due <= last:
        raise InputError(f"Give a review date from {on} to {last}: {due} is not.")


def final_scores(computed: Ints, manual: Ints) -> tuple[Ints, Bools]:
    """The scores that hold, and which manual ones the computed score has overtaken.

    Micro-points, one element a nominal; `manual` is NO_MANUAL where none stands that
    day. What holds is the larger of the two.
    """
    overtaken: Bools = (manual != NO_MANUAL) & (computed > manual)
    final: Ints = computed.copy()
    higher = manual > computed
    final[higher] = manual[higher]
    return final, overtaken


def standing(
    nominal_ids: Sequence[str], stand: Sequence[ManualScore], day: date
) -> dict[str, int]:
    """Micro-points of the manual scores that stand on a day, by these nominals."""
    points = {s.nominal_id: s.points * POINT for s in stand if s.stands_on(day)}
    return {n: points[n] for n in nominal_ids if n in points}


def explained(score: ManualScore, day: date, computed: int) -> Decision[bool]:
    """WMP-6.4. Whether a manual score holds on a day, and why or why not."""
    evidence = {
        "points": score.points,
        "given_on": score.given_on.isoformat(),
        "review_due": score.review_due.isoformat(),
        "ended_on": score.ended_on and score.ended_on.isoformat(),
        "computed": computed / POINT,
    }
    holds, because = _why(score, day, computed)
    return Decision(holds, (RULE,), evidence, because)


def _why(score: ManualScore, day: date, computed: int) -> tuple[bool, str]:
    given = f"The manual score of {score.points}"
    if day < score.given_on:
        return False, f"{given} was not given before {score.given_on}."
    if score.ended_on is not None and day >= score.ended_on:
        return False, f"{given} ended on {score.ended_on}."
    if day > score.review_due:
        return False, f"{given} was due for review on {score.review_due} and ended."
    if computed > score.points * POINT:
        by = f"{computed / POINT:,.1f}"
        return False, f"{given} is overtaken by the computed {by}."
    return True, f"{given} stands until its review on {score.review_due}."
