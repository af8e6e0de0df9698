"""The quality of trails, out of files or out of the database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from api.intake import side_files
from geocorr.errors import InputError, NotFound
from geocorr.geo import WorkingCrs
from geocorr.model import Outcome, to_us
from geocorr.policy import Policy
from geocorr.quality import DeviceDay, device_days
from geocorr.trust import off_spells, trust
from loaders import mapping
from loaders import trails as trail_files
from loaders.report import LoadReport
from loaders.trails import TrailOptions
from sql import orders, trails
from sql.db import Connection


@dataclass(frozen=True, slots=True)
class Quality:
    """Each device's days; `tamper_known`: reports of strap and battery were there."""

    days: tuple[DeviceDay, ...]
    tamper_known: bool
    reports: tuple[LoadReport, ...] = ()
    # What became of the events.
    side_reports: tuple[LoadReport, ...] = ()


@dataclass(frozen=True, slots=True)
class TrailSources:
    """Trail files, what their devices reported, and how to read them."""

    trails: tuple[Path, ...]
    events: Path | None = None
    map_trails: Path | None = None


def of_files(sources: TrailSources, crs: WorkingCrs, policy: Policy) -> Quality:
    """The quality of trail files; InputError where one is refused whole."""
    now = datetime.now(UTC)
    trail_map = (
        mapping.read_trail_map(sources.map_trails) if sources.map_trails else None
    )
    options = TrailOptions(crs, now, policy.crs.max_scale_error, trail_map)
    found, reports = trail_files.collect(sources.trails, options)
    refused = [r for r in reports if r.outcome is Outcome.FAILED]
    if refused:
        raise InputError(f"{refused[0].file}: {refused[0].faults[0].action}")
    events, more = side_files.events(sources.events)
    off = None if events is None else off_spells(events)
    judged = trust(found.fixes, policy, off, to_us(now))
    days = device_days(judged, policy, events or (), found.backwards)
    return Quality(days, judged.tamper_known, (*reports, *more), more)


async def of_device(
    conn: Connection, device_id: str, day: date, policy: Policy
) -> Quality:
    """The quality of a stored device's day (UTC); NotFound without a fix in it."""
    begins = datetime.combine(day, time(), UTC)
    until = begins + timedelta(days=1) - timedelta(microseconds=1)
    found = await trails.device_trail(conn, device_id, begins, until)
    if not len(found.fixes):
        raise NotFound(f"No fix of device {device_id} is stored for {day} (UTC).")
    told = await orders.events(conn, [device_id])
    days = device_days(found, policy, told)
    return Quality(days, await orders.tamper_known(conn))
