"""Zones on files, no database: trails and zones in, breaches out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from api.intake import side_files
from api.zones.breaches_file import BreachRow
from geocorr import orders
from geocorr.arrays import Fixes, Trails, Wearers
from geocorr.breaches import Breach, find
from geocorr.errors import InputError, UsageError
from geocorr.geo import WorkingCrs
from geocorr.model import Outcome, TagOrder, from_us
from geocorr.policy import Policy
from geocorr.trust import OffSpell, off_spells, trust
from geocorr.zone_facts import BreachKind
from geocorr.zones import Span, Zone
from loaders import crimes as crime_files
from loaders import mapping
from loaders import trails as trail_files
from loaders import zones as zone_files
from loaders.report import LoadReport
from loaders.trails import TrailOptions

SOFTWARE = version("geocorr")


@dataclass(frozen=True, slots=True)
class ZoneSources:
    """The files, and how to read them."""

    trails: tuple[Path, ...]
    zones: Path
    orders: Path | None = None
    events: Path | None = None
    map_trails: Path | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What was found, of which zones nothing can be said, and what became of files."""

    rows: tuple[BreachRow, ...]
    unworn: tuple[str, ...]
    reports: tuple[LoadReport, ...]
    zone_report: LoadReport
    side_reports: tuple[LoadReport, ...]
    summary: dict[str, int | float]


def examine_files(sources: ZoneSources, crs: WorkingCrs, policy: Policy) -> Told:
    """WMP2-8-EM, LEICS-16. Lay zones over trails, from their first fix to their last.

    UsageError for a path or map that cannot be used, and for a nominal's zone without
    orders; InputError where a file is refused whole.
    """
    began = time.perf_counter()
    data = crime_files.read(sources.zones)
    zone_report, zones = zone_files.parse(data, sources.zones.name, crs)
    fixes, trail_reports = _fixes(sources, crs, policy)
    held, order_reports = side_files.orders(sources.orders)
    worn = _wearers(held, fixes, zones, policy)
    off, event_reports = _off(sources.events)
    trails = trust(fixes, policy, off)
    within = [_span(fixes)] * len(fixes.devices)
    found = find(trails, worn, zones, within, policy)
    rows = tuple(_row(breach, zones, trails, worn, policy) for breach in found)
    unworn = _unworn(zones, trails, worn)
    summary = {
        "fixes": len(fixes),
        "zones": len(zones),
        "zones_without_tag": len(unworn),
        **{k.value: sum(b.kind is k for b in found) for k in BreachKind},
        "seconds": round(time.perf_counter() - began, 3),
    }
    told = (*order_reports, *event_reports)
    reports = (*trail_reports, zone_report, *told)
    return Told(rows, unworn, reports, zone_report, told, summary)


def _span(fixes: Fixes) -> Span:
    """From the first fix of all to the last."""
    if not len(fixes):
        return 0, 0
    return int(fixes.t_us.min()), int(fixes.t_us.max())


def _fixes(
    sources: ZoneSources, crs: WorkingCrs, policy: Policy
) -> tuple[Fixes, tuple[LoadReport, ...]]:
    named = sources.map_trails
    trail_map = None if named is None else mapping.read_trail_map(named)
    now, limit = datetime.now(UTC), policy.crs.max_scale_error
    options = TrailOptions(crs, now, limit, trail_map)
    fixes, reports = trail_files.read_all(sources.trails, options)
    for report in reports:
        if report.outcome is Outcome.FAILED:
            raise InputError(f"{report.file}: {report.faults[0].action}")
    return fixes, reports


def _wearers(
    held: Sequence[TagOrder] | None,
    fixes: Fixes,
    zones: Sequence[Zone],
    policy: Policy,
) -> Wearers:
    """LEICS-16. Wearers whose trail may be used for zones; without orders everyone."""
    if held is None:
        of_nominals = [zone.zone_id for zone in zones if zone.nominal_id]
        if of_nominals:
            raise UsageError(
                f"Zone {of_nominals[0]} is of a nominal: give --orders, which say who "
                "wore which device, or zones of devices."
            )
        return orders.every_device(fixes.devices)
    return orders.wearers(held, fixes.devices, policy, purpose="zones")


def _off(path: Path | None) -> tuple[tuple[OffSpell, ...], tuple[LoadReport, ...]]:
    found, reports = side_files.events(path)
    return off_spells(found or ()), reports


def _unworn(zones: Sequence[Zone], trails: Trails, worn: Wearers) -> tuple[str, ...]:
    """Zones of whose nominal or device these files hold no trail that may be used."""
    devices = {trails.fixes.devices[d] for d in worn.device}
    nominals = set(filter(None, worn.nominal_id))
    return tuple(
        zone.zone_id
        for zone in zones
        if zone.device_id not in devices and zone.nominal_id not in nominals
    )


def _row(
    breach: Breach,
    zones: Sequence[Zone],
    trails: Trails,
    worn: Wearers,
    policy: Policy,
) -> BreachRow:
    zone, w = zones[breach.zone], breach.wearer
    return BreachRow(
        zone.zone_id,
        breach.kind.value,
        worn.nominal_id[w],
        str(trails.fixes.devices[worn.device[w]]),
        worn.order_id[w],
        zone.owner,
        from_us(breach.from_us),
        from_us(breach.to_us),
        breach.nearest_edge_m,
        breach.probability,
        breach.fixes,
        breach.shown_s,
        breach.why,
        ";".join(breach.rules),
        policy.hash,
        SOFTWARE,
        breach.because,
    )
