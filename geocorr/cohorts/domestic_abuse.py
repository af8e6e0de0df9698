"""The domestic-abuse cohort: the ways in, and what a de-selection is talked over by.

WMP2-38-HIGH, WMP2-38-MARAC, WMP2-38-SERIAL, WMP2-38-OTHER; WMP2-39.
"""

from collections.abc import Collection, Iterable
from datetime import date

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import (
    CaseFacts,
    Cohort,
    Fact,
    FactKind,
)
from geocorr.cohorts.fixed import HIGH
from geocorr.cohorts.serial_abuse import HEADING, serial
from geocorr.cohorts.standing import Condition, Judged, Standing, any_of, judged
from geocorr.dates import months_later
from geocorr.model import Decision

_SUBJECT = "domestic_abuse"


def domestic_abuse(
    facts: CaseFacts, day: date, choices: Cohorts, managed: Collection[Cohort] = ()
) -> Judged:
    """WMP2-38-HIGH, -MARAC, -SERIAL, -OTHER. Every way in that applies is told.

    `managed`: the cohorts that the nominal is in already.
    """
    ways = [serial(facts, day, choices), _high_risk(facts, day), _marac(facts, day)]
    others = [_resettled(facts, day), _elsewhere(facts, day, managed)]
    meets = any(d.value is not Standing.NOT for d in ways)
    return any_of([*ways, *others, _transferred(facts, day, meets)])


def _high_risk(facts: CaseFacts, day: date) -> Judged:
    """WMP2-38-HIGH. In review, every day, until somebody has decided."""
    rule, risk = "WMP2-38-HIGH", facts.latest(FactKind.RISK, day, _SUBJECT)
    if risk is None or risk.value not in HIGH:
        return judged([Condition(False, "no high risk of domestic abuse", rule)])
    told = f"{risk.value.replace('_', ' ')} risk of domestic abuse, assessed {risk.on}"
    return _reviewed(facts, day, risk, Condition(True, told, rule))


def _marac(facts: CaseFacts, day: date) -> Judged:
    """WMP2-38-MARAC. Referred, unless reviewed already."""
    rule, case = "WMP2-38-MARAC", facts.latest(FactKind.MARAC, day)
    if case is None:
        return judged([Condition(False, "no MARAC case", rule)])
    return _reviewed(facts, day, case, Condition(True, f"MARAC of {case.on}", rule))


def _reviewed(facts: CaseFacts, day: date, since: Fact, why: Condition) -> Judged:
    """In, out or open, as the last review after a fact says; open without one."""
    reviews = [f for f in facts.of(FactKind.DA_REVIEW, day) if f.on >= since.on]
    if not reviews:
        return judged([why], [HEADING], at_most=Standing.MAY)
    last = max(reviews, key=lambda f: (f.on, f.fact_id))
    told = f"reviewed {last.on}: {last.value.replace('_', ' ')}"
    suited = Condition(last.value == "suitable", told, why.rule)
    return judged([why, suited], [HEADING])


def _resettled(facts: CaseFacts, day: date) -> Judged:
    """WMP2-38-OTHER. Released with an earlier high-risk flag, whatever the offence."""
    rule = "WMP2-38-OTHER"
    release = facts.latest(FactKind.RESETTLEMENT, day)
    flags = [
        f
        for f in facts.of(FactKind.RISK, day)
        if f.subject == _SUBJECT and f.value in HIGH
    ]
    if release is None or not flags:
        told = "no resettlement case with an earlier high-risk flag"
        return judged([Condition(False, told, rule)])
    told = f"resettlement case of {release.on}, flagged high risk on {flags[-1].on}"
    return judged([Condition(True, told, rule)], [HEADING], at_most=Standing.MAY)


def _elsewhere(facts: CaseFacts, day: date, managed: Collection[Cohort]) -> Judged:
    """WMP2-38-OTHER. High risk in another cohort, with domestic abuse a feature."""
    rule = "WMP2-38-OTHER"
    cohorts = sorted(c for c in managed if c is not Cohort.DOMESTIC_ABUSE)
    risks = [
        f
        for f in facts.holding(FactKind.RISK, day)
        if f.value in HIGH and f.subject != _SUBJECT
    ]
    abuse = "DA" in facts.flags or facts.of(FactKind.DOMESTIC_ABUSE, day)
    if not (cohorts and risks and abuse):
        told = "no high-risk case of another cohort with domestic abuse in it"
        return judged([Condition(False, told, rule)])
    told = (
        f"high risk, managed in {', '.join(cohorts)}, with domestic abuse in the "
        "offending: talk over where best managed"
    )
    return judged([Condition(True, told, rule)], [HEADING], at_most=Standing.MAY)


def _transferred(facts: CaseFacts, day: date, meets: bool) -> Judged:
    """WMP2-38-OTHER. From another LOMU; from another force if it meets the criteria."""
    rule, came = "WMP2-38-OTHER", facts.latest(FactKind.TRANSFER, day)
    if came is None:
        return judged([Condition(False, "no transfer", rule)])
    told = f"case transferred from {came.subject or 'another ' + came.value}, {came.on}"
    of_lomu = came.value == "lomu"
    clauses = [Condition(True, told, rule)]
    if not of_lomu:
        criteria = "meets" if meets else "meets none of"
        clauses.append(Condition(meets, f"{criteria} the criteria above", rule))
    return judged(clauses, [HEADING], at_most=Standing.MAY)


def deselection(
    facts: CaseFacts, since: date, day: date, choices: Cohorts
) -> Decision[tuple[str, ...]]:
    """WMP2-39. Which conditions are met; whether to de-select the supervisor decides.

    `since`: managed from that day. Offences and intelligence are waited for over
    `quiet_months` from the last of them, or from that day. A hit is neither.
    """
    sentence = _longest_sentence(facts, day)
    quiet_from = months_later(day, -choices.quiet_months)
    managed_long = since <= quiet_from
    last_offence = _last(_offences(facts, day))
    last_report = _last(facts.of(FactKind.INTELLIGENCE, day))
    met = []
    if sentence >= choices.long_sentence_months:
        met.append(f"sentenced to {sentence} months in custody")
    if managed_long and (last_offence is None or last_offence <= quiet_from):
        when = f"since {last_offence or since}"
        met.append(f"no further offence {when}")
    if managed_long and (last_report is None or last_report <= quiet_from):
        met.append(f"no intelligence of re-offending since {last_report or since}")
    custody = bool(facts.holding(FactKind.CUSTODY, day))
    evidence = {"met": met, "in_custody": custody, "managed_since": since.isoformat()}
    told = "; ".join(met) or "none of the conditions is met"
    note = " In custody now, which silence may owe to." if met and custody else ""
    because = f"De-selection: {told}; the LOMU supervisor decides.{note}"
    return Decision(tuple(met), ("WMP2-39",), evidence, because)


def _offences(facts: CaseFacts, day: date) -> tuple[Fact, ...]:
    return (
        *facts.of(FactKind.OFFENCE, day),
        *facts.of(FactKind.DOMESTIC_ABUSE, day),
    )


def _longest_sentence(facts: CaseFacts, day: date) -> int:
    """Months of the longest custodial sentence that is being served, else 0."""
    held = facts.holding(FactKind.CUSTODY, day)
    return max((int(float(f.value)) for f in held), default=0)


def _last(found: Iterable[Fact]) -> date | None:
    return max((f.on for f in found), default=None)
