"""`geocorr manual-score`: scores that people give to those who do not score."""

from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.commands.database import on_database, scored_at_once
from api.commands.person import AsJson, By, Reason, day, tell_json
from api.scores import manual_scores
from api.scores.manual_scores import Asked, Shown
from api.settings import Settings
from geocorr.scoring.manual import Ground
from geocorr.wording import counted
from loaders import profile as profiles
from sql.manual_scores import ManualFilter, StoredManual

app = typer.Typer(
    help="Manual scores (WMP-6.4): set, review, end, show, list.",
    no_args_is_help=True,
)
Number = Annotated[int, typer.Argument(metavar="ID", help="Which manual score.")]
ReviewOn = Annotated[
    str,
    typer.Option(metavar="YYYY-MM-DD", help="Without a review by then it ends."),
]


@app.command("set")
def give(  # noqa: PLR0913  an argument an option
    nominal: Annotated[str, typer.Argument(help="To whom.")],
    points: Annotated[int, typer.Argument(help="250, 500 or 1000.")],
    ground: Annotated[Ground, typer.Option(help="Why they need managing.")],
    review_on: ReviewOn,
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Give a score to a transfer in, or another in need who does not score."""
    due = day(review_on, "--review-on")
    asked = Asked(nominal, points, ground, due, reason, by)
    adopted = profiles.read(Settings().profiles)
    number = on_database(lambda conn: manual_scores.give(conn, asked, adopted))
    scored_at_once()
    if as_json:
        tell_json({"manual_score": number, "nominal_id": nominal, "points": points})
        return
    out = Console(highlight=False)
    told = f"Manual score {number}: {nominal} has {points} until its review on {due}."
    out.print(told, markup=False)


@app.command()
def review(
    number: Number, review_on: ReviewOn, reason: Reason, by: By, as_json: AsJson = False
) -> None:
    """Let a manual score stand until another review."""
    due, adopted = day(review_on, "--review-on"), profiles.read(Settings().profiles)
    held = on_database(
        lambda conn: manual_scores.review(conn, number, due, (by, reason), adopted)
    )
    _tell(held, f"stands until its review on {held.review_due}", as_json)


@app.command()
def end(number: Number, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """End a manual score from today on."""
    held = on_database(lambda conn: manual_scores.end(conn, number, (by, reason)))
    scored_at_once()
    _tell(held, f"ended on {held.ended_on}", as_json)


def _tell(held: StoredManual, what: str, as_json: bool) -> None:
    if as_json:
        tell_json(held)
        return
    told = f"Manual score {held.id} of {held.nominal_id} ({held.points}) {what}."
    Console(highlight=False).print(told, markup=False)


@app.command()
def show(number: Number, by: By, as_json: AsJson = False) -> None:
    """Show a manual score, whether it holds and why; the look is audited."""
    adopted = profiles.read(Settings().profiles)
    shown = on_database(lambda conn: manual_scores.show(conn, number, adopted, by))
    if as_json:
        tell_json(shown)
        return
    _tell_shown(shown)


def _tell_shown(shown: Shown) -> None:
    out, held = Console(highlight=False), shown.manual_score
    for text in (
        f"Manual score {held.id} of {held.nominal_id}: {held.points}, {held.ground}.",
        f"Given on {held.given_on} by {held.by}: {held.reason}",
        *(f"{s.on_day} {s.by}: {s.step}. {s.reason}" for s in shown.steps),
        shown.holds.because,
        f"Rules {', '.join(shown.holds.rules)}.",
    ):
        out.print(text, markup=False)


@app.command("list")
def listed(
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    standing: Annotated[
        bool, typer.Option("--standing", help="Only those that stand today.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List manual scores, newest first, and when each is to be reviewed."""
    asked = ManualFilter(None, nominal, standing or None)
    total, found = on_database(
        lambda conn: manual_scores.listed(conn, asked, (limit, 0))
    )
    if as_json:
        tell_json({"total": total, "manual_scores": found})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found))
    out.print(f"{counted(total, 'manual score')}, {len(found):,} shown.")


def _table(found: list[StoredManual]) -> Table:
    drawn, today = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)), day(None)
    drawn.add_column("id", justify="right", no_wrap=True)
    drawn.add_column("nominal", no_wrap=True)
    drawn.add_column("score", justify="right", no_wrap=True)
    for name in ("ground", "given", "state"):
        drawn.add_column(name, overflow="fold")
    drawn.add_column("why", overflow="fold")
    for held in found:
        drawn.add_row(
            str(held.id),
            escape(held.nominal_id),
            f"{held.points:,}",
            held.ground.replace("_", " "),
            f"{held.given_on}",
            f"until {held.review_due}"
            if held.score.stands_on(today)
            else f"ended {held.ended_on or held.review_due}",
            escape(f"{held.reason} ({held.by})"),
        )
    return drawn
