"""What a hit says, in words for people: of the tag, never of the person. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from api.trails.shown import Shown
from api.views import words as say
from geocorr.assessment import Assessment, words
from geocorr.choices import Surprise
from geocorr.model import Hit, Verdict
from geocorr.performance.review import Word
from sql.assessments import StoredAssessment

WORDS: Mapping[Word, str] = {
    Word.QUALIFIED: "qualified",
    Word.DISMISSED: "dismissed",
    Word.SENT: "sent to the force",
    Word.RULED_IN: "ruled in",
    Word.RULED_OUT: "ruled out",
    Word.NEEDS_MORE: "needs more",
}
# The choices of a form: value, words, and what they mean.
Choice = tuple[str, str, str]
_AT_ONCE = "it stands on the work list at once"
OFFICERS: Mapping[Word, Sequence[Choice]] = {
    Word.RULED_IN: [
        (
            "ruled_in",
            "Ruled in",
            "the tag's movements fit: the person stays of interest",
        )
    ],
    Word.RULED_OUT: [
        ("ruled_out", "Ruled out", "the person is not of interest for this crime")
    ],
    Word.NEEDS_MORE: [
        ("needs_more", "Needs more", "say in the reason what is missing")
    ],
}
CENTRALS: Mapping[Word, Sequence[Choice]] = {
    Word.QUALIFIED: [
        ("qualified_sent", "Qualify and send to the force", _AT_ONCE),
        ("qualified", "Qualify, and send later", ""),
    ],
    Word.SENT: [("sent", "Send to the force", _AT_ONCE)],
    Word.DISMISSED: [
        ("dismissed", "Dismiss", "the finding stays as it is, with your reason")
    ],
}
_SLIP = {"none": "there would be no finding", "hit": "it would be a hit"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a summary: what it is, its value, and what that means."""

    key: str
    value: str
    meaning: str = ""


def ratio(value: float | None, choice: Surprise) -> str:
    """Two figures that count; a plus where no greater one is ever given."""
    if value is None:
        return say.NONE
    shown = f"{value:,.0f}" if value >= 10 else f"{value:.2g}"
    return f"{shown}+" if value >= choice.max_ratio else shown


def support(hit: Hit, choice: Surprise) -> str:
    """What a ratio lends the first proposition; `habit` where that says it better."""
    if hit.likelihood_ratio is not None:
        word, supports, _ = words(hit.likelihood_ratio, choice).partition(" support")
        return word if supports else "habit"
    if hit.base_rate is not None:
        return "no ratio"
    return "not assessed yet" if hit.lambda_ is None else "not assessable"


def finding(hit: Hit) -> list[Row]:
    """What the trail shows, and how sure that is."""
    return [row for row in _finding(hit) if row.value != say.NONE]


def _finding(hit: Hit) -> Iterable[Row]:
    yield Row(
        "Probability",
        say.NONE if hit.probability is None else f"{hit.probability:.2f}",
        "that the tag was in the vicinity, by its most accurate observation",
    )
    yield Row("Fixes inside", _inside(hit))
    yield Row("First and last", _first_last(hit))
    yield Row("Time inside", say.seconds(hit.dwell_s), "by the lines between fixes")
    yield Row("Nearest fix", say.metres(hit.min_fix_distance_m))
    yield Row("Nearest line", say.metres(hit.min_path_distance_m))
    yield Row("Required speed", required_speed(hit.verdict, hit.required_speed_kmh))
    yield Row(
        "Window covered",
        say.percent(hit.coverage),
        "of the crime's window lies between fixes near enough in time",
    )
    yield Row("Accuracy", _accuracy(hit), "circle that holds the place with 95 %")
    yield Row("Found by", mechanisms(hit.mechanisms))
    yield Row("Clock test", clock_test(hit.clock_test))


def _inside(hit: Hit) -> str:
    fixes = "fix" if hit.fixes_inside == 1 else "fixes"
    visits = "visit" if hit.visits == 1 else "visits"
    return f"{hit.fixes_inside:,} {fixes} in {hit.visits:,} {visits}"


def _first_last(hit: Hit) -> str:
    if hit.first_inside is None or hit.last_inside is None:
        return say.NONE
    return say.span(hit.first_inside, hit.last_inside)


def _accuracy(hit: Hit) -> str:
    if hit.median_accuracy_m is None:
        return say.NONE
    worst = say.metres(hit.worst_accuracy_m)
    return f"{say.metres(hit.median_accuracy_m)} as a rule, {worst} at worst"


def required_speed(verdict: str, kmh: float | None) -> str:
    """What the tag would have had to do; nothing where the verdict asks for none."""
    if kmh is not None:
        return f"{kmh:,.0f} km/h"
    return "impossible at any speed" if verdict == Verdict.RULED_OUT else say.NONE


def mechanisms(coded: str) -> str:
    """`GPS:5;LBS:1` as `satellite 5, cell tower 1`."""
    pairs = (part.partition(":") for part in coded.split(";") if part)
    named = [f"{say.mechanism(kind)} {n}" for kind, _, n in pairs]
    return ", ".join(named) or say.NONE


def clock_test(coded: str) -> str:
    """What an hour's slip of the crime's clock would change."""
    if coded == "same":
        return "The finding is the same if the crime's times are an hour off."
    slips = dict(part.split(":", 1) for part in coded.split(";") if ":" in part)
    told = [
        f"an hour {when} {_SLIP.get(word, f'it would be {say.said(word)}')}"
        for when, word in slips.items()
    ]
    return f"If the crime was {', and '.join(told)}." if told else say.NONE


def habit(told: StoredAssessment | None, choice: Surprise) -> list[Row]:
    """How surprising it is to find the tag there, with its numbers."""
    if told is None:
        return []
    a = told.assessment
    rate = "not assessable" if a.base_rate is None else f"{a.base_rate:.2g}"
    rows = [
        Row("Comparable hours", f"{a.k} of {a.n}", "in which the tag was here, too"),
        Row("Base rate", rate, "how often this tag is here at such an hour"),
        Row("Likelihood ratio", ratio(a.likelihood_ratio, choice), _words(a, choice)),
    ]
    if a.expected is not None:
        rows.append(
            Row(
                "By chance", f"{a.expected:.2g} wearers", "would be here in this window"
            )
        )
    return rows


def _words(told: Assessment, choice: Surprise) -> str:
    value = told.likelihood_ratio
    return "" if value is None else words(value, choice)


def quality(shown: Shown) -> list[str]:
    """What is wrong with the fixes that are shown, each with how many."""
    poor = [fix for fix in shown.fixes if not fix.trusted]
    marks = Counter(mark for fix in shown.fixes for mark in fix.marks)
    told = []
    if poor:
        told.append(f"{len(poor):,} of {len(shown.fixes):,} fixes are not trusted.")
    told += [f"{mark.capitalize()}: {n:,}." for mark, n in marks.most_common()]
    if shown.gaps:
        longest = max(gap.minutes for gap in shown.gaps)
        gaps = "gap" if len(shown.gaps) == 1 else "gaps"
        told.append(
            f"{len(shown.gaps):,} {gaps}, the longest of {longest:.0f} minutes."
        )
    return told or ["Nothing: every fix is trusted, and there is no gap."]


def hours(margin: timedelta) -> str:
    """`1 hour`, `2.5 hours`."""
    value = margin / timedelta(hours=1)
    return "1 hour" if value == 1 else f"{value:g} hours"
