"""Builders of recorded facts, for the tests of cohorts."""

from datetime import date, timedelta

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import CaseFacts, Fact, FactKind
from loaders.profile import shipped

TODAY = date(2026, 6, 1)
ADULT = date(1990, 1, 1)
WMP: Cohorts = shipped("wmp").cohorts
GWENT: Cohorts = shipped("gwent").cohorts
HANTS: Cohorts = shipped("hants").cohorts


def ago(days: int) -> date:
    return TODAY - timedelta(days)


RECENT = ago(30)


def fact(kind: str, value: str, on: date | str = RECENT, **more: object) -> Fact:
    """A fact of nominal N1, recorded 30 days before `TODAY` unless said otherwise."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    number = f"{kind}-{value}-{day}-{more.get('victim', '')}"
    return Fact(number, "N1", FactKind(kind), value, day, **{"source": "test", **more})


def nominal(
    *facts: Fact,
    born: date | None = ADULT,
    sex: str = "M",
    statutory: bool | None = None,
    flags: str = "",
    force: str = "Demoshire",
) -> CaseFacts:
    """An adult man unless said otherwise; `flags` are separated by blanks."""
    oldest = tuple(sorted(facts, key=lambda f: f.on))
    marks = frozenset(flags.split())
    return CaseFacts("N1", born, sex, force, statutory, marks, oldest)


def burgled(value: str = "burglary") -> Fact:
    return fact("index_offence", value)


def ogrs(percent: int) -> Fact:
    return fact("ogrs", str(percent))


def licence(until: date | None = None) -> Fact:
    return fact("statutory", "licence", until=until or TODAY + timedelta(200))


def abuse(
    victim: str,
    on: date | str = RECENT,
    household: str = "",
    relationship: str = "partner",
    what: str = "violence",
) -> Fact:
    who = {"victim": victim, "household": household, "relationship": relationship}
    return fact("domestic_abuse", what, on, **who)
