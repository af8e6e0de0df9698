"""`geocorr outbox`: what departments are told of first scores and changes of band."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands.database import on_database
from api.commands.person import AsJson, By, tell_json
from api.scores import notifications
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.wording import counted
from sql import outbox
from sql.outbox import NoticeFilter, StoredNotice

app = typer.Typer(
    help="Notices of first scores and changes of band (WMP-5.2): list, seen, mail.",
    no_args_is_help=True,
)


@app.command("list")
def listed(
    department: Annotated[str | None, typer.Option(help="To this one.")] = None,
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    unseen: Annotated[
        bool, typer.Option("--unseen", help="Only what nobody has seen.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List notices, newest first."""
    asked = NoticeFilter(None, department, nominal, False if unseen else None)
    total, found = on_database(lambda conn: outbox.find(conn, asked, limit))
    if as_json:
        tell_json({"total": total, "notices": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    out.print(f"{counted(total, 'notice')}, {len(found):,} shown.")


@app.command()
def seen(
    number: Annotated[int, typer.Argument(metavar="ID", help="Which notice.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Say that a notice was seen."""
    notice = on_database(lambda conn: notifications.see(conn, number, by))
    if as_json:
        tell_json(notice)
        return
    told = f"Notice {number} of {notice.nominal_id} is seen by {notice.seen_by}."
    Console(highlight=False).print(told, markup=False)


@app.command()
def mail(as_json: AsJson = False) -> None:
    """Mail what waits for it now, as the worker does when notices come."""
    server = notifications.desk(Settings()).mail
    if server is None:
        raise UsageError("Name the mail server first: GEOCORR_SMTP=HOST:PORT.")
    sent, failed = on_database(lambda conn: notifications.deliver(conn, server))
    if as_json:
        tell_json({"sent": sent, "failed": failed})
        return
    Console(highlight=False).print(f"{counted(sent, 'mail')} sent, {failed:,} failed.")


def _table(found: list[StoredNotice]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    drawn.add_column("id", justify="right", no_wrap=True)
    drawn.add_column("department", overflow="fold")
    drawn.add_column("what", overflow="fold")
    drawn.add_column("mail", no_wrap=True)
    drawn.add_column("seen by", overflow="fold")
    for notice in found:
        drawn.add_row(
            str(notice.id),
            escape(notice.department),
            escape(notice.because),
            notice.mail or ("waits" if notice.email else "-"),
            escape(notice.seen_by or "-"),
        )
    return drawn
