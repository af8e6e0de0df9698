"""`geocorr audit`: who looked at whom, and whether the log is as it was written."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.commands import Exit, moment
from api.commands.database import on_database
from api.commands.person import AsJson, By, tell_json
from api.keeping import auditing
from api.keeping.auditing import Verified
from geocorr.wording import clock, counted, minute
from sql.audit import Entry, EntryFilter

app = typer.Typer(
    help="Search the audit, and prove that it is as it was written.",
    no_args_is_help=True,
)


@app.command("verify")
def verify(
    head: Annotated[
        str | None,
        typer.Option(help="A head that was written down: is it still there?"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reckon the chain of the audit anew; exit code 1 where it does not hold.

    Write the head down elsewhere, where nobody who runs this machine can change it:
    with --head it proves later that nothing was cut off since.
    """
    told = on_database(lambda conn: auditing.verify(conn, head))
    if as_json:
        tell_json(_document(told))
    else:
        _tell(told, head)
    if not told.holds:
        raise typer.Exit(Exit.REFUSED)


@app.command("search")
def search(  # noqa: PLR0913  an argument an option
    by: By,
    subject: Annotated[
        str | None,
        typer.Option(help="A nominal's number, or `hit 7`, `crime FORCE/REF`."),
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Who did it.")] = None,
    action: Annotated[str | None, typer.Option(help="What was done.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="From then on.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Before then.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 40,
    as_json: AsJson = False,
) -> None:
    """Who looked at this person, newest first; this look is in the audit too."""
    asked = EntryFilter(subject, actor, action, _at(first, "--from"), _at(last, "--to"))
    total, found = on_database(
        lambda conn: auditing.search(conn, by, asked, (limit, 0))
    )
    if as_json:
        tell_json({"total": total, "entries": [asdict(entry) for entry in found]})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    shown = "" if total <= len(found) else f", the latest {len(found):,} shown"
    out.print(f"{counted(total, 'entry', 'entries')}{shown}.")


def _at(text: str | None, option: str) -> datetime | None:
    return None if text is None else moment(text, option)


def _document(told: Verified) -> dict[str, object]:
    cut = told.anchor
    anchor = cut and {**asdict(cut), "hash": cut.hash.hex()}
    return {**asdict(told), "anchor": anchor}


def _tell(told: Verified, head: str | None) -> None:
    out = Console(highlight=False)
    count = counted(told.links, "entry", "entries")
    if told.anchor is not None:
        day, at = told.anchor.last_at, minute(told.anchor.anchored_at)
        out.print(
            f"Retention removed {told.anchor.entries:,} entries on {at}, the last of "
            f"{minute(day)}; the chain begins after link {told.anchor.seq:,}."
        )
    if told.broken is not None:
        out.print(f"BROKEN at link {told.broken:,}: {told.what}.", style="red")
        out.print(f"The {count} before it are as they were written.")
    if told.unlinked:
        out.print(
            f"{counted(told.unlinked, 'entry', 'entries')} outside the chain: written "
            "by somebody who went round it.",
            style="red",
        )
    if told.cut_off:
        out.print(
            "The head you gave is not in the chain: its end was cut off or replaced, "
            "or the head is of another database.",
            style="red",
        )
    if told.holds:
        since = " The head you gave is in it." if head else ""
        out.print(f"{count}, each as it was written.{since}")
    out.print(f"Head: {told.head}", soft_wrap=True)


def _table(found: list[Entry]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for name in ("at", "who", "did", "to", "detail, why"):
        drawn.add_column(name, overflow="fold")
    for entry in found:
        detail = ", ".join(f"{name} {value}" for name, value in entry.detail.items())
        more = ". ".join(filter(None, (detail, entry.why)))
        row = (clock(entry.at), entry.actor, entry.action, entry.subject, more)
        drawn.add_row(*(Text(cell) for cell in row))
    return drawn
