"""`geocorr referral`: the standard form, panels, and what they decide."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.cohorts import referring
from api.commands.database import on_database
from api.commands.person import AsJson, By, OnDay, Reason, day, tell_json
from api.settings import Settings
from geocorr.cohorts.referral import Referral, ReferralStep, Ruling
from loaders import profile
from sql import referrals
from sql.db import Connection
from sql.referrals import Panel, ReferralFilter, StoredReferral

app = typer.Typer(
    help="Referrals to a cohort: make, list, decide; and the panels that decide.",
    no_args_is_help=True,
)
Agencies = Annotated[
    list[str] | None, typer.Option("--agency", help="Who took part; repeat it.")
]


@app.command()
def make(  # noqa: PLR0913  an argument an option
    nominal: Annotated[str, typer.Argument(help="Who is referred.")],
    force: Annotated[str, typer.Option(help="To which force's panel.")],
    cohort: Annotated[str, typer.Option(help="For which cohort: fixed, flex, free.")],
    criterion: Annotated[
        list[str], typer.Option(help="A criterion that is met; repeat it.")
    ],
    reason: Reason,
    agency: Annotated[str, typer.Option(help="Which agency refers.")],
    by: By,
    lpu: Annotated[str, typer.Option(help="Which LPU.")] = "",
    urgent: Annotated[
        bool, typer.Option("--urgent", help="Cannot wait for the monthly panel.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Refer a nominal on the standard form."""
    form = Referral(nominal, cohort, tuple(criterion), reason, agency, urgent, by)

    async def act(conn: Connection) -> int:
        return await referring.make(conn, form, force, lpu)

    number = on_database(act)
    if as_json:
        tell_json({"referral": number, "nominal_id": nominal})
    else:
        Console(highlight=False).print(f"Referral {number} of {nominal} is made.")


@app.command("list")
def listed(
    force: Annotated[str | None, typer.Option(help="Of this force.")] = None,
    lpu: Annotated[str | None, typer.Option(help="Of this LPU.")] = None,
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Only those not decided yet.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List referrals: what waits first, urgent before others."""
    asked = ReferralFilter(None, nominal, force, lpu, waiting or None)

    async def act(conn: Connection) -> tuple[int, list[StoredReferral]]:
        return await referrals.find(conn, asked, limit)

    total, found = on_database(act)
    if as_json:
        tell_json({"total": total, "referrals": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    out.print(f"{total:,} in all, {len(found):,} shown.")


@app.command()
def decide(  # noqa: PLR0913  an argument an option
    referral: Annotated[int, typer.Argument(help="Which referral.")],
    step: Annotated[ReferralStep, typer.Argument(help="What was decided.")],
    reason: Reason,
    by: By,
    panel: Annotated[int | None, typer.Option(help="By which panel.")] = None,
    agencies: Agencies = None,
    lead: Annotated[str, typer.Option(help="Lead officer, on acceptance.")] = "",
    grade: Annotated[str, typer.Option(help="red, amber or green.")] = "",
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Record what a panel decided of a referral; an acceptance opens the case."""
    ruling = Ruling(step, by, reason, panel, tuple(agencies or ()), lead, grade)

    async def act(conn: Connection) -> int | None:
        profiles = profile.read(Settings().profiles)
        held = day(on, "--on")
        return await referring.decide(conn, referral, ruling, held, profiles)

    case = on_database(act)
    if as_json:
        tell_json({"referral": referral, "step": step, "case": case})
        return
    opened = "" if case is None else f" Case {case} is open."
    Console(highlight=False).print(f"Referral {referral} is {step}.{opened}")


@app.command()
def panel(  # noqa: PLR0913  an argument an option
    force: Annotated[str, typer.Option(help="Of which force.")],
    by: By,
    held: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Record a panel that sat this day."),
    ] = None,
    kind: Annotated[str, typer.Option(help="selection or youth.")] = "selection",
    chair: Annotated[str, typer.Option(help="Who chaired it.")] = "",
    agencies: Agencies = None,
    as_json: AsJson = False,
) -> None:
    """Record a panel that sat, or list panels and say by when the next one sits."""

    async def act(conn: Connection) -> tuple[list[Panel], str]:
        profiles = profile.read(Settings().profiles)
        if held is not None:
            sat = (kind, force, day(held, "--held"))
            await referring.hold(conn, sat, chair, (list(agencies or ()), by))
        due = await referring.next_due(conn, force, kind, day(None), profiles)
        return await referrals.panels(conn, force, kind), due.isoformat()

    found, due = on_database(act)
    if as_json:
        tell_json({"next_due": due, "panels": found})
        return
    out = Console(highlight=False)
    for sat in found:
        line = f"{sat.id}: {sat.held_on}, chaired by {sat.chair}; "
        out.print(f"{line}{', '.join(sat.agencies)}.", markup=False)
    out.print(f"The next {kind} panel of {force} sits by {due}.", markup=False)


def _table(found: list[StoredReferral]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("id", "nominal", "cohort", "LPU", "made", "state"):
        drawn.add_column(name, no_wrap=True)
    drawn.add_column("why", overflow="fold")
    for r in found:
        urgent = " URGENT" if r.urgent and r.step is None else ""
        drawn.add_row(
            str(r.id),
            r.nominal_id,
            r.cohort,
            r.lpu or "-",
            f"{r.made_at:%d %b %Y}",
            (r.step or "waiting") + urgent,
            (r.ruling_reason or r.reason).replace("[", r"\["),
        )
    return drawn
