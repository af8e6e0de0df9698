"""`geocorr match`: files in, hits out, no database."""

import json
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console

from api.commands import exit_of_asked
from api.commands.notes import tell_notes
from api.matches import hits_file, hits_table
from api.matches.compare import Side, Sides, document, tell
from api.matches.match_files import Matched, Sources, match_files
from api.settings import Settings
from api.warming import first_time
from geocorr.comparison import compared
from geocorr.errors import UsageError
from geocorr.model import Rule
from geocorr.policy import Policy
from geocorr.wording import counted
from loaders import policy as policies

Files = Annotated[list[Path], typer.Option("--trails", help="Trail file; repeatable.")]
OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time


def match(  # noqa: PLR0913  an argument an option
    trails: Files,
    crimes: Annotated[Path, typer.Option(help="Crime file.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="OUT.csv, .geojson or .parquet")
    ],
    more: Annotated[
        list[Path] | None, typer.Argument(help="More trail files.", metavar="FILE...")
    ] = None,
    orders: Annotated[OptionalPath, typer.Option(help="Tag orders.")] = None,
    events: Annotated[OptionalPath, typer.Option(help="Device events.")] = None,
    crs: Annotated[str, typer.Option(help="Working CRS in metres.")] = "EPSG:27700",
    rule: Annotated[Rule | None, typer.Option(help="What makes a fix count.")] = None,
    policy: Annotated[
        list[Path] | None,
        typer.Option(help="Policy file or name laid over ours; two are compared."),
    ] = None,
    radius_m: Annotated[float | None, typer.Option(help="Vicinity.")] = None,
    min_fixes: Annotated[
        int | None, typer.Option(help="Fixes that make a hit.")
    ] = None,
    pad_min: Annotated[float | None, typer.Option(help="Widen every window.")] = None,
    map_trails: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    map_crimes: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    zone: Annotated[str, typer.Option(help="Zone of times without offset.")] = "UTC",
    assess: Annotated[
        bool,
        typer.Option("--assess", help="Weigh each hit by other weeks of the trails."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Lay a crime file over trail files and write the hits."""
    hits_file.check_name(output)
    asked = asked_for(rule, radius_m, min_fixes, pad_min)
    chosen = [policies.read(p).with_match(**asked) for p in _one_or_two(policy)]
    sources = Sources(
        (*trails, *(more or ())), crimes, orders, events, map_trails, map_crimes, zone
    )
    working = Settings().working_crs(crs)
    with first_time("match"):
        found = [match_files(sources, working, one, assess=assess) for one in chosen]
    hits_file.write(output, found[-1].hits, found[-1].places)
    names = [str(p) for p in policy or ()]
    _tell(found[-1], output, chosen[-1], _sides(names, chosen, found), as_json)
    raise typer.Exit(exit_of_asked(found[-1].crime_report, found[-1].side_reports))


def _one_or_two(policy: list[Path] | None) -> list[Path | None]:
    if not policy:
        return [None]
    if len(policy) > 2:
        raise UsageError("Two policies can be compared: give --policy once or twice.")
    return [*policy]


def _sides(
    names: list[str], chosen: list[Policy], found: list[Matched]
) -> Sides | None:
    """The two policies to compare; None where there is but one."""
    if len(found) < 2:
        return None
    first, second = (
        Side(name, policy, matched.hits)
        for name, policy, matched in zip(names, chosen, found, strict=True)
    )
    return first, second


def asked_for(
    rule: Rule | None,
    radius_m: float | None,
    min_fixes: int | None,
    pad_min: float | None,
) -> dict[str, object]:
    """The [match] choices that options ask for.

    The national hub's rule asks for two fixes unless told otherwise.
    """
    if rule is Rule.HALF_CIRCLE and min_fixes is None:
        min_fixes = 2
    asked = {
        "rule": rule and rule.value,
        "radius_m": radius_m,
        "min_fixes": min_fixes,
        "pad_min": pad_min,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _tell(
    matched: Matched, output: Path, policy: Policy, sides: Sides | None, as_json: bool
) -> None:
    difference = sides and compared(sides[0].hits, sides[1].hits)
    if as_json:
        told: dict[str, object] = {
            "output": str(output),
            "policy_hash": policy.hash,
            **matched.summary,
            "reports": [report.as_json() for report in matched.reports],
        }
        if sides and difference:
            told["comparison"] = document(sides, difference)
        json.dump(told, sys.stdout)
        sys.stdout.write("\n")
        return
    tell_notes(matched.reports)
    out = Console()
    if sides and difference:
        tell(out, sides, difference)
    elif matched.hits and "assessable" in matched.summary:
        out.print(hits_table.weighed(matched.hits, policy.surprise))
        hits_table.explain(out, matched.hits)
    elif matched.hits:
        out.print(hits_table.found(matched.hits))
    out.print(_summed(matched.summary), f"Written to {output}.", highlight=False)


def _summed(summary: dict[str, int | float]) -> str:
    fixes, crimes, pairs, at = (
        int(summary[name]) for name in ("fixes", "crimes", "pairs", "crimes_hit")
    )
    return (
        f"{counted(fixes, 'fix', 'fixes')}, {counted(crimes, 'crime')}: "
        f"{counted(pairs, 'pair')} at {counted(at, 'crime')}"
        f"{_assessable(summary)}, {summary['seconds']:.1f} s."
    )


def _assessable(summary: dict[str, int | float]) -> str:
    """How many of the pairs could be weighed, where that was asked for."""
    able = summary.get("assessable")
    return "" if able is None else f", {int(able):,} of them assessable"
