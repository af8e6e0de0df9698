"""`geocorr partner` and `geocorr meeting`: partners' views, and conversations."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands.database import on_database
from api.commands.person import AsJson, By, OnDay, Reason, day, tell_json
from api.scores import partners
from api.scores.partners import Beside
from api.settings import Settings
from geocorr.scoring.meeting import Level, Meeting, MeetingKind
from geocorr.scoring.weights import POINT
from geocorr.wording import counted
from loaders import profile as profiles
from sql import meetings
from sql.meetings import StoredMeeting
from sql.partner_assessments import Assessed

app = typer.Typer(
    help="Partners' assessments beside the score (WMP-5.10): assess, show.",
    no_args_is_help=True,
)
meeting_app = typer.Typer(
    help="ODOC, Shared Assessment and tasking meetings (WMP-4.3): record, list.",
    no_args_is_help=True,
)
Nominal = Annotated[str, typer.Argument(help="Of which nominal.")]


@app.command()
def assess(  # noqa: PLR0913  an argument an option
    nominal: Nominal,
    agency: Annotated[str, typer.Option(help="Whose view it is.")],
    level: Annotated[Level, typer.Option(help="Their view of the risk.")],
    reason: Reason,
    by: By,
    on: OnDay = None,
    as_json: AsJson = False,
) -> None:
    """Record what a partner thinks of a nominal's risk, beside the score."""
    adopted = profiles.read(Settings().profiles)
    said = Assessed(nominal, agency, day(on, "--on"), level.value, reason, by)
    number = on_database(lambda conn: partners.assess(conn, said, adopted))
    if as_json:
        tell_json({"assessment": number, "nominal_id": nominal})
        return
    told = f"Assessment {number} of {nominal} is recorded: {agency} says {level}."
    Console(highlight=False).print(told, markup=False)


@app.command()
def show(nominal: Nominal, by: By, on: OnDay = None, as_json: AsJson = False) -> None:
    """Show who manages a nominal, with partners' views; the look is audited."""
    adopted, at = profiles.read(Settings().profiles), day(on, "--on")
    found = on_database(lambda conn: partners.beside(conn, nominal, at, adopted, by))
    if as_json:
        tell_json(found)
        return
    _tell(found)


def _tell(found: Beside) -> None:
    out, now = Console(highlight=False), found.standing
    given = f"{now.given / POINT:,.1f}"
    if now.given != now.computed:
        given += f" given by a person; by entries {now.computed / POINT:,.1f}"
    for text in (
        f"{now.nominal_id}: {now.band}, {given}.",
        found.managing.because,
        *(
            f"{one.assessed_on} {one.agency}: {one.level}. {one.reason} ({one.by})"
            for one in found.assessments
        ),
        *(f"{held.held_on} {_kind(held)}: {held.outcome}" for held in found.meetings),
        f"Rules {', '.join(found.managing.rules)}; profile {now.profile}.",
    ):
        out.print(text, markup=False)


@meeting_app.command()
def record(  # noqa: PLR0913  an argument an option
    kind: Annotated[MeetingKind, typer.Argument(help="Which kind of meeting.")],
    held: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="When it was held.")],
    agency: Annotated[list[str], typer.Option(help="Who took part; repeat it.")],
    outcome: Annotated[str, typer.Option(help="What came of it.")],
    by: By,
    nominal: Annotated[
        list[str] | None, typer.Option(help="Whom it was about; repeat it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record a meeting that was held: agencies, nominals, outcome."""
    whom = tuple(dict.fromkeys(nominal or ()))
    told = Meeting(kind, day(held, "--held"), tuple(agency), whom, outcome, by)
    number = on_database(lambda conn: partners.hold(conn, told))
    if as_json:
        tell_json({"meeting": number})
        return
    Console(highlight=False).print(f"Meeting {number} is recorded.")


@meeting_app.command("list")
def listed(
    kind: Annotated[MeetingKind | None, typer.Option(help="Of this kind.")] = None,
    nominal: Annotated[str | None, typer.Option(help="About this nominal.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List meetings, the latest first."""
    word = kind and kind.value
    total, found = on_database(
        lambda conn: meetings.find(conn, word, nominal, (limit, 0))
    )
    if as_json:
        tell_json({"total": total, "meetings": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    out.print(f"{counted(total, 'meeting')}, {len(found):,} shown.")


def _table(found: list[StoredMeeting]) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("id", "held", "kind"):
        drawn.add_column(name, no_wrap=True)
    for name in ("agencies", "nominals", "outcome"):
        drawn.add_column(name, overflow="fold")
    for held in found:
        drawn.add_row(
            str(held.id),
            f"{held.held_on}",
            _kind(held),
            escape(", ".join(held.agencies)),
            escape(", ".join(held.nominal_ids)) or "-",
            escape(f"{held.outcome} ({held.by})"),
        )
    return drawn


def _kind(held: StoredMeeting) -> str:
    return "ODOC" if held.kind == MeetingKind.ODOC else held.kind.replace("_", " ")
