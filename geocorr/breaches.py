"""WMP2-8-EM: what a trail shows of a wearer's zones: entries, absences, and silence.

    zones        when a zone is in force, and what lies inside it
    zone_facts   what a trail shows of it in one window
    breach_words in one sentence

An entry is told as a hit is. An absence is told only of trusted fixes of stated
accuracy that hardly can lie inside; "no fix" is never "not there" but not known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geocorr import breach_words
from geocorr.arrays import Trails, Wearers
from geocorr.policy import Policy
from geocorr.zone_facts import BreachKind, Shown, curfew, entries
from geocorr.zone_seen import Seen
from geocorr.zones import Span, Zone, ZoneKind

RULE = "WMP2-8-EM"


@dataclass(frozen=True, slots=True)
class Breach:
    """One finding on a zone (position) and a wearer (position), closed in time.

    `nearest_edge_m`: how near fixes and lines came to the zone's edge, negative =
    inside. `probability`: the greatest with which one of its fixes lies inside.
    `fixes` that show it, `shown_s` seconds of it that the trail shows. None and 0
    where the trail shows nothing; `why` then says why not.
    """

    zone: int
    wearer: int
    kind: BreachKind
    from_us: int
    to_us: int
    nearest_edge_m: float | None
    probability: float | None
    fixes: int
    shown_s: float
    why: str
    rules: tuple[str, ...]
    because: str


def find(
    trails: Trails,
    wearers: Wearers,
    zones: Sequence[Zone],
    within: Sequence[Span],
    policy: Policy,
) -> list[Breach]:
    """WMP2-8-EM, LEICS-16. Every breach and silence of these zones, in order.

    `wearers` are those whose trail may be used for zones; `within` is the time to look
    at of each device, closed. The trails must hold it and one gap either side.
    """
    found = []
    for w, z in _pairs(trails, wearers, zones):
        device = int(wearers.device[w])
        low = max(within[device][0], int(wearers.from_us[w]))
        high = min(within[device][1], int(wearers.to_us[w]) - 1)
        if windows := zones[z].windows((low, high)):
            seen = Seen.of(trails, wearers, w, zones[z])
            shown = entries if zones[z].kind is ZoneKind.EXCLUSION else curfew
            raws = shown(seen, windows, policy)
            found += [_told(raw, (z, w), zones[z], wearers, policy) for raw in raws]
    return sorted(found, key=lambda b: (b.zone, b.wearer, b.from_us, b.kind))


def _pairs(
    trails: Trails, wearers: Wearers, zones: Sequence[Zone]
) -> Iterator[tuple[int, int]]:
    """The wearers (by position) with the zones (by position) that are theirs."""
    for w in range(len(wearers)):
        device = trails.fixes.devices[wearers.device[w]]
        for z, zone in enumerate(zones):
            if zone.device_id == device or (
                zone.nominal_id and zone.nominal_id == wearers.nominal_id[w]
            ):
                yield w, z


def _told(
    raw: Shown, at: tuple[int, int], zone: Zone, wearers: Wearers, policy: Policy
) -> Breach:
    """The finding with its rules and its sentence."""
    of_wearer = filter(None, wearers.rules[at[1]].split(";"))
    nearest = None if raw.nearest_edge_m is None else round(raw.nearest_edge_m, 1)
    p = None if raw.probability is None else round(raw.probability, 4)
    return Breach(
        *at,
        raw.kind,
        raw.from_us,
        raw.to_us,
        nearest,
        p,
        raw.fixes,
        raw.shown_s,
        raw.why,
        tuple(sorted({RULE, *of_wearer})),
        _sentence(raw, zone, policy),
    )


def _sentence(raw: Shown, zone: Zone, policy: Policy) -> str:
    when = breach_words.stretch(raw.from_us, raw.to_us)
    edge, p = raw.nearest_edge_m or 0.0, raw.probability or 0.0
    if raw.kind is BreachKind.UNKNOWN:
        return breach_words.silence(zone.zone_id, when, raw.why)
    if raw.kind is BreachKind.ABSENCE:
        shown = (raw.fixes, raw.shown_s)
        return breach_words.absence(zone.zone_id, when, shown, edge, p)
    if raw.fixes:
        return breach_words.entry(zone.zone_id, when, raw.fixes, edge, p)
    return breach_words.passage(zone.zone_id, when, edge, policy.line.max_gap_s)
