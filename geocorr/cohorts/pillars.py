"""The four pillars of offenders, with the sub-headings PPO, HCCU, DYO, MAPPA and LDM.

A nominal may fit several; people decide in which they are managed.
"""

from collections.abc import Sequence
from datetime import date

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import CaseFacts, FactKind
from geocorr.cohorts.fixed import prolific_by
from geocorr.cohorts.standing import Condition, Judged, Standing, any_of, judged

_OFFENDING = (
    FactKind.INDEX_OFFENCE,
    FactKind.OFFENCE,
    FactKind.STATUTORY,
    FactKind.PROLIFIC,
)


def core(facts: CaseFacts, day: date, choices: Cohorts) -> Judged:
    """WMP2-15-CORE. Adults: PPO, HCCU, and IOM nominals by the acquisitive matrix.

    LDM (local diversion) is for professional dialogue: people consider.
    """
    rule, marks = "WMP2-15-CORE", _flagged(facts, ("PPO", "HCCU"))
    clauses = [f"flagged {mark}" for mark in marks]
    matrix = prolific_by(facts, day)
    if matrix is not None:
        clauses.append(f"IOM nominal by the matrix {matrix.value} since {matrix.on}")
        marks = [*marks, "IOM"]
    at_most = Standing.MEETS
    if not marks and "LDM" in facts.flags:
        marks, clauses, at_most = ["LDM"], ["flagged LDM"], Standing.MAY
    told = "; ".join(clauses) or "neither PPO, HCCU nor by the acquisitive matrix"
    conditions = [Condition(bool(marks), told, rule)]
    if marks:
        conditions.append(_adult(facts, day, choices, rule))
    return judged(conditions, marks, at_most=at_most)


def vulnerable(facts: CaseFacts, day: date, choices: Cohorts) -> Judged:
    """WMP2-15-VULNERABLE. Young people and females of whom offending is recorded."""
    rule = "WMP2-15-VULNERABLE"
    adult = _adult(facts, day, choices, rule)
    marks = _flagged(facts, ("DYO",))
    told = [f"flagged {mark}" for mark in marks]
    if adult.met is False:
        marks, told = [*marks, "young"], [*told, adult.told]
    if facts.is_female:
        marks, told = [*marks, "female"], [*told, "female"]
    if not marks:
        return judged([Condition(False, "neither a young person nor female", rule)])
    offending = bool(facts.flags) or any(facts.of(kind, day) for kind in _OFFENDING)
    words = "offending is recorded" if offending else "no offending is recorded"
    conditions = [Condition(True, "; ".join(told), rule)]
    return judged([*conditions, Condition(offending, words, rule)], marks)


def risk(facts: CaseFacts, day: date) -> Judged:
    """WMP2-15-RISK. Violent MAPPA; child exploitation by conviction or intelligence.

    Domestic abuse and gangs belong here too and are judged by their own rules.
    """
    return any_of([_violent_mappa(facts), _exploitation(facts, day)])


def sex(facts: CaseFacts, day: date) -> Judged:
    """WMP2-15-SEX. Registered sex offenders, in custody and in the community."""
    rule = "WMP2-15-SEX"
    if "RSO" not in facts.flags:
        told = "not a registered sex offender"
        return judged([Condition(False, told, rule)])
    where = "custody" if facts.holding(FactKind.CUSTODY, day) else "community"
    told = f"registered sex offender, in {'the ' * (where != 'custody')}{where}"
    return judged([Condition(True, told, rule)], [where, *_mappa(facts)])


def _violent_mappa(facts: CaseFacts) -> Judged:
    rule, levels = "WMP2-15-RISK", _mappa(facts)
    if not levels:
        return judged([Condition(False, "not under MAPPA", rule)])
    if "RSO" in facts.flags:
        told = "under MAPPA as a registered sex offender"
        return judged([Condition(False, told, rule)])
    told = f"under MAPPA, not a sex offender: {', '.join(levels)}"
    return judged([Condition(True, told, rule)], levels)


def _exploitation(facts: CaseFacts, day: date) -> Judged:
    rule, found = "WMP2-15-RISK", facts.latest(FactKind.EXPLOITATION, day)
    if found is None:
        return judged([Condition(False, "no child sexual exploitation", rule)])
    told = f"child sexual exploitation, by {found.value} of {found.on}"
    return judged([Condition(True, told, rule)], ["CSE"], at_most=Standing.MAY)


def _adult(facts: CaseFacts, day: date, choices: Cohorts, rule: str) -> Condition:
    age = facts.age(day)
    if age is None:
        return Condition(None, "the date of birth is not recorded", rule)
    adult = age >= choices.adult_years
    return Condition(adult, "adult" if adult else f"{age} years old", rule)


def _mappa(facts: CaseFacts) -> list[str]:
    return _flagged(facts, ("MAPPA1", "MAPPA2", "MAPPA3"))


def _flagged(facts: CaseFacts, marks: Sequence[str]) -> list[str]:
    return [mark for mark in marks if mark in facts.flags]
