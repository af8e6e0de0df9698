"""Files in, hits out, no database: read, decide, and hand back what to write."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from api.intake import side_files
from api.matches.assess_files import Weeks, assessed
from geocorr import findings, orders
from geocorr.arrays import Fixes, Trails, Wearers
from geocorr.correlate import correlate
from geocorr.errors import InputError, UsageError
from geocorr.geo import WorkingCrs
from geocorr.model import Crime, Hit, Outcome, TagOrder
from geocorr.policy import Policy
from geocorr.trust import off_spells, trust
from loaders import crimes as crime_files
from loaders import mapping
from loaders import trails as trail_files
from loaders.report import LoadReport
from loaders.trails import TrailOptions

SOFTWARE = version("geocorr")

MapKind = TypeVar("MapKind", mapping.CrimeMap, mapping.TrailMap)


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a match and how to read them; some questions need no crimes."""

    trails: tuple[Path, ...]
    crimes: Path | None
    orders: Path | None = None
    events: Path | None = None
    map_trails: Path | None = None
    map_crimes: Path | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Matched:
    """What a match found, and what became of each file."""

    hits: tuple[Hit, ...]
    places: dict[tuple[str, str], tuple[float, float]]
    reports: tuple[LoadReport, ...]
    crime_report: LoadReport
    # What became of orders and events.
    side_reports: tuple[LoadReport, ...]
    summary: dict[str, int | float]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the files hold, ready to be judged."""

    trails: Trails
    wearers: Wearers
    offences: tuple[findings.Offence, ...]
    crimes: tuple[Crime, ...]
    crime_report: LoadReport
    reports: tuple[LoadReport, ...]
    # What became of orders and events.
    side_reports: tuple[LoadReport, ...]
    # Whose trail may be used for base rates: another purpose, other wearers.
    rated: Wearers
    # None without a file of them.
    orders: tuple[TagOrder, ...] | None


@dataclass(frozen=True, slots=True)
class WornTrails:
    """Trails and who wore them, and what became of the files."""

    trails: Trails
    wearers: Wearers
    rated: Wearers
    trail_reports: tuple[LoadReport, ...]
    side_reports: tuple[LoadReport, ...]
    orders: tuple[TagOrder, ...] | None


def gather(sources: Sources, crs: WorkingCrs, policy: Policy) -> Gathered:
    """Read the files of a match.

    UsageError for a path, map or CRS that cannot be used; InputError where a file
    holds nothing that can be matched. Rows with faults are told in the reports.
    """
    now = datetime.now(UTC)
    parsed = _crimes(sources, crs, policy, now)
    worn = gather_trails(sources, crs, policy, now)
    crimes = parsed.crimes()
    return Gathered(
        worn.trails,
        worn.wearers,
        findings.latest(crimes),
        crimes,
        parsed.report,
        (*worn.trail_reports, parsed.report, *worn.side_reports),
        worn.side_reports,
        worn.rated,
        worn.orders,
    )


def gather_trails(
    sources: Sources, crs: WorkingCrs, policy: Policy, now: datetime
) -> WornTrails:
    """Read the trails and who wore them, whatever the crimes; errors as `gather`."""
    fixes, trail_reports = _fixes(sources, crs, policy, now)
    held, order_reports = side_files.orders(sources.orders)
    wearers, rated = _wearers(held, fixes, policy)
    events, event_reports = side_files.events(sources.events)
    trails = trust(fixes, policy, None if events is None else off_spells(events))
    told = (*order_reports, *event_reports)
    return WornTrails(trails, wearers, rated, trail_reports, told, held)


def match_files(
    sources: Sources, crs: WorkingCrs, policy: Policy, *, assess: bool = False
) -> Matched:
    """Match trail files against a crime file; errors as `gather`.

    `assess`: say of each hit how surprising it is, from the weeks that the files hold.
    """
    began = time.perf_counter()
    files = gather(sources, crs, policy)
    targets = findings.targets(files.offences, policy)
    hits = correlate(files.trails, files.wearers, targets, policy)
    found = findings.rows(
        hits, files.offences, files.wearers, files.trails, policy, SOFTWARE
    )
    rows = tuple(findings.in_order(found))
    if assess:
        weeks = Weeks(files.trails, files.rated, files.orders, files.offences)
        rows = assessed(weeks, rows, policy)
    summary: dict[str, int | float] = {
        "fixes": len(files.trails.fixes),
        "crimes": len(files.offences),
        "pairs": len(rows),
        "crimes_hit": len({(h.force, h.crime_reference) for h in rows}),
    }
    if assess:
        summary["assessable"] = sum(hit.base_rate is not None for hit in rows)
    summary["seconds"] = round(time.perf_counter() - began, 3)
    places = _places(files.crimes)
    told = (files.reports, files.crime_report, files.side_reports)
    return Matched(rows, places, *told, summary)


def _crimes(
    sources: Sources, crs: WorkingCrs, policy: Policy, now: datetime
) -> crime_files.CrimeParse:
    options = crime_files.CrimeOptions(
        crs,
        now,
        zone=sources.zone,
        max_window_h=policy.crime.max_window_h,
        crime_map=_map(sources.map_crimes, mapping.CrimeMap),
    )
    if sources.crimes is None:
        raise UsageError("No crime file is named: --crimes FILE.")
    data = crime_files.read(sources.crimes)
    return crime_files.parse(data, options, sources.crimes.name)


def _map(path: Path | None, kind: type[MapKind]) -> MapKind | None:
    if path is None:
        return None
    found = mapping.read(path)
    if not isinstance(found, kind):
        raise UsageError(f"{path.name} is a map for another kind of file.")
    return found


def _fixes(
    sources: Sources, crs: WorkingCrs, policy: Policy, now: datetime
) -> tuple[Fixes, tuple[LoadReport, ...]]:
    trail_map = _map(sources.map_trails, mapping.TrailMap)
    options = TrailOptions(crs, now, policy.crs.max_scale_error, trail_map)
    fixes, reports = trail_files.read_all(sources.trails, options)
    refused = [r for r in reports if r.outcome is Outcome.FAILED]
    if refused:
        raise InputError(f"{refused[0].file}: {refused[0].faults[0].action}")
    return fixes, reports


def _wearers(
    held: Sequence[TagOrder] | None, fixes: Fixes, policy: Policy
) -> tuple[Wearers, Wearers]:
    """LEICS-16. Wearers who may be matched, and whose trail may be used for base rates.

    By their orders; without an orders file each device is one.
    """
    if held is None:
        everyone = orders.every_device(fixes.devices)
        return everyone, everyone
    matched, rated = (
        orders.wearers(held, fixes.devices, policy, purpose=purpose)
        for purpose in ("match", "base_rate")
    )
    return matched, rated


def _places(crimes: Sequence[Crime]) -> dict[tuple[str, str], tuple[float, float]]:
    """Longitude and latitude of each crime's last version."""
    return {
        (c.police_force, c.crime_reference): (c.longitude, c.latitude) for c in crimes
    }
