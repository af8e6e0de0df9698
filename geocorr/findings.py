"""From columns back to things people read: crimes to targets, hits to rows."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geocorr.arrays import US_PER_S, Bools, Floats, Ints, Targets, Trails, Wearers
from geocorr.candidates import reach_m
from geocorr.correlate import Hits
from geocorr.lines import NEVER_US
from geocorr.model import Crime, Hit, Mechanism, from_us, to_us
from geocorr.policy import Policy
from geocorr.verdict import HIT_RULES, explain, rests_on

_MECHANISMS = tuple(m.name for m in Mechanism)


@dataclass(frozen=True, slots=True)
class Offence:
    """What a hit says of its crime; `version` is the crime's version number."""

    force: str
    batch_id: str
    reference: str
    crime_type: str
    window_from: datetime
    window_to: datetime
    x_m: float
    y_m: float
    version: int = 1


def offence(crime: Crime, version: int = 1) -> Offence:
    """The part of a crime that matching and its hits need."""
    return Offence(
        crime.police_force,
        crime.batch_id,
        crime.crime_reference,
        crime.crime_type,
        crime.window_from,
        crime.window_to,
        crime.x_m,
        crime.y_m,
        version,
    )


def latest(crimes: Sequence[Crime]) -> tuple[Offence, ...]:
    """Each crime's last version in file order, sorted by force and reference."""
    last: dict[tuple[str, str], Offence] = {}
    for crime in crimes:
        key = (crime.police_force, crime.crime_reference)
        before = last[key].version if key in last else 0
        last[key] = offence(crime, before + 1)
    return tuple(last[key] for key in sorted(last))


def targets(offences: Sequence[Offence], policy: Policy) -> Targets:
    """The targets of these crimes, their window padded.

    Radius, error circle and top speed go by crime type.
    """
    pad_us = round(policy.match.pad_min * 60 * US_PER_S)
    return Targets(
        _floats([o.x_m for o in offences]),
        _floats([o.y_m for o in offences]),
        _ints([to_us(o.window_from) - pad_us for o in offences]),
        _ints([to_us(o.window_to) + pad_us for o in offences]),
        _floats([policy.radius_m(o.crime_type) for o in offences]),
        _floats([policy.location_r95_m(o.crime_type) for o in offences]),
        _floats([policy.top_speed_m_s(o.crime_type) for o in offences]),
    )


def farthest_m(policy: Policy) -> float:
    """How far from any crime an observation may lie and still count."""
    radii = _floats([policy.match.radius_m, *policy.radius_by_type.values()])
    nowhere = np.zeros(len(radii))
    never = np.zeros(len(radii), np.int64)
    anywhere = Targets(nowhere, nowhere, never, never, radii, nowhere)
    return float(np.maximum(reach_m(anywhere, policy), radii).max())


def rows(
    hits: Hits,
    offences: Sequence[Offence],
    wearers: Wearers,
    trails: Trails,
    policy: Policy,
    version: str,
) -> list[Hit]:
    """One `Hit` a listed pair, in the order of the pairs."""
    found = columns(hits, offences, wearers, trails, policy, version)
    return list(map(Hit, *found.values()))


def columns(
    hits: Hits,
    offences: Sequence[Offence],
    wearers: Wearers,
    trails: Trails,
    policy: Policy,
    version: str,
) -> dict[str, list[object]]:
    """The same as one list [listed pairs] for each field of `Hit`, in their order."""
    crimes = [offences[g] for g in hits.pairs.target.tolist()]
    who = hits.pairs.wearer.tolist()
    facts, rests = hits.facts, hits.rests
    inside = facts.fixes_inside > 0
    rules = [_rules(of_wearer) for of_wearer in wearers.rules]
    devices = [trails.fixes.devices[d] for d in wearers.device.tolist()]
    nothing: list[object] = [None] * len(who)
    return {
        "force": [crime.force for crime in crimes],
        "batch_id": [crime.batch_id for crime in crimes],
        "crime_reference": [crime.reference for crime in crimes],
        "crime_type": [crime.crime_type for crime in crimes],
        "window_from": [crime.window_from for crime in crimes],
        "window_to": [crime.window_to for crime in crimes],
        "device_id": [devices[w] for w in who],
        "nominal_id": [wearers.nominal_id[w] for w in who],
        "verdict": [str(word.value) for word in hits.verdict],
        "fixes_inside": facts.fixes_inside.tolist(),
        "visits": facts.visits.tolist(),
        "first_inside": _times(inside, facts.first_inside_us, facts.path_entry_us),
        "last_inside": _times(inside, facts.last_inside_us, facts.path_exit_us),
        "dwell_s": _numbers(facts.dwell_s, 1),
        "min_fix_distance_m": _numbers(facts.min_fix_m, 2),
        "min_path_distance_m": _numbers(facts.min_path_m, 2),
        "probability": _numbers(rests.probability, 4),
        "median_accuracy_m": _numbers(rests.median_accuracy_m, 1),
        "mechanisms": [_mechanisms(counts) for counts in rests.mechanisms.tolist()],
        "coverage": _numbers(facts.coverage, 3),
        "base_rate": nothing,
        "likelihood_ratio": nothing,
        "required_speed_kmh": nothing,
        "rules": [rules[w] for w in who],
        "policy_hash": [policy.hash] * len(who),
        "version": [version] * len(who),
        "crime_version": [crime.version for crime in crimes],
        "worst_accuracy_m": _numbers(rests.worst_accuracy_m, 1),
        "window_share": _numbers(hits.window_share, 3),
        "clock_test": list(hits.clock_test),
        "lambda_": nothing,
        "because": _because(hits, crimes, policy),
    }


def in_order(hits: Iterable[Hit]) -> list[Hit]:
    """The hits as files list them: by force, crime reference, device, nominal."""
    return sorted(
        hits,
        key=lambda h: (h.force, h.crime_reference, h.device_id, h.nominal_id),
    )


def _because(hits: Hits, crimes: Sequence[Offence], policy: Policy) -> list[object]:
    counting = hits.facts.counting.tolist()
    least_m = hits.facts.min_path_m.tolist()
    return [
        explain(
            word,
            n,
            path_m,
            policy.radius_m(crime.crime_type),
            policy,
            rests_on(hits.rests, i, n),
        )
        for i, (word, n, path_m, crime) in enumerate(
            zip(hits.verdict, counting, least_m, crimes, strict=True)
        )
    ]


def _rules(of_wearer: str) -> str:
    """The ids of all rules that made a hit, sorted, joined by `;`."""
    return ";".join(sorted({*HIT_RULES, *filter(None, of_wearer.split(";"))}))


def _times(inside: Bools, fix_us: Ints, path_us: Ints) -> list[object]:
    """When fixes were inside, of those without one when the path was; None = never."""
    return [
        None if t_us == NEVER_US else from_us(t_us)
        for t_us in np.where(inside, fix_us, path_us).tolist()
    ]


def _numbers(values: Floats, digits: int) -> list[object]:
    return [
        None if math.isnan(value) else round(value, digits) for value in values.tolist()
    ]


def _mechanisms(counts: Sequence[int]) -> str:
    """`GPS:5;LBS:1`, in the order of the mechanisms."""
    named = zip(_MECHANISMS, counts, strict=True)
    return ";".join(f"{name}:{count}" for name, count in named if count)


def _floats(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
