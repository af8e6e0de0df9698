"""HANTS-CRIT. Whether probation manages a nominal by statute, after sentence."""

from datetime import date

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import CaseFacts, Fact, FactKind, Sentence
from geocorr.cohorts.standing import Condition

_RULE = "HANTS-CRIT"
_TOLD = {
    Sentence.LICENCE: "on licence",
    Sentence.POST_SENTENCE: "under post-sentence supervision",
    Sentence.COMMUNITY_ORDER: "on a community order",
    Sentence.SUSPENDED_SENTENCE: "on a suspended sentence order",
    Sentence.YOUTH_ORDER: "on a youth order",
}


def managed(facts: CaseFacts, day: date, choices: Cohorts) -> list[Condition]:
    """HANTS-CRIT. The criterion as a condition; none where a profile admits others."""
    return [statutory(facts, day)] if choices.statutory_only else []


def statutory(facts: CaseFacts, day: date) -> Condition:
    """HANTS-CRIT. Dated sentences decide; without any, the mark on the record does."""
    held = facts.holding(FactKind.STATUTORY, day)
    if held:
        told = ", ".join(_told(fact) for fact in held)
        if any(fact.value != Sentence.YOUTH_ORDER for fact in held) or facts.statutory:
            return Condition(True, told, _RULE)
        # The youth offending team's, unless management was passed to probation.
        told = f"{told}: whether probation manages it is not recorded"
        return Condition(None, told, _RULE)
    past = facts.of(FactKind.STATUTORY, day)
    if past:
        ended = max(f.until for f in past if f.until is not None)
        told = f"probation's management by statute ended on {ended}"
        return Condition(False, told, _RULE)
    if any(f.kind is FactKind.STATUTORY for f in facts.facts):
        return Condition(False, "the sentence has not begun", _RULE)
    return Condition(facts.statutory, _MARKED[facts.statutory], _RULE)


def licence(facts: CaseFacts, day: date) -> Fact | None:
    """The licence that a nominal is on, the last to end where there are several."""
    held = [
        f for f in facts.holding(FactKind.STATUTORY, day) if f.value == Sentence.LICENCE
    ]
    return max(held, key=lambda f: f.until or date.max, default=None)


def _told(fact: Fact) -> str:
    until = "" if fact.until is None else f" until {fact.until}"
    return f"{_TOLD[Sentence(fact.value)]}{until}"


_MARKED = {
    True: "marked on record as managed by statute",
    False: "marked on record as not managed by statute",
    None: "whether probation manages by statute is not recorded",
}
