"""`geocorr hold`: investigations for which everything of a crime or nominal is kept."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.database import on_database
from api.commands.hits import split
from api.commands.person import AsJson, By, Reason, day, tell_json
from api.keeping import holding
from api.keeping.holding import Wanted
from geocorr.wording import counted, minute
from sql import holds
from sql.holds import Hold

app = typer.Typer(
    help="Keep everything of a crime or a nominal while it is investigated.",
    no_args_is_help=True,
)


@app.command("add")
def add(
    reason: Reason,
    by: By,
    crime: Annotated[
        str | None, typer.Option(metavar="FORCE/REF", help="Hold this crime.")
    ] = None,
    nominal: Annotated[str | None, typer.Option(help="Hold this nominal.")] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="The last day; else until ended."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a crime or a nominal: nothing of it goes, whatever its time.

    Of a crime: its hits, verdicts, files and everybody's trails round its window. Of a
    nominal: his hits, the verdicts on him, the trails of tags while he wore them.
    """
    last = None if until is None else day(until, "--until")
    wanted = Wanted(None if crime is None else split(crime), nominal, last)
    made = on_database(lambda conn: holding.add(conn, wanted, reason, by, day(None)))
    _tell(made, f"Hold {made.id}: {made.subject} is kept{_until(made)}.", as_json)


@app.command("list")
def list_(
    every: Annotated[
        bool, typer.Option("--all", help="Those that are over too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List what is held, why and until when."""
    found = [h for h in on_database(holds.listed) if every or h.live]
    if as_json:
        told = [asdict(hold) for hold in found]
        tell_json({"total": len(told), "holds": told})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    out.print(f"{counted(sum(h.live for h in found), 'hold')} in force.")


@app.command("end")
def end(
    hold: Annotated[int, typer.Argument(metavar="HOLD", help="Its number.")],
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """End a hold: what it kept goes in the next night after its time."""
    ended = on_database(lambda conn: holding.end(conn, hold, reason, by))
    _tell(ended, f"Hold {hold} on {ended.subject} is ended.", as_json)


def _tell(hold: Hold, told: str, as_json: bool) -> None:
    if as_json:
        tell_json(asdict(hold))
    else:
        Console(highlight=False).print(told, markup=False)


def _until(hold: Hold) -> str:
    return f" until {hold.until} is over" if hold.until else " until it is ended"


def _table(found: list[Hold]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for name in ("hold", "of", "until", "by", "reason"):
        drawn.add_column(name, overflow="fold")
    for hold in found:
        over = f"ended {minute(hold.ended_at)}" if hold.ended_at else "over"
        until = str(hold.until or "it is ended") if hold.live else over
        row = (str(hold.id), hold.subject, until, hold.made_by, hold.reason)
        drawn.add_row(*map(_plain, row))
    return drawn


def _plain(text: str) -> str:
    """Words of people never style the table."""
    return text.replace("[", r"\[")
