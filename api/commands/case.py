"""`geocorr case`: managed cases, what is said of them, and what is due."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.cohorts import case_openings, casework
from api.cohorts.casework import Task
from api.commands.database import on_database
from api.commands.person import AsJson, By, OnDay, Reason, day, tell_json
from api.settings import Settings
from geocorr.cohorts.case import CaseEntry, CaseKind, CaseState, Step, state
from geocorr.cohorts.due import considered
from geocorr.errors import UsageError
from loaders import profile
from sql.cases import CaseFilter, NewCase
from sql.db import Connection

app = typer.Typer(
    help="Managed cases: open, say something of one, show, and what is due.",
    no_args_is_help=True,
)
Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="What the step needs: grade=red, lead=NAME, pathway=..., ends=DAY, "
        "manage_by=MAPPA|IOM|neither; of a youth born, order_ends, order_or_above, "
        "with_probation; for ARMS sex, born, released_on, registered_on, risk; for the "
        "performance tables agency=probation|police|... and type=... of housing.",
    ),
]
Lpu = Annotated[str | None, typer.Option(help="Of this LPU.")]
Force = Annotated[str | None, typer.Option(help="Of this force.")]


@app.command("open")
def open_case(  # noqa: PLR0913  an argument an option
    nominal: Annotated[str, typer.Argument(help="Whose case.")],
    force: Annotated[str, typer.Option(help="Which force manages it.")],
    reason: Reason,
    by: By,
    kind: Annotated[CaseKind, typer.Option(help="Why managed.")] = CaseKind.IOM,
    lpu: Annotated[str, typer.Option(help="Which LPU.")] = "",
    facts: Facts = None,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Open a case, with lead officer and grade where it is one of IOM."""
    entry = CaseEntry(Step.OPENED, day(on, "--on"), by, reason, detail(facts))
    new = NewCase(nominal, kind, force, lpu)

    async def act(conn: Connection) -> int:
        return await casework.open_case(conn, new, entry, _profiles())

    number = on_database(act)
    if as_json:
        tell_json({"case": number, "nominal_id": nominal, "kind": kind})
    else:
        Console(highlight=False).print(f"Case {number} of {nominal} is open.")


@app.command()
def say(  # noqa: PLR0913  an argument an option
    case: Annotated[int, typer.Argument(help="Which case.")],
    step: Annotated[Step, typer.Argument(help="What is said of it.")],
    reason: Reason,
    by: By,
    facts: Facts = None,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Say something of a case: a grade, a review, an intervention, its end."""
    entry = CaseEntry(step, day(on, "--on"), by, reason, detail(facts))

    async def act(conn: Connection) -> CaseState:
        return await casework.say(conn, case, entry, _profiles())

    stands = on_database(act)
    if as_json:
        tell_json({"case": case, "state": stands})
    else:
        Console(highlight=False).print(f"Case {case}: {told(stands)}")


@app.command()
def show(
    case: Annotated[int, typer.Argument(help="Which case.")],
    by: By,
    as_json: AsJson = False,
) -> None:
    """Show a case: how it stands, its management report, and what is due."""

    found, tasks = on_database(
        lambda conn: casework.show(conn, case, by, day(None), _profiles())
    )
    stands = state(found.kind, found.entries)
    holds = considered(stands, day(None), _profiles().of(found.force).casework)
    if as_json:
        shown = {"case": found, "state": stands, "considered": holds, "due": tasks}
        tell_json(shown)
        return
    out = Console(highlight=False)
    head = f"Case {found.id} of {found.nominal_id}, {found.kind}, {found.force}"
    out.print(f"{head}{found.lpu and f', {found.lpu}'}: {told(stands)}", markup=False)
    if holds is not None:
        out.print(f"{holds.because} ({', '.join(holds.rules)})", markup=False)
    for entry in found.entries:
        line = f"{entry.on} {entry.step}, {entry.by}: {entry.words}"
        out.print(f"  {line}{_details(entry)}", markup=False)
    if tasks:
        out.print(_table(tasks))


@app.command("due")
def due_cases(
    force: Force = None,
    lpu: Lpu = None,
    lead: Annotated[str | None, typer.Option(help="Led by this officer.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Due by this day.")
    ] = None,
    today: Annotated[
        str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Take as today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List what is due in open cases, soonest first: reviews, plans, ends, ARMS."""
    last = None if until is None else day(until, "--until")

    async def act(conn: Connection) -> list[Task]:
        asked = CaseFilter(force=force, lpu=lpu)
        return await casework.tasks(conn, asked, day(today), _profiles())

    found = [task for task in on_database(act) if _asked(task, lead, last)]
    if as_json:
        tell_json({"total": len(found), "due": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    late = sum(task.overdue for task in found)
    out.print(f"{len(found):,} due; {late:,} of these overdue.")


@app.command("to-open")
def to_open(
    by: By,
    lpu: Lpu = None,
    today: Annotated[
        str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="Take as today.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List whose case ought to be opened: youths coming of age, men due for ARMS."""
    found = on_database(
        lambda conn: case_openings.to_open(conn, day(today), _profiles(), by, lpu)
    )
    if as_json:
        tell_json({"total": len(found), "to_open": found})
        return
    out = Console(highlight=False)
    for asked in found:
        due_on = asked.opening.due_on
        late = "OVERDUE " if asked.overdue else ""
        when = "no day set" if due_on is None else f"{late}{due_on:%d %b %Y}"
        what = f"{asked.nominal_id}, {asked.opening.kind}, {asked.lpu or 'no LPU'}"
        because = asked.opening.told.because
        rules = ", ".join(asked.opening.told.rules)
        out.print(f"{when}: {what}. {because} ({rules})", markup=False)
    out.print(f"{len(found):,} to open: geocorr case open NOMINAL --kind KIND ...")


def detail(facts: Sequence[str] | None) -> dict[str, str]:
    """NAME=VALUE options as a table; UsageError where one is not of that form."""
    pairs = [fact.partition("=") for fact in facts or ()]
    for name, equals, value in pairs:
        if not (name and equals and value):
            raise UsageError(f"--set {name}{equals} is not NAME=VALUE.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def told(stands: CaseState) -> str:
    """How a case stands, in a line."""
    if not stands.is_open:
        return f"closed on {stands.closed_on}."
    parts = [
        stands.grade and f"{stands.grade}",
        stands.lead and f"led by {stands.lead}",
        stands.order_ends and f"order to {stands.order_ends}",
        stands.needs and f"needs {', '.join(stands.needs)}",
    ]
    return f"{'; '.join(['open', *(p for p in parts if p)])}."


def _asked(task: Task, lead: str | None, last: date | None) -> bool:
    return lead in (None, task.lead) and (last is None or task.due.value <= last)


def _details(entry: CaseEntry) -> str:
    told = ", ".join(f"{k} {v}" for k, v in entry.detail.items())
    return told and f" ({told})"


def _table(tasks: Sequence[Task]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("due", "case", "nominal", "LPU", "what"):
        drawn.add_column(name, no_wrap=True)
    drawn.add_column("why", overflow="fold")
    for task in tasks:
        late = "OVERDUE " if task.overdue else ""
        drawn.add_row(
            f"{late}{task.due.value:%d %b %Y}",
            str(task.case),
            task.nominal_id,
            task.lpu or "-",
            str(task.due.evidence["what"]),
            f"{task.due.because} [{', '.join(task.due.rules)}]".replace("[", r"\["),
            style="bold" if task.overdue else "",
        )
    return drawn


def _profiles() -> profile.Profiles:
    return profile.read(Settings().profiles)
