"""`geocorr check trails`: what a load of these trail files would do; no database."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.commands import exit_of, moment
from api.settings import Settings
from geocorr.model import Fault
from geocorr.wording import counted
from loaders import mapping, policy, trails
from loaders.report import LoadReport

_SHOWN_FAULTS = 20


def check_trails(
    files: Annotated[list[Path], typer.Argument(help="CSV, Parquet, GPX or NDJSON.")],
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Column map of a foreign export.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="Working CRS, such as EPSG:27700.")
    ] = None,
    now: Annotated[
        str | None, typer.Option(help="Take this time as now (ISO 8601, offset).")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document a file on stdout.")
    ] = False,
) -> None:
    """Check trail files without storing anything.

    Exit code 0: every fix is good; 1: all refused; 2: wrong use; 4: partly accepted.
    """
    settings = Settings()
    options = trails.TrailOptions(
        settings.working_crs(crs),
        moment(now),
        policy.read(settings.policy).crs.max_scale_error,
        mapping.read_trail_map(map_file) if map_file else None,
    )
    reports = []
    for file in files:
        report = trails.check(file, options)
        reports.append(report)
        if as_json:
            typer.echo(json.dumps(report.as_json()))
        else:
            _show(report)
    raise typer.Exit(exit_of(reports))


def _show(report: LoadReport) -> None:
    console = Console()
    told = f"{report.accepted:,} good, {report.rejected:,} refused"
    counts = f"{counted(report.read, 'row')}: {told}"
    console.print(f"{report.file}: {report.outcome} ({counts}).", markup=False)
    if report.faults:
        console.print(_table("Faults", report.faults))
    if report.warnings:
        console.print(_table("Warnings", report.warnings))


def _table(title: str, faults: Sequence[Fault]) -> Table:
    each = Counter(fault.type for fault in faults)
    counts = ", ".join(f"{kind} {count}" for kind, count in each.items())
    table = Table("Row", "Field", "Type", "Value", "What to do", title=title)
    table.caption = f"Listed: {counts}."
    for fault in faults[:_SHOWN_FAULTS]:
        cells = (fault.row, fault.field, fault.type, fault.value, fault.action)
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    return table
