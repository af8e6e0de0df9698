"""`geocorr own consultations`, `answer`, `transfer`: what other areas are asked."""

from typing import Annotated

import typer
from rich.console import Console

from api.commands.database import on_database
from api.commands.own_inbox import Nominal, profiles, tell
from api.commands.person import AsJson, By, Reason, day, tell_json
from api.owners import consulting
from api.owners.owning_acts import Words
from geocorr.ownership.consultation import Answer
from geocorr.wording import counted
from sql.consultations import Asking, Consultation
from sql.db import Connection

app = typer.Typer()


@app.command()
def consultations(
    by: By,
    force: Annotated[str | None, typer.Option(help="Asked of this force.")] = None,
    lpu: Annotated[str | None, typer.Option(help="Asked of this LPU.")] = None,
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    pending: Annotated[
        bool, typer.Option("--pending", help="Only what waits for an answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask about bail addresses elsewhere, and list what was asked and answered."""
    asked = Asking(None, nominal, force, lpu, pending or None)

    async def act(conn: Connection) -> list[Consultation]:
        await consulting.ask_due(conn, day(None), profiles())
        return await consulting.listed(conn, asked, by)

    found = on_database(act)
    if as_json:
        tell_json({"total": len(found), "consultations": found})
        return
    out = Console(highlight=False)
    for c in found:
        said = "pending" if c.answer is None else f"{c.answer} by {c.said_by}"
        whom = c.lpu or c.force
        out.print(f"{c.id}: {c.nominal_id}, {c.kind}, {whom}: {said}.", markup=False)
        out.print(f"   {c.because} ({', '.join(c.rules)})", markup=False)
        if c.reason is not None:
            out.print(f"   {c.reason}", markup=False)
    waiting = sum(c.answer is None for c in found)
    out.print(f"{counted(len(found), 'consultation')}, {waiting:,} pending.")


@app.command()
def answer(
    consultation: Annotated[int, typer.Argument(help="Which consultation.")],
    said: Annotated[Answer, typer.Argument(help="What is answered.")],
    reason: Reason,
    by: By,
    lpu: Annotated[
        str | None, typer.Option(help="Which LPU takes over, of a transfer.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a consultation or transfer; agreed, the area that was asked owns."""
    words = Words(by, reason)
    told = on_database(
        lambda conn: consulting.say(conn, consultation, said, words, day(None), lpu)
    )
    if as_json:
        tell_json(told)
        return
    owner = told.lpu or lpu or told.force
    owns = f" {owner} owns from now." if said is Answer.AGREED else ""
    tell(f"Consultation {told.id} of {told.nominal_id}: {said}.{owns}", None, False)


@app.command()
def transfer(
    nominal: Nominal,
    to: Annotated[str, typer.Option(help="To which force.")],
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Ask another force to take a nominal over; the owner stays until it agrees."""
    words = Words(by, reason)
    number = on_database(
        lambda conn: consulting.transfer(conn, nominal, to, words, day(None))
    )
    if as_json:
        tell_json({"consultation": number, "nominal_id": nominal, "force": to})
    else:
        tell(f"{to} is asked to take {nominal} over: {number}.", None, False)
