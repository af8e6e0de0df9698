"""`geocorr own propose`, `allocate`, `inbox`, `accept`, `dispute`, `claim`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.database import on_database
from api.commands.person import AsJson, By, OnDay, Reason, day, tell_json
from api.owners import inbox, proposing
from api.owners.inbox import Item
from api.owners.owning_acts import Words
from api.settings import Settings
from geocorr.dates import LONDON
from geocorr.wording import counted
from loaders import policy, profile
from sql.db import Connection
from sql.proposals import StoredProposal

app = typer.Typer()
Nominal = Annotated[str, typer.Argument(help="Which nominal.")]
Lpu = Annotated[str, typer.Option(help="Which LPU.")]
Day = Annotated[
    str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="As of this day.")
]


@app.command()
def propose(
    by: By,
    force: Annotated[str | None, typer.Option(help="Of this force.")] = None,
    on: Day = None,
    as_json: AsJson = False,
) -> None:
    """Propose LPUs for those whom nobody owns, every source side by side."""
    today = day(on)

    async def act(conn: Connection) -> tuple[list[StoredProposal], int]:
        chosen = policy.read(Settings().policy)
        await proposing.propose_all(conn, today, profiles(), chosen)
        found = await proposing.listed(conn, today, by, force)
        return found, await proposing.not_decided(conn, today)

    found, unseen = on_database(act)
    if as_json:
        document = {"total": len(found), "not_decided": unseen, "proposals": found}
        tell_json(document)
        return
    out = Console(highlight=False)
    for told in found:
        mark = " CONFLICT" if told.conflict else ""
        rules = ", ".join(told.rules)
        out.print(f"{told.nominal_id}{mark}: {told.because} ({rules})", markup=False)
        for why, n in _left_out(told).items():
            out.print(f"  {counted(n, 'night')} {why} left out.", markup=False)
    out.print(
        f"{counted(len(found), 'nominal')} without an owner; a person allocates: "
        "geocorr own allocate NOMINAL --lpu LPU --reason TEXT"
    )
    if unseen:
        whose = counted(unseen, "nominal was", "nominals were")
        out.print(f"{whose} not looked at by {today}: geocorr own decide --day {today}")


@app.command()
def allocate(
    nominal: Nominal,
    lpu: Lpu,
    reason: Reason,
    by: By,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Allocate a nominal to an LPU; it comes into that LPU's inbox."""
    words = Words(by, reason)
    number = on_database(
        lambda conn: proposing.allocate(conn, nominal, lpu, words, day(on, "--on"))
    )
    tell(f"{nominal} is allocated to {lpu} by {by}.", number, as_json)


@app.command("inbox")
def inbox_of(
    by: By,
    lpu: Annotated[str | None, typer.Argument(help="Of this LPU; all if none.")] = None,
    escalated: Annotated[
        bool, typer.Option("--escalated", help="Only what was silent too long.")
    ] = False,
    on: Day = None,
    as_json: AsJson = False,
) -> None:
    """List what LPUs have to answer: newly theirs, why, since when, and by when."""
    now = datetime.now(UTC)
    at = (now, day(on))
    items = on_database(lambda conn: inbox.read(conn, at, profiles(), lpu, by))
    found = [item for item in items if item.escalated or not escalated]
    if as_json:
        tell_json({"total": len(found), "inbox": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    late = sum(item.escalated for item in found)
    out.print(f"{len(found):,} to answer; {late:,} of these escalated.")


@app.command()
def accept(
    nominal: Nominal,
    lpu: Lpu,
    by: By,
    reason: Annotated[str, typer.Option(help="Words to keep.")] = "accepted",
    as_json: AsJson = False,
) -> None:
    """Accept a nominal for the LPU."""
    words = Words(by, reason)
    on_database(lambda conn: inbox.accept(conn, nominal, lpu, words, day(None)))
    tell(f"{lpu} has accepted {nominal}.", None, as_json)


@app.command()
def dispute(
    nominal: Nominal, lpu: Lpu, reason: Reason, by: By, as_json: AsJson = False
) -> None:
    """Dispute: back to the central team, with the reason."""
    words = Words(by, reason)
    number = on_database(
        lambda conn: inbox.dispute(conn, nominal, lpu, words, day(None))
    )
    tell(f"{lpu} disputes {nominal}: back to the central team.", number, as_json)


@app.command()
def claim(
    nominal: Nominal, lpu: Lpu, reason: Reason, by: By, as_json: AsJson = False
) -> None:
    """Claim a nominal of another LPU, or one whom nobody owns."""
    words = Words(by, reason)
    number = on_database(lambda conn: inbox.claim(conn, nominal, lpu, words, day(None)))
    tell(f"{lpu} has claimed {nominal}.", number, as_json)


def profiles() -> profile.Profiles:
    """The profile of each force, as the settings have them."""
    return profile.read(Settings().profiles)


def tell(sentence: str, decision: int | None, as_json: bool) -> None:
    """Say in a sentence, or in JSON, what was done."""
    if as_json:
        tell_json({"told": sentence, "decision": decision})
    else:
        Console(highlight=False).print(sentence, markup=False)


def _left_out(told: StoredProposal) -> dict[str, int]:
    """How many nights were left out, by why."""
    whys = [str(night["left_out"]) for night in told.nights if night["left_out"]]
    return {why: whys.count(why) for why in sorted(set(whys))}


def _table(items: Sequence[Item]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("nominal", "LPU", "since", "answer by"):
        drawn.add_column(name, no_wrap=True)
    drawn.add_column("why", overflow="fold")
    for item in items:
        given = item.given
        by = f"{item.answer_by.astimezone(LONDON):%d %b %H:%M}"
        drawn.add_row(
            given.nominal_id,
            given.lpu,
            f"{given.since.astimezone(LONDON):%d %b %H:%M}",
            f"{'ESCALATED ' if item.escalated else ''}{by}",
            f"{given.because} ({', '.join(given.rules)})".replace("[", r"\["),
            style="bold" if item.escalated else "",
        )
    return drawn
