"""`geocorr zones`: zones and curfews laid over trail files, no database."""

import json
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer
from rich.console import Console
from rich.table import Table

from api.commands import exit_of_asked
from api.commands.match import Files
from api.commands.notes import tell_notes
from api.intake.zone_files import Told, ZoneSources, examine_files
from api.settings import Settings
from api.warming import first_time
from api.zones import breaches_file
from api.zones.breaches_file import BreachRow
from api.zones.breaches_table import add_times, drawn_table, figures, times
from geocorr.wording import counted
from loaders import policy as policies

OptionalPath = Optional[Path]  # noqa: UP045  typer reads this at run time
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_MOST = 40


def zones(  # noqa: PLR0913  an argument an option
    trails: Files,
    zones: Annotated[Path, typer.Option(help="Zones and curfews, CSV or GeoJSON.")],
    more: Annotated[
        list[Path] | None, typer.Argument(help="More trail files.", metavar="FILE...")
    ] = None,
    output: Annotated[
        OptionalPath, typer.Option("-o", "--output", help="OUT.csv")
    ] = None,
    orders: Annotated[OptionalPath, typer.Option(help="Tag orders.")] = None,
    events: Annotated[OptionalPath, typer.Option(help="Device events.")] = None,
    crs: Annotated[str, typer.Option(help="Working CRS in metres.")] = "EPSG:27700",
    policy: Annotated[OptionalPath, typer.Option(help="Policy laid over ours.")] = None,
    map_trails: Annotated[OptionalPath, typer.Option(help="Foreign columns.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lay zones and curfews over trail files: entries, absences, and silences."""
    if output is not None:
        breaches_file.check_name(output)
    chosen = policies.read(policy)
    paths = (*trails, *(more or ()))
    sources = ZoneSources(paths, zones, orders, events, map_trails)
    with first_time("zones"):
        told = examine_files(sources, Settings().working_crs(crs), chosen)
    if output is not None:
        breaches_file.write(output, told.rows)
    if as_json:
        document = {
            "output": output and str(output),
            "policy_hash": chosen.hash,
            **told.summary,
            "without_tag": told.unworn,
            "breaches": [breaches_file.as_json(row) for row in told.rows],
            "reports": [report.as_json() for report in told.reports],
        }
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        _tell_files(told, output)
    raise typer.Exit(exit_of_asked(told.zone_report, told.side_reports))


def _tell_files(told: Told, output: Path | None) -> None:
    tell_notes(told.reports)
    out = Console()
    if told.rows:
        out.print(_files_table(told.rows))
    summary = told.summary
    found = (
        counted(int(summary["entry"]), "entry", "entries"),
        counted(int(summary["absence"]), "absence", "absences"),
        counted(int(summary["unknown"]), "stretch not known", "stretches not known"),
    )
    line = (
        f"{counted(int(summary['fixes']), 'fix', 'fixes')}, "
        f"{counted(int(summary['zones']), 'zone')}"
        f": {', '.join(found)}; {summary['seconds']:.1f} s."
    )
    out.print(line if output is None else f"{line} Written to {output}.")
    if told.unworn:
        out.print(
            "No trail that may be used stands in these files for zone "
            f"{', '.join(told.unworn[:20])}: nothing is said of it.",
            markup=False,
        )


def _files_table(rows: tuple[BreachRow, ...]) -> Table:
    rest = len(rows) - _MOST
    drawn = drawn_table(f"and {rest:,} more" if rest > 0 else "")
    drawn.add_column("zone", overflow="fold")
    for name in ("what", "device", "nominal"):
        drawn.add_column(name, no_wrap=True)
    add_times(drawn)
    for row in rows[:_MOST]:
        drawn.add_row(
            row.zone_id,
            row.kind,
            row.device_id,
            row.nominal_id or "-",
            *times(row.from_at, row.to_at),
            *figures(row.nearest_edge_m, row.probability),
        )
    return drawn
