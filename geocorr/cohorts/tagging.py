"""HANTS-GPS-1. Whether the guide's criteria for a GPS tag are met on a day."""

from datetime import date

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import CaseFacts
from geocorr.cohorts.fixed import index_offences
from geocorr.cohorts.standing import Condition, Judged, judged
from geocorr.cohorts.statutory import licence
from geocorr.dates import months_later

_RULE = "HANTS-GPS-1"


def eligible(facts: CaseFacts, day: date, choices: Cohorts, max_months: int) -> Judged:
    """HANTS-GPS-1. Adult, robbery, burglary or other theft, on licence, 12 months.

    `max_months`: of the policy's tag orders, which end in the same way. The tag itself
    is a condition that a court or prison sets: this only says who fits the scheme.
    """
    age, found = facts.age(day), index_offences(facts, day, choices.tag_offences)
    adult = None if age is None else age >= choices.adult_years
    ages = {None: "the date of birth is not recorded", True: "adult", False: "no adult"}
    kinds = ", ".join(dict.fromkeys(f.value.replace("_", " ") for f in found))
    told = f"convicted of {kinds}" if found else "no conviction of theft or robbery"
    return judged(
        [
            Condition(adult, ages[adult], _RULE),
            Condition(bool(found), told, _RULE),
            _on_licence(facts, day, max_months),
        ]
    )


def _on_licence(facts: CaseFacts, day: date, max_months: int) -> Condition:
    held = licence(facts, day)
    if held is None:
        return Condition(False, "not on licence", _RULE)
    ends = months_later(held.on, max_months)
    if day >= ends:
        told = f"released {held.on}: {max_months} months were over on {ends}"
        return Condition(False, told, _RULE)
    last = held.until if held.until is not None and held.until < ends else None
    until = f"until the licence ends on {last}" if last else f"until {ends} at most"
    return Condition(True, f"on licence since {held.on}, {until}", _RULE)
