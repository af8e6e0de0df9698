"""How surprising the hits of files are, by the weeks that the trail files hold.

The same decisions as of what is stored (`api.matches.assessing`); nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from api.matches.comparable import members
from geocorr import candidates, findings
from geocorr.arrays import Bools, Trails, Wearers
from geocorr.assessment import Finding, assess
from geocorr.controls import Counts, controls, count, sighted
from geocorr.cover import Covered, Population, cover, covered, population
from geocorr.findings import Offence
from geocorr.model import Hit, TagOrder, Verdict
from geocorr.policy import Policy
from geocorr.surprise import Rates, in_force, rated

# Crimes assessed at once: each has sixteen windows, and a column for every wearer.
_PORTION = 200

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Weeks:
    """What the files hold of other weeks. `rated` are the wearers whose trail may be
    used for base rates (LEICS-16); `orders` None = each device is a wearer."""

    trails: Trails
    rated: Wearers
    orders: tuple[TagOrder, ...] | None
    offences: tuple[Offence, ...]


@dataclass(frozen=True, slots=True)
class _Ground:
    weeks: Weeks
    worn: Population
    covered: Covered
    as_at_us: int
    # Hits and their positions, by force and reference of the crime.
    hits: dict[Key, list[tuple[int, Hit]]]


def assessed(weeks: Weeks, hits: Sequence[Hit], policy: Policy) -> tuple[Hit, ...]:
    """LEICS-16. The hits with base rate, likelihood ratio and Lambda, as they came.

    As at the last fix. What cannot be assessed keeps its columns empty; the sentence
    that says so stands behind each `because`.
    """
    trails = weeks.trails
    worn = population(weeks.rated, trails.fixes.devices)
    under = covered(cover(trails, policy.line.max_gap_s), worn)
    of_crime: dict[Key, list[tuple[int, Hit]]] = {}
    for i, hit in enumerate(hits):
        of_crime.setdefault((hit.force, hit.crime_reference), []).append((i, hit))
    as_at_us = int(trails.fixes.t_us.max(initial=0))
    ground = _Ground(weeks, worn, under, as_at_us, of_crime)
    # A crime without a hit has nothing to be said.
    crimes = [o for o in weeks.offences if (o.force, o.reference) in of_crime]
    told: dict[int, Hit] = {}
    for first in range(0, len(crimes), _PORTION):
        told |= _portion(ground, crimes[first : first + _PORTION], policy)
    return tuple(told[i] for i in range(len(hits)))


def _portion(
    ground: _Ground, crimes: Sequence[Offence], policy: Policy
) -> dict[int, Hit]:
    """The hits of these crimes, assessed, by their position."""
    counted = _counted(ground, crimes, policy)
    rates = {
        verdict: _rates(ground, crimes, counted, verdict, policy)
        for verdict in (Verdict.HIT, Verdict.PASSED)
    }
    person = {name: i for i, name in enumerate(ground.worn.people)}
    return {
        i: _told(
            hit, rates[Verdict(hit.verdict)], person.get(_who(hit)), column, policy
        )
        for column, crime in enumerate(crimes)
        for i, hit in ground.hits[crime.force, crime.reference]
    }


@dataclass(frozen=True, slots=True)
class _Counted:
    """Controls counted [people, crimes], and who was monitored and who is a member."""

    counts: Counts
    monitored: Bools
    member: Bools


def _counted(ground: _Ground, crimes: Sequence[Offence], policy: Policy) -> _Counted:
    weeks, worn, choice = ground.weeks, ground.worn, policy.surprise
    targets = findings.targets(crimes, policy)
    asked = controls(targets, ground.as_at_us, choice)
    near = candidates.pairs(weeks.trails, weeks.rated, asked.windows, policy)
    seen = sighted(weeks.trails, worn, asked.windows, near, policy)
    people = len(worn.people)
    counts = count(ground.covered, people, asked, seen, len(targets), choice)
    member = np.ones(counts.n.shape, np.bool_)
    if weeks.orders is not None:
        member = members(weeks.orders, worn.people, [crime.force for crime in crimes])
    return _Counted(counts, in_force(worn, targets), member)


def _rates(
    ground: _Ground,
    crimes: Sequence[Offence],
    counted: _Counted,
    verdict: Verdict,
    policy: Policy,
) -> Rates:
    """By the rule of a hit; for a passing, how often a hit or a passing is listed."""
    counts, people = counted.counts, ground.worn.people
    k = counts.k if verdict is Verdict.HIT else counts.k_listed
    hit = _hit(ground, crimes, {Verdict.HIT.value, verdict.value})
    who = (counted.monitored, counted.member)
    return rated(people, (counts.n, k), *who, hit, policy.surprise)


def _hit(ground: _Ground, crimes: Sequence[Offence], words: set[str]) -> Bools:
    """Whom these findings name [people, crimes]."""
    person = {name: i for i, name in enumerate(ground.worn.people)}
    named = np.zeros((len(person), len(crimes)), np.bool_)
    for column, crime in enumerate(crimes):
        for _, hit in ground.hits[crime.force, crime.reference]:
            if hit.verdict in words and (row := person.get(_who(hit))) is not None:
                named[row, column] = True
    return named


def _who(hit: Hit) -> str:
    """A nominal; without orders a device."""
    return hit.nominal_id or hit.device_id


def _told(
    hit: Hit, rates: Rates, person: int | None, column: int, policy: Policy
) -> Hit:
    finding = Finding(hit.verdict, hit.probability, hit.coverage)
    told = assess(finding, rates, person, column, policy.surprise)
    return replace(
        hit,
        base_rate=told.base_rate,
        likelihood_ratio=told.likelihood_ratio,
        lambda_=told.expected,
        because=f"{hit.because} {told.because}",
    )
