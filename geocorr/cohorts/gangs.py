"""WMP2-32, -33, -35. Organised crime groups and street gangs, by the OCG tracker.

Nobody is selected by a score: the local responsible officer decides.
"""

from datetime import date

from geocorr.cohorts.facts import CaseFacts, Fact, FactKind
from geocorr.cohorts.standing import Condition, Judged, Standing, judged

_DECIDES = "the local responsible officer decides"


def gangs(facts: CaseFacts, day: date) -> Judged:
    """WMP2-32, WMP2-33, WMP2-35. Who is for the responsible officer to decide on.

    The tracker's score is the priority.
    """
    entry = facts.latest(FactKind.TRACKER, day)
    marks: list[str] = [mark for mark in ("OCG", "USG") if mark in facts.flags]
    if not marks and entry is None:
        told = "neither flagged OCG or USG nor on the tracker"
        return judged([Condition(False, told, "WMP2-32")])
    listed = _street_gang(facts, day, entry) if marks == ["USG"] else _listed(entry)
    clauses = [*listed, Condition(True, _DECIDES, "WMP2-35")]
    names = [*marks, "OCG"] if _dual(facts, day, marks) else marks or ["OCG"]
    score = 0 if entry is None else round(float(entry.value))
    return judged(clauses, dict.fromkeys(names), at_most=Standing.MAY, priority=score)


def _listed(entry: Fact | None) -> list[Condition]:
    """WMP2-32. Groups are on the tracker, with a score and a grading."""
    if entry is None:
        told = "flagged OCG without an entry of the tracker: ask Intelligence"
        return [Condition(None, told, "WMP2-32")]
    graded = f", graded {entry.subject}" if entry.subject else ", without a grading"
    told = f"on the OCG tracker since {entry.on}, score {entry.value}{graded}"
    return [Condition(True, told, "WMP2-32")]


def _street_gang(facts: CaseFacts, day: date, entry: Fact | None) -> list[Condition]:
    """WMP2-33. A street gang is on the tracker only if it shares an OCG's features."""
    shares = facts.latest(FactKind.USG_FEATURES, day)
    if shares is None:
        told = "whether the street gang shares the features of an OCG is not recorded"
        return [Condition(None, told, "WMP2-33"), *(_listed(entry) if entry else [])]
    if shares.value == "yes":
        told = f"street gang with the features of an OCG ({shares.on})"
        return [Condition(True, told, "WMP2-33"), *_listed(entry)]
    if entry is None:
        told = "street gang without the features of an OCG: mapped, not on the tracker"
        return [Condition(False, told, "WMP2-33")]
    told = (
        f"a tracker entry of {entry.on}, though the street gang was said not to share "
        f"the features of an OCG ({shares.on}): one of them is wrong"
    )
    return [Condition(None, told, "WMP2-33")]


def _dual(facts: CaseFacts, day: date, marks: list[str]) -> bool:
    """WMP2-33. A street gang that shares the features has both identities."""
    shares = facts.latest(FactKind.USG_FEATURES, day)
    return marks == ["USG"] and shares is not None and shares.value == "yes"
