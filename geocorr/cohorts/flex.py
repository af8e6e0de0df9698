"""Flex and free: referrals on people's judgement, and a force's own cohorts."""

from collections.abc import Callable
from datetime import date

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import CaseFacts, FactKind, Judgement, OffenceKind
from geocorr.cohorts.fixed import HIGH, index_offences, reoffending
from geocorr.cohorts.standing import Condition, Judged, Standing, any_of, judged
from geocorr.cohorts.statutory import managed

_RULE = "GWENT-FLEX-REFER"
_BOTH = ("police", "probation")
_ACQUISITIVE = (
    OffenceKind.BURGLARY,
    OffenceKind.ROBBERY,
    OffenceKind.THEFT_FROM_PERSON,
    OffenceKind.VEHICLE_THEFT,
    OffenceKind.OTHER_THEFT,
    OffenceKind.SHOPLIFTING,
)


def flex(facts: CaseFacts, day: date, choices: Cohorts) -> Judged:
    """GWENT-FLEX-REFER. Three ways to be referred; each is for people to consider."""
    ways = (_greater_risk, _progressing, _similar)
    criterion = managed(facts, day, choices)
    return any_of(
        [
            judged([*way(facts, day, choices), *criterion], at_most=Standing.MAY)
            for way in ways
        ]
    )


def _greater_risk(facts: CaseFacts, day: date, choices: Cohorts) -> list[Condition]:
    """Low or medium OGRS, judged at greater risk by police and probation."""
    found = index_offences(facts, day, choices.fixed_offences)
    kinds = ", ".join(dict.fromkeys(f.value.replace("_", " ") for f in found))
    told = f"index offence {kinds}" if found else "no index offence of that kind"
    score = reoffending(facts, day, choices, grave=False)
    lower = None if score.met is None else not score.met
    return [
        Condition(bool(found), told, _RULE),
        Condition(lower, score.told, _RULE),
        *(_judged_by(facts, day, Judgement.GREATER_RISK, who) for who in _BOTH),
    ]


def _progressing(facts: CaseFacts, day: date, choices: Cohorts) -> list[Condition]:
    """Lower-level acquisitive offenders who are likely to progress."""
    found = index_offences(facts, day, choices.flex_lower_offences)
    kinds = ", ".join(dict.fromkeys(f.value.replace("_", " ") for f in found))
    told = f"index offence {kinds}" if found else "no lower acquisitive index offence"
    judgement = _judged_by(facts, day, Judgement.LIKELY_TO_PROGRESS)
    return [Condition(bool(found), told, _RULE), judgement]


def _similar(facts: CaseFacts, day: date, choices: Cohorts) -> list[Condition]:
    """Persistent offenders whose index offence is not acquisitive, with such needs."""
    held = facts.holding(FactKind.INDEX_OFFENCE, day)
    others = [f for f in held if f.value not in _ACQUISITIVE]
    is_other = bool(others) and len(others) == len(held)
    told = "index offence not acquisitive" if is_other else "no such index offence"
    score = reoffending(facts, day, choices, grave=False)
    return [
        Condition(is_other, told, _RULE),
        Condition(score.met, score.told, _RULE),
        _judged_by(facts, day, Judgement.SIMILAR_PROFILE),
    ]


def _judged_by(
    facts: CaseFacts, day: date, judgement: Judgement, agency: str = ""
) -> Condition:
    held = [
        f
        for f in facts.holding(FactKind.JUDGED, day)
        if f.value == judgement and agency in ("", f.subject)
    ]
    words = judgement.value.replace("_", " ")
    if not held:
        told = f"not judged {words} by {agency or 'police or probation'}"
        return Condition(False, told, _RULE)
    last = max(held, key=lambda f: f.on)
    return Condition(True, f"judged {words} by {last.subject} on {last.on}", _RULE)


def free(facts: CaseFacts, day: date, choices: Cohorts) -> Judged:
    """GWENT-FREE, HANTS-FREE. The cohorts that a force runs beside the model."""
    rule = "HANTS-FREE" if choices.fixed_by == "matrix" else "GWENT-FREE"
    found = [(name, _FREE[name](facts, day)) for name in choices.free]
    held = [(name, told) for name, told in found if told]
    if not held:
        told = "none of the force's other cohorts fits"
        return judged([Condition(False, told, rule)])
    clauses = [Condition(True, told, rule) for _, told in held]
    names = [name.replace("_", " ") for name, _ in held]
    return judged([*clauses, *managed(facts, day, choices)], names)


def _serious_violence(facts: CaseFacts, day: date) -> str:
    risk = facts.latest(FactKind.RISK, day, OffenceKind.VIOLENCE)
    if risk is None or risk.value not in HIGH:
        return ""
    return f"{risk.value.replace('_', ' ')} risk of violence, assessed {risk.on}"


def _organised_crime(facts: CaseFacts, day: date) -> str:
    return "flagged OCG" if "OCG" in facts.flags else ""


def _domestic_abuse(facts: CaseFacts, day: date) -> str:
    risk = facts.latest(FactKind.RISK, day, "domestic_abuse")
    if risk is not None and risk.value in HIGH:
        words = risk.value.replace("_", " ")
        return f"{words} risk of domestic abuse, assessed {risk.on}"
    return "flagged DA" if "DA" in facts.flags else ""


def _wisdom(facts: CaseFacts, day: date) -> str:
    return "managed under WISDOM" if "WISDOM" in facts.flags else ""


_FREE: dict[str, Callable[[CaseFacts, date], str]] = {
    "serious_violence": _serious_violence,
    "organised_crime": _organised_crime,
    "domestic_abuse": _domestic_abuse,
    "wisdom": _wisdom,
}
