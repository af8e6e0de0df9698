"""`geocorr check`: what a load of these files would do; no database.

One report a file; with --json one JSON document a line on stdout and nothing else.
"""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands import exit_of, moment
from api.commands.check_trails import check_trails
from api.settings import Settings
from geocorr import geo
from geocorr.errors import InputError, UsageError
from geocorr.model import Fault, Outcome
from geocorr.wording import counted
from loaders import crimes, foreign, policy
from loaders.crimes import CrimeOptions, CrimeParse
from loaders.forces import forces
from loaders.mapping import CrimeMap, read_crime_map
from loaders.report import LoadReport

app = typer.Typer(help="Check files without storing anything.", no_args_is_help=True)


@app.command("crimes")
def check_crimes(  # noqa: PLR0913  one argument an option
    files: Annotated[list[Path], typer.Argument(help="Crime files, plain or .gz.")],
    force: Annotated[
        str | None, typer.Option(help="The force that the files must be of.")
    ] = None,
    zone: Annotated[
        str, typer.Option(help="Zone of times without offset: UTC or Europe/London.")
    ] = "UTC",
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Column map of a foreign export.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="Working CRS, such as EPSG:27700.")
    ] = None,
    now: Annotated[
        str | None, typer.Option(help="Take this time as now (ISO 8601).")
    ] = None,
    refused: Annotated[
        Path | None, typer.Option(help="Write the refused rows to this CSV.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document a file on stdout.")
    ] = False,
) -> None:
    """Check crime files without storing anything.

    Exit code 0: every row is valid; 1: all refused; 2: wrong use; 4: partly accepted.
    """
    settings = Settings()
    if refused is not None and len(files) > 1:
        raise UsageError("--refused takes the rows of one file: give one file.")
    crime_map = read_crime_map(map_file) if map_file else None
    options = CrimeOptions(
        settings.working_crs(crs),
        moment(now),
        zone,
        forces().named(force) if force else None,
        policy.read(settings.policy).crime.max_window_h,
        settings.max_upload_mb * 1024 * 1024,
        crime_map=crime_map,
    )
    reports = [_checked(file, options, crs, refused, as_json) for file in files]
    raise typer.Exit(exit_of(reports))


app.command("trails")(check_trails)


def _checked(
    file: Path,
    options: CrimeOptions,
    crs: str | None,
    refused: Path | None,
    quiet: bool,
) -> LoadReport:
    """Check one file, show its report and write its refused rows."""
    try:
        data = crimes.read(file)
    except InputError as broken:
        return _unreadable(file, broken, quiet)
    if crs is None and options.crime_map is not None:
        options = at_home(data, options, options.crime_map)
    parse = crimes.parse(data, options, str(file))
    if refused is not None:
        _write_refused(parse, refused)
    _show(parse.report, quiet)
    return parse.report


def at_home(data: bytes, options: CrimeOptions, crime_map: CrimeMap) -> CrimeOptions:
    """The options with a CRS made for where the export's places lie.

    A dry run of a map with bounds outside the installation's working CRS takes the
    UTM zone of the data, so that the bounds decide and not the CRS.
    """
    if not crime_map.bounds:
        return options
    try:
        data.decode()
    except UnicodeDecodeError:
        return options
    middle = foreign.middle(crimes.read_records(data, crime_map), crime_map)
    if middle is None or foreign.within(options.crs, *middle):
        return options
    return replace(options, crs=geo.working_crs(foreign.utm_code(*middle)))


def _unreadable(file: Path, broken: InputError, as_json: bool) -> LoadReport:
    """A file that cannot even be unzipped is an attempt with a record, too."""
    Console(stderr=True).print(str(broken), style="red", markup=False)
    report = LoadReport(str(file), Outcome.ERROR, None, 0, 0, 0)
    _show(report, as_json)
    return report


def _write_refused(parse: CrimeParse, path: Path) -> None:
    try:
        path.write_bytes(parse.refused_csv())
    except OSError as trouble:
        raise UsageError(f"{path} cannot be written: {trouble.strerror}.") from trouble


def _show(report: LoadReport, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_json()))
        return
    console = Console()
    for title, listed in (("Faults", report.faults), ("Warnings", report.warnings)):
        if listed:
            console.print(_table(title, listed))
    console.print(_summary(report), markup=False)


def _table(title: str, faults: tuple[Fault, ...]) -> Table:
    """Faults counted by type, each with its first row and what to do."""
    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 0))
    table.add_column("type", no_wrap=True)
    for name in ("rows", "line"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("field", no_wrap=True)
    table.add_column("what to do")
    first = {fault.type: fault for fault in reversed(faults)}
    for kind, count in Counter(fault.type for fault in faults).most_common():
        fault = first[kind]
        cells = (kind, count, fault.line, fault.field, fault.action)
        table.add_row(*(escape("" if cell is None else str(cell)) for cell in cells))
    return table


def _summary(report: LoadReport) -> str:
    batch = f" of batch {report.batch_id}" if report.batch_id else ""
    if not report.read:
        return f"{report.file}: {report.outcome}. The file holds no row."
    return (
        f"{report.file}: {report.outcome}. Of {counted(report.read, 'row')}{batch}, "
        f"{report.accepted:,} accepted and {report.rejected:,} refused."
    )
