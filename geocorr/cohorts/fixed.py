"""GWENT-FIXED, HANTS-FIXED. Neighbourhood crime, and the risk of more.

An index offence holds until its recorded last day, so that a second conviction does
not hide the first; the sentence names each with its date.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from geocorr.cohorts.choices import Cohorts, Offences
from geocorr.cohorts.facts import (
    CaseFacts,
    Fact,
    FactKind,
    OffenceKind,
    RiskLevel,
    Sentence,
)
from geocorr.cohorts.standing import Condition, Judged, judged
from geocorr.cohorts.statutory import licence, managed
from geocorr.dates import months_later

HIGH: Final = (RiskLevel.HIGH, RiskLevel.VERY_HIGH)
_MIXED = (Sentence.COMMUNITY_ORDER, Sentence.LICENCE)


class Weighted(StrEnum):
    """What a force may give more weight to within its fixed cohort."""

    VIOLENCE = "violence"
    PRISON_LEAVERS = "prison_leavers"
    YOUNG_ADULTS = "young_adults"
    BURGLARY = "burglary"
    ROBBERY = "robbery"
    THEFT_FROM_PERSON = "theft_from_person"
    VEHICLE_THEFT = "vehicle_theft"


def fixed(facts: CaseFacts, day: date, choices: Cohorts) -> Judged:
    """GWENT-FIXED or HANTS-FIXED, as the profile chooses."""
    by_matrix = choices.fixed_by == "matrix"
    asked = _by_matrix if by_matrix else _by_ogrs
    return judged(asked(facts, day, choices))


def _by_ogrs(facts: CaseFacts, day: date, choices: Cohorts) -> list[Condition]:
    """GWENT-FIXED, GWENT-FIXED-MED, GWENT-FIXED-MIX."""
    found = index_offences(facts, day, choices.fixed_offences)
    index = Condition(bool(found), _index_told(found), "GWENT-FIXED")
    grave = index_offences(facts, day, choices.fixed_medium_offences)
    mixed = [f for f in facts.holding(FactKind.STATUTORY, day) if f.value in _MIXED]
    criterion = managed(facts, day, choices)
    conditions = [index, reoffending(facts, day, choices, bool(grave)), *criterion]
    if criterion and mixed:
        # Of either kind: the rule that lets both in asks nothing more.
        conditions.append(Condition(True, "", "GWENT-FIXED-MIX"))
    return conditions


def _by_matrix(facts: CaseFacts, day: date, choices: Cohorts) -> list[Condition]:
    """HANTS-FIXED, HANTS-CRIT. Statutory, prolific in their area, at high risk."""
    prolific = prolific_by(facts, day)
    told = _matrix_told(prolific)
    matrix = Condition(prolific is not None, told, "HANTS-FIXED")
    return [*managed(facts, day, choices), matrix, _at_risk(facts, day, choices)]


def _at_risk(facts: CaseFacts, day: date, choices: Cohorts) -> Condition:
    """HANTS-FIXED. Assessed as such; else by OGRS with an index offence of the kind."""
    for kind in choices.fixed_offences:
        risk = facts.latest(FactKind.RISK, day, kind)
        if risk is not None and risk.value in HIGH:
            told = f"{_words(risk.value)} risk of {_words(kind)}, assessed {risk.on}"
            return Condition(True, told, "HANTS-FIXED")
    found = index_offences(facts, day, choices.fixed_offences)
    if not found:
        told = "no high risk of neighbourhood crime and no index offence of that kind"
        return Condition(False, told, "HANTS-FIXED")
    ogrs = facts.latest(FactKind.OGRS, day)
    if ogrs is None:
        told = f"{_index_told(found)}, but neither its risk nor OGRS is recorded"
        return Condition(None, told, "HANTS-FIXED")
    high = float(ogrs.value) >= choices.ogrs_high_from
    told = f"{_index_told(found)}, {_ogrs_told(ogrs, choices)}"
    return Condition(high, told, "HANTS-FIXED")


def reoffending(
    facts: CaseFacts, day: date, choices: Cohorts, grave: bool
) -> Condition:
    """GWENT-FIXED: OGRS high or prolific. GWENT-FIXED-MED: medium too, if grave."""
    prolific, ogrs = prolific_by(facts, day), facts.latest(FactKind.OGRS, day)
    if prolific is not None:
        return Condition(True, _matrix_told(prolific), "GWENT-FIXED")
    if ogrs is None:
        return Condition(None, "no OGRS is recorded: have it assessed", "GWENT-FIXED")
    percent, told = float(ogrs.value), _ogrs_told(ogrs, choices)
    if percent >= choices.ogrs_high_from:
        return Condition(True, told, "GWENT-FIXED")
    if grave and percent >= choices.ogrs_medium_from:
        return Condition(True, f"{told}, enough for this offence", "GWENT-FIXED-MED")
    return Condition(False, told, "GWENT-FIXED")


def weights(
    facts: CaseFacts, day: date, weighted: Sequence[Weighted], choices: Cohorts
) -> tuple[Weighted, ...]:
    """GWENT-FLEX-WEIGHT. Which of the force's weightings speak for a nominal."""
    return tuple(w for w in weighted if _speaks(facts, day, w, choices))


def _speaks(facts: CaseFacts, day: date, weighting: Weighted, choices: Cohorts) -> bool:
    if weighting is Weighted.VIOLENCE:
        risk = facts.latest(FactKind.RISK, day, OffenceKind.VIOLENCE)
        assessed = risk is not None and risk.value in HIGH
        return assessed or bool(index_offences(facts, day, (OffenceKind.VIOLENCE,)))
    if weighting is Weighted.PRISON_LEAVERS:
        held = licence(facts, day)
        return held is not None and day < months_later(held.on, choices.leaver_months)
    if weighting is Weighted.YOUNG_ADULTS:
        age = facts.age(day)
        low, high = choices.adult_years, choices.young_adult_until_years
        return age is not None and low <= age <= high
    return bool(index_offences(facts, day, (OffenceKind(weighting.value),)))


def index_offences(facts: CaseFacts, day: date, kinds: Offences) -> tuple[Fact, ...]:
    """The index offences of these kinds that hold on a day."""
    held = facts.holding(FactKind.INDEX_OFFENCE, day)
    return tuple(f for f in held if f.value in kinds)


def prolific_by(facts: CaseFacts, day: date) -> Fact | None:
    """The local matrix that calls a nominal prolific, where one does."""
    return facts.latest(FactKind.PROLIFIC, day)


def _index_told(found: Sequence[Fact]) -> str:
    if not found:
        return "no index offence of neighbourhood crime"
    each = ", ".join(f"{_words(f.value)} (convicted {f.on})" for f in found)
    return f"index offence {each}"


def _matrix_told(prolific: Fact | None) -> str:
    if prolific is None:
        return "not prolific by the local matrix"
    return f"prolific by the matrix {prolific.value} since {prolific.on}"


def _ogrs_told(ogrs: Fact, choices: Cohorts) -> str:
    percent = float(ogrs.value)
    return f"OGRS {percent:g} ({choices.ogrs_band(percent)}), assessed {ogrs.on}"


def _words(value: str) -> str:
    return value.replace("_", " ")
