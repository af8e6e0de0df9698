"""`geocorr cohort`: review the cohort against the model, show one, decide."""

import asyncio
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer
from rich.console import Console

from api.cohorts import cohort_decisions, cohorts, tag_scheme
from api.cohorts.cohort_decisions import Capacity, File, Said, Step
from api.cohorts.cohort_words import (
    as_document,
    in_order,
    tell_file,
    tell_review,
    tell_tagging,
)
from api.cohorts.cohorts import Reviewed
from api.cohorts.tag_scheme import Fit
from api.commands.person import AsJson, By, Reason, day, tell_json
from api.ground import database as database_of
from api.settings import Settings
from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.fixed import Weighted
from geocorr.cohorts.selection import Weighting
from geocorr.profile import Profile
from loaders import policy as policies
from loaders import profile as profiles
from sql.cohorts import StoredDecision
from sql.db import Role, connection

app = typer.Typer(
    help="Cohorts: who enters, stays and leaves by the model; what people decide.",
    no_args_is_help=True,
)
Nominal = Annotated[str, typer.Argument(help="Whose record.")]


@app.command()
def review(  # noqa: PLR0913  an argument an option
    profile: Annotated[
        str | None, typer.Option(help="Hold this profile against all; keeps nothing.")
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--day", metavar="YYYY-MM-DD", help="Of this day; keeps nothing."),
    ] = None,
    lpu: Annotated[str | None, typer.Option(help="List those of this LPU.")] = None,
    force: Annotated[str | None, typer.Option(help="List those of this force.")] = None,
    cohort: Annotated[Cohort | None, typer.Option(help="List this cohort.")] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="List those who stay, too.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Compare the cohort with the model: who enters, leaves, is due, and why."""
    only = None if profile is None else profiles.shipped(profile)
    keep = only is None and on is None
    told = asyncio.run(_review(day(on), only, keep))
    asked = [
        line
        for line in told.lines
        if (lpu is None or line.lpu == lpu)
        and (force is None or line.force == force)
        and (cohort is None or line.made.value.cohort is cohort)
    ]
    listed = sorted(
        (line for line in asked if line.due or everyone),
        key=in_order,
    )
    if as_json:
        tell_json(as_document(told, asked, listed[:limit], len(listed)))
        return
    tell_review(told, asked, listed[:limit], len(listed))


@app.command()
def show(nominal: Nominal, by: By, as_json: AsJson = False) -> None:
    """Show a nominal's facts, how they stand to each cohort, and what was decided."""
    settings = Settings()
    chosen = (profiles.read(settings.profiles), policies.read(settings.policy))

    async def act() -> File:
        async with connection(database_of(settings), Role.WORKER) as conn:
            return await cohort_decisions.show(conn, nominal, day(None), chosen, by)

    found = asyncio.run(act())
    if as_json:
        tell_json(found)
    else:
        tell_file(found)


@app.command()
def decide(  # noqa: PLR0913  an argument an option
    nominal: Nominal,
    step: Annotated[Step, typer.Argument(help="What is decided.")],
    reason: Reason,
    by: By,
    cohort: Annotated[
        Cohort | None, typer.Option(help="Which, where it is not the only one.")
    ] = None,
    capacity: Annotated[
        Capacity | None,
        typer.Option("--as", help="As what, where a rule says who may."),
    ] = None,
    discussed_with: Annotated[
        str, typer.Option(help="With whom it was talked over.")
    ] = "",
    plan: Annotated[str, typer.Option(help="Of a removal: the plan.")] = "",
    shared_with: Annotated[
        str, typer.Option(help="Of a removal: the local policing team that has it.")
    ] = "",
    review_on: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="When to look again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record that a nominal enters, stays in or leaves a cohort, with who and why."""
    again = None if review_on is None else day(review_on, "--review-on")
    about = (discussed_with, plan, shared_with, again)
    said = Said(step, reason, by, cohort, capacity, *about)
    settings = Settings()
    chosen = profiles.read(settings.profiles)

    async def act() -> StoredDecision:
        async with connection(database_of(settings), Role.WORKER) as conn:
            return await cohort_decisions.decide(conn, nominal, said, day(None), chosen)

    made = asyncio.run(act())
    if as_json:
        tell_json(made)
        return
    until = (
        "" if made.review_on is None else f" To be looked at again {made.review_on}."
    )
    told = f"{nominal}: {made.decision} {made.cohort}, decided by {made.decided_by}."
    Console(highlight=False).print(f"{told}{until}", markup=False)


@app.command()
def weight(  # noqa: PLR0913  an argument an option
    attribute: Annotated[Weighted, typer.Argument(help="What comes sooner.")],
    force: Annotated[str, typer.Option(help="In this force's fixed cohort.")],
    evidence: Annotated[
        str, typer.Option(help="The local crime trend, and where it is written.")
    ],
    by: By,
    begin: Annotated[
        str | None,
        typer.Option("--from", metavar="YYYY-MM-DD", help="First day; today if none."),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--to", metavar="YYYY-MM-DD", help="Last day; none if open."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Weight something within a force's fixed cohort, on evidence of a crime trend."""
    last = None if end is None else day(end, "--to")
    new = Weighting(force, attribute, evidence.strip(), day(begin, "--from"), last)

    async def act() -> int:
        async with connection(database_of(Settings()), Role.WORKER) as conn:
            return await cohort_decisions.weight(conn, new, by)

    number = asyncio.run(act())
    if as_json:
        tell_json({"weighting": number, **asdict(new)})
    else:
        told = f"Weighting {number}: {attribute} comes sooner in {force}."
        Console(highlight=False).print(told, markup=False)


@app.command()
def tagging(
    on: Annotated[
        str | None,
        typer.Option("--day", metavar="YYYY-MM-DD", help="Of this day; else today."),
    ] = None,
    lpu: Annotated[str | None, typer.Option(help="Those of this LPU.")] = None,
    force: Annotated[str | None, typer.Option(help="Those of this force.")] = None,
    as_json: AsJson = False,
) -> None:
    """List who fits the GPS tag scheme on a day, until when, and who wears a tag."""
    settings, that_day = Settings(), day(on)
    chosen = (profiles.read(settings.profiles), policies.read(settings.policy))

    async def act() -> list[Fit]:
        async with connection(database_of(settings), Role.WORKER) as conn:
            return await tag_scheme.fitting(conn, that_day, chosen)

    found = tag_scheme.of_area(asyncio.run(act()), force, lpu)
    if as_json:
        tell_json({"day": that_day, "total": len(found), "fitting": found})
    else:
        tell_tagging(that_day, found)


async def _review(on: date, only: Profile | None, keep: bool) -> Reviewed:
    settings = Settings()
    chosen = profiles.read(settings.profiles)
    async with connection(database_of(settings), Role.WORKER) as conn:
        with Console(stderr=True).status("Reviewing ..."):
            return await cohorts.review_all(conn, on, chosen, only, keep=keep)
