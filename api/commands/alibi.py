"""`geocorr alibi`: for each crime and device, could the tag have been there?"""

import json
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands import exit_of_asked
from api.commands.match import Files, asked_for
from api.commands.notes import tell_notes
from api.matches.match_files import SOFTWARE, Gathered, Sources, gather
from api.settings import Settings
from api.warming import first_time
from geocorr import findings
from geocorr.candidates import Pairs
from geocorr.errors import UsageError
from geocorr.model import Rule, from_us
from geocorr.policy import Policy
from geocorr.presence import Presence, everyone, presences
from loaders import policy as policies

OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time


def alibi(  # noqa: PLR0913  an argument an option
    trails: Files,
    crimes: Annotated[Path, typer.Option(help="Crime file.")],
    more: Annotated[
        list[Path] | None, typer.Argument(help="More trail files.", metavar="FILE...")
    ] = None,
    device: Annotated[str | None, typer.Option(help="Only this device.")] = None,
    top_speed_kmh: Annotated[
        float | None, typer.Option(help="Faster than this no tag moves.")
    ] = None,
    orders: Annotated[OptionalPath, typer.Option(help="Tag orders.")] = None,
    events: Annotated[OptionalPath, typer.Option(help="Device events.")] = None,
    crs: Annotated[str, typer.Option(help="Working CRS in metres.")] = "EPSG:27700",
    rule: Annotated[Rule | None, typer.Option(help="What makes a fix count.")] = None,
    policy: Annotated[
        OptionalPath, typer.Option(help="Policy file or name laid over ours.")
    ] = None,
    radius_m: Annotated[float | None, typer.Option(help="Vicinity.")] = None,
    min_fixes: Annotated[
        int | None, typer.Option(help="Fixes that make a hit.")
    ] = None,
    pad_min: Annotated[float | None, typer.Option(help="Widen every window.")] = None,
    map_trails: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    map_crimes: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    zone: Annotated[str, typer.Option(help="Zone of times without offset.")] = "UTC",
    as_json: Annotated[bool, typer.Option("--json", help="A line a pair.")] = False,
) -> None:
    """Say for every crime and device whether the tag could have been there."""
    asked = asked_for(rule, radius_m, min_fixes, pad_min)
    chosen = policies.read(policy).with_match(**asked)
    if top_speed_kmh is not None:
        chosen = with_top_speed(chosen, top_speed_kmh)
    sources = Sources(
        (*trails, *(more or ())), crimes, orders, events, map_trails, map_crimes, zone
    )
    with first_time("alibi"):
        files = gather(sources, Settings().working_crs(crs), chosen)
        targets = findings.targets(files.offences, chosen)
        pairs = _pairs(files, chosen, device)
        found = presences(files.trails, files.wearers, targets, pairs, chosen)
    # A line is a pair's: what was refused has its place beside them.
    tell_notes(files.reports, each=as_json)
    if as_json:
        for presence in found:
            sys.stdout.write(json.dumps(as_line(files, presence, chosen)) + "\n")
    elif found:
        Console().print(_table(files, found))
    raise typer.Exit(exit_of_asked(files.crime_report, files.side_reports))


def with_top_speed(policy: Policy, top_speed_kmh: float) -> Policy:
    """The policy with another top speed; UsageError for one that no tag has."""
    if not 0 < top_speed_kmh < 2_000:
        raise UsageError(f"{top_speed_kmh:g} km/h is no top speed of a tag.")
    return policy.with_top_speed(top_speed_kmh / 3.6)


def _pairs(files: Gathered, policy: Policy, device: str | None) -> Pairs:
    pairs = everyone(findings.targets(files.offences, policy), files.wearers)
    if device is None:
        return pairs
    devices = files.trails.fixes.devices
    if device not in devices:
        raise UsageError(f"No fix of device {device} stands in these files.")
    own = files.wearers.device[pairs.wearer] == devices.index(device)
    return Pairs(pairs.target[own], pairs.wearer[own])


def as_line(files: Gathered, presence: Presence, policy: Policy) -> dict[str, object]:
    """One verdict as JSON has it: what it says, rests on, and was made by."""
    minutes = sum(stretch.minutes for stretch in presence.uncovered)
    return {
        "crime_reference": files.offences[presence.target].reference,
        "device_id": _device(files, presence),
        "verdict": presence.verdict.value,
        "required_speed_kmh": presence.required_speed_kmh,
        "margin_m": presence.margin_m,
        "coverage": presence.coverage,
        "uncovered_min": round(minutes, 1),
        "uncovered": [
            {"from": _time(u.from_us), "to": _time(u.to_us), "why": u.why}
            for u in presence.uncovered
        ],
        "rules": list(presence.rules),
        "because": presence.because,
        "fixes": presence.fixes,
        "first_fix": _maybe_time(presence.first_us),
        "last_fix": _maybe_time(presence.last_us),
        "policy_hash": policy.hash,
        "version": SOFTWARE,
    }


def _device(files: Gathered, presence: Presence) -> str:
    return str(files.trails.fixes.devices[files.wearers.device[presence.wearer]])


def _maybe_time(t_us: int | None) -> str | None:
    return None if t_us is None else _time(t_us)


def _time(t_us: int) -> str:
    return from_us(t_us).isoformat().replace("+00:00", "Z")


def _table(files: Gathered, found: list[Presence]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("crime", "device", "verdict"):
        drawn.add_column(name, no_wrap=True)
    for name in ("km/h", "cover"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("because")
    for one in found:
        speed = one.required_speed_kmh
        drawn.add_row(
            files.offences[one.target].reference,
            _device(files, one),
            one.verdict.value,
            "-" if speed is None else f"{speed:.0f}",
            f"{one.coverage:.2f}",
            one.because,
        )
    return drawn
