"""`geocorr own`: who owns a nominal, who shares, where addresses lie, and plans."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from api.commands.database import on_database
from api.commands.person import AsJson, By, OnDay, Reason, day, tell_json
from api.owners import owned_spread, owning, owning_acts
from api.owners.owned_table import (
    QUEUES,
    add,
    listed,
    table,
    tell_one,
    tell_spread,
    tell_standing,
)
from api.owners.owning_acts import Words
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.wording import counted
from loaders import profile
from sql import joint_plans, owners
from sql.db import Connection
from sql.owners import Owned, OwnedFilter

app = typer.Typer(
    help="Owners by residence, who shares by offending, and what people decide.",
    no_args_is_help=True,
)
Nominal = Annotated[str, typer.Argument(help="Which nominal.")]
Lpu = Annotated[str | None, typer.Option(help="Of this LPU.")]
Force = Annotated[str | None, typer.Option(help="Of this force.")]
Day = Annotated[
    str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="As of this day.")
]


@app.command()
def decide(
    on: Day = None,
    nominal: Annotated[
        list[str] | None, typer.Option(help="Only of these nominals.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide who owns each nominal on a day; what is found anew is appended."""
    made = on_database(lambda conn: owning.decide(conn, day(on), profiles(), nominal))
    if as_json:
        tell_json(made)
        return
    Console(highlight=False).print(
        f"{made.day}: {counted(made.nominals, 'nominal')}, {made.changed:,} with a new "
        f"finding, {counted(made.lapsed, 'decision')} lapsed; {made.seconds:.1f} s."
    )


@app.command()
def show(nominal: Nominal, by: By, on: Day = None, as_json: AsJson = False) -> None:
    """Show who owns a nominal, why, since when, and what people said. It is audited."""
    found = on_database(
        lambda conn: owning_acts.show(conn, nominal, day(on), by, profiles())
    )
    if as_json:
        tell_json(found)
    else:
        tell_one(found)


@app.command("list")
def list_(  # noqa: PLR0913  an argument an option
    lpu: Lpu = None,
    force: Force = None,
    queue: Annotated[
        str | None, typer.Option(help=f"In this queue: {', '.join(QUEUES)}.")
    ] = None,
    waiting: Annotated[
        bool | None, typer.Option("--waiting/--owned", help="In a queue, or owned.")
    ] = None,
    joint: Annotated[
        bool, typer.Option("--joint", help="With those that the LPU shares.")
    ] = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="Found anew since a person decided.")
    ] = False,
    on: Day = None,
    limit: Annotated[
        int, typer.Option(min=1, max=100_000, help="How many at most.")
    ] = 100,
    as_json: AsJson = False,
) -> None:
    """List nominals with their owner, or the queue they wait in."""
    if queue is not None and queue not in QUEUES:
        raise UsageError(f"There is no queue {queue}: {', '.join(QUEUES)}.")
    asked = OwnedFilter(None, force, lpu, queue, waiting, changed or None, joint)
    total, found = on_database(
        lambda conn: owners.find(conn, day(on), asked, (limit, 0))
    )
    if as_json:
        tell_json({"total": total, "items": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(listed(found))
    out.print(f"{counted(total, 'nominal')}, {len(found):,} shown.")


@app.command()
def spread(force: Force = None, on: Day = None, as_json: AsJson = False) -> None:
    """Show nominals by owning area beside its crimes, the highest share first."""
    found = on_database(
        lambda conn: owned_spread.spread_on(conn, day(on), force, profiles())
    )
    if as_json:
        tell_json(found)
    else:
        tell_spread(found)


@app.command()
def place(  # noqa: PLR0913  an argument an option
    nominal: Nominal,
    address: Annotated[int, typer.Argument(help="Its number, as `show` has it.")],
    easting: Annotated[float, typer.Option(help="Metres of the working CRS.")],
    northing: Annotated[float, typer.Option(help="Metres of the working CRS.")],
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Say where an address lies, and decide anew who owns the nominal."""
    settings, at = Settings(), (easting, northing)

    async def act(conn: Connection) -> Owned:
        crs, words = settings.working_crs(), Words(by, reason)
        await owning_acts.place_address(conn, nominal, address, at, words, crs)
        await owning.decide(conn, day(None), profiles(), [nominal])
        return await owners.standing(conn, nominal, day(None))

    tell_standing(on_database(act), as_json)


@app.command("make-owner")
def make_owner(
    nominal: Nominal,
    area: Annotated[str, typer.Argument(help="The area that suffers most.")],
    reason: Reason,
    by: By,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Let the area that suffers most of a nominal of HIGH risk own them."""

    async def act(conn: Connection) -> Owned:
        words, when = Words(by, reason), day(on, "--on")
        await owning_acts.make_owner(conn, nominal, area, words, when)
        return await owners.standing(conn, nominal, when)

    tell_standing(on_database(act), as_json)


@app.command()
def release(
    nominal: Nominal, reason: Reason, by: By, on: OnDay = None, as_json: AsJson = False
) -> None:
    """End what a person decided: what the software finds holds again."""

    async def act(conn: Connection) -> Owned:
        when = day(on, "--on")
        await owning_acts.release(conn, nominal, Words(by, reason), when)
        return await owners.standing(conn, nominal, when)

    tell_standing(on_database(act), as_json)


@app.command()
def plan(
    nominal: Nominal,
    leads: Annotated[
        list[str],
        typer.Option("--lead", metavar="AREA=NAME", help="Who leads, for each area."),
    ],
    review_on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="When to look at it again.")
    ],
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Keep a joint case plan: who leads in each area, and when it is looked at."""
    named = _leads(leads)
    review = day(review_on, "--review-on")
    number = on_database(
        lambda conn: owning_acts.keep_plan(
            conn, nominal, named, review, Words(by, reason), day(None)
        )
    )
    if as_json:
        tell_json({"plan": number, "nominal_id": nominal, "review_on": review})
    else:
        Console(highlight=False).print(
            f"Plan {number} of {nominal}: review {review}.", markup=False
        )


@app.command()
def plans(lpu: Lpu = None, on: Day = None, as_json: AsJson = False) -> None:
    """List who needs a joint plan, or a look at it."""
    found = on_database(lambda conn: joint_plans.plans_due(conn, day(on), lpu))
    if as_json:
        tell_json({"total": len(found), "items": found})
        return
    drawn = table("nominal", "owner", "shared with", "plan")
    for due in found:
        areas = ", ".join(str(a["lpu"] or a["force"]) for a in due.joint)
        told = "none" if due.review_on is None else f"review was due {due.review_on}"
        add(drawn, due.nominal_id, due.lpu or due.force, areas, told)
    out = Console(highlight=False)
    if found:
        out.print(drawn)
    out.print(f"{counted(len(found), 'joint plan')} to be made or looked at.")


def profiles() -> profile.Profiles:
    """Who adopted which profile, by the settings."""
    return profile.read(Settings().profiles)


def _leads(leads: Sequence[str]) -> dict[str, str]:
    pairs = [lead.partition("=") for lead in leads]
    for area, equals, name in pairs:
        if not (area and equals and name):
            raise UsageError(f"--lead {area}{equals}{name} is not AREA=NAME.")
    return {area.strip(): name.strip() for area, _, name in pairs}
