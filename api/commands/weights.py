"""`geocorr weights`: bring sets in, see what they would change, decide on them."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api import clock
from api.commands import Exit, exit_of
from api.commands.database import on_database, scored_at_once
from api.commands.person import AsJson, By, Reason, day, tell_json
from api.scores import acquisitive, weight_simulation
from api.scores import weights as sets
from api.scores.weights import SetStep, Told
from api.scores.weights_tables import (
    list_table,
    tell_import,
    tell_set,
    tell_simulation,
)
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.scoring.weights import POINT, Purpose
from geocorr.wording import counted
from loaders import crimes as files
from loaders import profile as profiles
from sql import weights
from sql.weights import SetFilter

app = typer.Typer(
    help="Weight sets: import, list, show, simulate; approve, reject, withdraw.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(metavar="SET", help="Which set, by number.")]


@app.command("import")
def bring_in(
    file: Annotated[
        Path,
        typer.Argument(
            help="TOML, a table a weight; or CSV after lines like `# name = ...`."
        ),
    ],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Bring a weight set in as a draft, with everything that is wrong with it."""
    if not file.is_file():
        raise UsageError(f"{file} is no file: nothing was imported.")
    data, adopted = files.read(file), profiles.read(Settings().profiles)
    brought = on_database(
        lambda conn: sets.bring_in(conn, data, file.name, by, adopted)
    )
    if as_json:
        document = {"weight_set": brought.weight_set, **brought.report.as_json()}
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        tell_import(brought)
    raise typer.Exit(exit_of([brought.report]))


@app.command("list")
def listed(
    force: Annotated[str | None, typer.Option(help="Of this force.")] = None,
    purpose: Annotated[Purpose | None, typer.Option(help="For what.")] = None,
    state: Annotated[
        str | None,
        typer.Option(help="draft, approved, rejected or withdrawn."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List weight sets, newest first, and whose review is overdue."""
    asked = SetFilter(None, force, purpose and purpose.value, state)
    total, found = on_database(lambda conn: weights.find(conn, asked, limit))
    if as_json:
        tell_json({"total": total, "weight_sets": found})
        return
    out, today = Console(highlight=False), clock.today()
    if found:
        out.print(list_table(found, today))
    out.print(f"{counted(total, 'weight set')}, {len(found):,} shown.")


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """Show a weight set: its rows, its faults, and what people decided on it."""
    told = on_database(lambda conn: sets.told(conn, number))
    if as_json:
        tell_json(set_document(told))
        return
    tell_set(told, clock.today())


def set_document(told: Told) -> dict[str, object]:
    """A set whole, points as numbers."""
    whole = told.stored.weights
    caps = (whole.data_set_caps or {}).items()
    return {
        "weight_set": told.stored.line,
        "weights": [
            {
                "data_set": row.data_set,
                "code": row.code,
                "grade": row.grade,
                "occurrence": row.occurrence,
                "points": row.micropoints / POINT,
                "label": row.label,
            }
            for row in whole.rows
        ],
        "caps": {name: cap / POINT for name, cap in caps},
        "event_cap": None if whole.event_cap is None else whole.event_cap / POINT,
        "overdue": whole.overdue(clock.today()),
        "clashes": told.clashes,
        "simulations": told.simulations,
        "steps": told.steps,
    }


@app.command()
def simulate(
    number: Number,
    by: By,
    on: Annotated[
        str | None,
        typer.Option("--day", metavar="YYYY-MM-DD", help="The day; today if none."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score everyone under a draft too, and tell who would change band."""
    adopted = profiles.read(Settings().profiles)
    told = on_database(
        lambda conn: weight_simulation.simulate(conn, number, day(on), adopted, by)
    )
    if as_json:
        tell_json(told)
        return
    tell_simulation(told)


@app.command()
def matrix(
    by: By,
    on: Annotated[
        str | None,
        typer.Option("--day", metavar="YYYY-MM-DD", help="The day; today if none."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List adults whom the matrix for acquisitive crime highlights; it selects none."""
    adopted, at = profiles.read(Settings().profiles), day(on)
    total, found = on_database(
        lambda conn: acquisitive.matrix(conn, at, adopted, limit, by)
    )
    if as_json:
        tell_json({"day": at, "total": total, "highlighted": found})
        return
    out = Console(highlight=False)
    for told in found:
        out.print(told.because, markup=False)
    highlighted = counted(total, "adult")
    out.print(f"{highlighted} highlighted on {at} (WMP2-19), {len(found):,} shown.")
    out.print("An indicator: select by `geocorr cohort decide`, also who is not here.")


@app.command()
def approve(number: Number, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Approve a simulated draft without faults; never one's own."""
    _decide(number, SetStep.APPROVED, (by, reason), as_json)


@app.command()
def reject(number: Number, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Reject a draft; it stays on record."""
    _decide(number, SetStep.REJECTED, (by, reason), as_json)


@app.command()
def withdraw(number: Number, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Withdraw a draft, or an approved set before the day it takes effect."""
    _decide(number, SetStep.WITHDRAWN, (by, reason), as_json)


def _decide(number: int, step: SetStep, said: tuple[str, str], as_json: bool) -> None:
    line = on_database(lambda conn: sets.decide(conn, number, step, said))
    if step is SetStep.APPROVED:
        scored_at_once()
    if as_json:
        tell_json({"weight_set": line})
        return
    effect = ""
    if step is SetStep.APPROVED:
        effect = f" It takes effect on {line.effective_from}."
    out = Console(highlight=False)
    out.print(f"Weight set {number} is {step} by {said[0]}.{effect}", markup=False)
    raise typer.Exit(Exit.DONE)
