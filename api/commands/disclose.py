"""`geocorr disclosure`: agreements to share information, and what was told by them."""

from typing import Annotated

import typer
from rich.console import Console

from api.cohorts import disclosing
from api.cohorts.disclosing import Telling
from api.commands.database import on_database
from api.commands.person import AsJson, By, day, tell_json
from sql import cases
from sql.cases import Agreement, Disclosure
from sql.db import Connection

app = typer.Typer(
    help="What is told of a nominal to another agency, and by which agreement.",
    no_args_is_help=True,
)


@app.command()
def agree(
    name: Annotated[str, typer.Argument(help="The agreement's name.")],
    agencies: Annotated[list[str], typer.Option("--agency", help="With whom.")],
    signed: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Signed on.")],
    by: By,
    ends: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Its last day.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record an information-sharing agreement."""
    last = None if ends is None else day(ends, "--ends")

    async def act(conn: Connection) -> list[Agreement]:
        days = (day(signed, "--signed"), last)
        await disclosing.sign(conn, name, agencies, days, by)
        return await cases.agreements(conn)

    found = on_database(act)
    if as_json:
        tell_json({"agreements": found})
    else:
        Console().print(f"{name} with {', '.join(agencies)} is recorded.", markup=False)


@app.command()
def make(  # noqa: PLR0913  an argument an option
    nominal: Annotated[str, typer.Argument(help="Of whom.")],
    agency: Annotated[str, typer.Option(help="To which agency.")],
    agreement: Annotated[str, typer.Option(help="By which agreement.")],
    what: Annotated[str, typer.Option(help="What is told, in a word or two.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Record a disclosure; without an agreement in force it is refused."""
    telling = Telling(nominal, agency, agreement, what, purpose, by)

    async def act(conn: Connection) -> int:
        return await disclosing.disclose(conn, telling, day(None))

    number = on_database(act)
    if as_json:
        tell_json({"disclosure": number, "nominal_id": nominal})
    else:
        Console(highlight=False).print(f"Disclosure {number} is recorded.")


@app.command("list")
def listed(
    nominal: Annotated[str, typer.Argument(help="Of whom.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """List everything that was told of a nominal."""

    async def act(conn: Connection) -> list[Disclosure]:
        return await disclosing.listed(conn, nominal, by)

    found = on_database(act)
    if as_json:
        tell_json({"total": len(found), "disclosures": found})
        return
    out = Console(highlight=False)
    for told in found:
        line = (
            f"{told.said_at:%d %b %Y}: {told.what} to {told.agency} by {told.said_by}"
        )
        out.print(f"{line}, {told.agreement}, for {told.purpose}.", markup=False)
    out.print(f"{len(found):,} in all.")
