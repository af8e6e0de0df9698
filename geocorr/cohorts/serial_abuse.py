"""WMP2-38-SERIAL. Who is alleged to have attacked unconnected intimate partners."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from geocorr.cohorts.choices import Cohorts
from geocorr.cohorts.facts import Abuse, CaseFacts, Fact, FactKind, Relationship
from geocorr.cohorts.standing import Condition, Judged, judged
from geocorr.dates import years_later

HEADING = "domestic abuse"
_INTIMATE = (Relationship.PARTNER, Relationship.FORMER_PARTNER)
_VIOLENT = (Abuse.VIOLENCE, Abuse.THREAT)


@dataclass(frozen=True, slots=True)
class Victims:
    """Victims of violence or threats who are or were intimate partners, in the period.

    `last_on` is the day of the last such incident of each. `apart` are the pairs that
    nothing recorded connects; `chained` those of them that a third victim links.
    """

    last_on: Mapping[str, date]
    apart: tuple[tuple[str, str], ...]
    chained: tuple[tuple[str, str], ...]
    unhoused: tuple[str, ...]

    def unconnected(self, number: int) -> bool:
        """Whether there are so many victims of whom no two are connected."""
        return any(
            all(pair in self.apart for pair in combinations(group, 2))
            for group in combinations(sorted(self.last_on), number)
        )


def serial(facts: CaseFacts, day: date, choices: Cohorts) -> Judged:
    """WMP2-38-SERIAL. Managed regardless of risk.

    An incident counts for `serial_years` from its day; what is not recorded connects
    nobody, and is told.
    """
    rule, found = "WMP2-38-SERIAL", victims_of(facts, day, choices)
    told = f"{_counted(found)} in {choices.serial_years} years"
    if not found.unconnected(choices.serial_victims):
        return judged([Condition(False, told, rule)], [HEADING])
    notes = []
    if found.chained:
        pairs = ", ".join(f"{a} and {b}" for a, b in found.chained)
        notes.append(f"{pairs} are linked through a third victim only")
    if found.unhoused:
        notes.append(f"no household is recorded of {', '.join(found.unhoused)}")
    clauses = [Condition(True, text, rule) for text in (f"serial: {told}", *notes)]
    return judged(clauses, [HEADING, "serial"])


def victims_of(facts: CaseFacts, day: date, choices: Cohorts) -> Victims:
    """WMP2-38-SERIAL. Whom violence or threats were alleged against, and who is apart.

    Connected: one household at any time, or a recorded link. Whether a victim is or
    was a partner is looked for in all incidents, those before the period too.
    """
    incidents = facts.of(FactKind.DOMESTIC_ABUSE, day)
    partners = {f.victim for f in incidents if f.relationship in _INTIMATE}
    years = choices.serial_years
    last_on: dict[str, date] = {}
    for f in incidents:
        if f.value in _VIOLENT and day < years_later(f.on, years):
            last_on[f.victim] = max(f.on, last_on.get(f.victim, f.on))
    names = sorted(last_on.keys() & partners)
    homes = _homes(incidents)
    joined = _links(facts, day) | {
        pair for pair in combinations(sorted(homes), 2) if _share(homes, pair)
    }
    apart = tuple(pair for pair in combinations(names, 2) if pair not in joined)
    chained = tuple(pair for pair in apart if _reaches(*pair, joined))
    unhoused = tuple(name for name in names if not homes[name])
    return Victims({name: last_on[name] for name in names}, apart, chained, unhoused)


def _share(homes: Mapping[str, set[str]], pair: tuple[str, str]) -> bool:
    return bool(homes[pair[0]] & homes[pair[1]])


def _homes(incidents: Iterable[Fact]) -> Mapping[str, set[str]]:
    homes: dict[str, set[str]] = defaultdict(set)
    for fact in incidents:
        homes[fact.victim] |= {h.strip() for h in fact.household.split(";")} - {""}
    return homes


def _links(facts: CaseFacts, day: date) -> set[tuple[str, str]]:
    found = facts.of(FactKind.VICTIM_LINK, day)
    return {(min(f.victim, f.value), max(f.victim, f.value)) for f in found}


def _reaches(start: str, end: str, joined: Collection[tuple[str, str]]) -> bool:
    """Whether connections lead from one victim to the other."""
    reached, waiting = {start}, [start]
    while waiting:
        at = waiting.pop()
        near = {b if a == at else a for a, b in joined if at in (a, b)}
        waiting += near - reached
        reached |= near
    return end in reached


def _counted(found: Victims) -> str:
    each = ", ".join(f"{name} (last {on})" for name, on in found.last_on.items())
    if not each:
        return "no violence or threat against an intimate partner"
    told = f"violence or threats against {each}"
    if len(found.last_on) == 1:
        return f"{told} alone"
    return f"{told}, {'unconnected' if found.apart else 'connected'} with each other"
