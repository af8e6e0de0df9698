"""From columns back to things people read: crimes to targets, hits to rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geocorr.arrays import US_PER_S, Floats, Ints, Targets, Trails, Wearers
from geocorr.candidates import reach_m
from geocorr.correlate import Hits
from geocorr.lines import NEVER_US
from geocorr.model import Crime, Hit, Mechanism, from_us, to_us
from geocorr.policy import Policy
from geocorr.verdict import HIT_RULES, explain, rests_on


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
    devices, made_by = trails.fixes.devices, (policy.hash, version)
    return [
        _row(i, hits, offences[g], (wearers, w, devices), policy, made_by)
        for i, (g, w) in enumerate(
            zip(hits.pairs.target.tolist(), hits.pairs.wearer.tolist(), strict=True)
        )
    ]


def in_order(hits: Iterable[Hit]) -> list[Hit]:
    """The hits as files list them: by force, crime reference, device, nominal."""
    return sorted(
        hits,
        key=lambda h: (h.force, h.crime_reference, h.device_id, h.nominal_id),
    )


def _row(
    i: int,
    hits: Hits,
    crime: Offence,
    who: tuple[Wearers, int, Sequence[str]],
    policy: Policy,
    made_by: tuple[str, str],
) -> Hit:
    facts, rests = hits.facts, hits.rests
    wearers, w, devices = who
    word = str(hits.verdict[i].value)
    first, last = facts.first_inside_us[i], facts.last_inside_us[i]
    if not facts.fixes_inside[i]:
        first, last = facts.path_entry_us[i], facts.path_exit_us[i]
    return Hit(
        force=crime.force,
        batch_id=crime.batch_id,
        crime_reference=crime.reference,
        crime_type=crime.crime_type,
        window_from=crime.window_from,
        window_to=crime.window_to,
        device_id=devices[wearers.device[w]],
        nominal_id=wearers.nominal_id[w],
        verdict=word,
        fixes_inside=int(facts.fixes_inside[i]),
        visits=int(facts.visits[i]),
        first_inside=_time(first),
        last_inside=_time(last),
        dwell_s=round(float(facts.dwell_s[i]), 1),
        min_fix_distance_m=_number(facts.min_fix_m[i], 2),
        min_path_distance_m=_number(facts.min_path_m[i], 2),
        probability=_number(rests.probability[i], 4),
        median_accuracy_m=_number(rests.median_accuracy_m[i], 1),
        mechanisms=_mechanisms(rests.mechanisms[i]),
        coverage=round(float(facts.coverage[i]), 3),
        base_rate=None,
        likelihood_ratio=None,
        required_speed_kmh=None,
        rules=_rules(wearers.rules[w]),
        policy_hash=made_by[0],
        version=made_by[1],
        crime_version=crime.version,
        worst_accuracy_m=_number(rests.worst_accuracy_m[i], 1),
        window_share=round(float(hits.window_share[i]), 3),
        clock_test=hits.clock_test[i],
        lambda_=None,
        because=explain(
            word,
            int(facts.counting[i]),
            float(facts.min_path_m[i]),
            policy.radius_m(crime.crime_type),
            policy,
            rests_on(rests, i, int(facts.counting[i])),
        ),
    )


def _rules(of_wearer: str) -> str:
    """The ids of all rules that made a hit, sorted, joined by `;`."""
    return ";".join(sorted({*HIT_RULES, *filter(None, of_wearer.split(";"))}))


def _time(t_us: int) -> datetime | None:
    return None if t_us == NEVER_US else from_us(int(t_us))


def _number(value: float, digits: int) -> float | None:
    return None if np.isnan(value) else round(float(value), digits)


def _mechanisms(counts: Ints) -> str:
    """`GPS:5;LBS:1`, in the order of the mechanisms."""
    return ";".join(f"{m.name}:{counts[m]}" for m in Mechanism if counts[m])


def _floats(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
