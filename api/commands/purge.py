"""`geocorr purge`: what goes because its time is over."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.database import on_database
from api.commands.person import AsJson, By, tell_json
from api.keeping import purging
from api.keeping.keeper import Keeper
from api.keeping.purging import Planned, Purge
from api.settings import Settings
from geocorr.dates import LONDON
from geocorr.wording import counted
from loaders import policy as policies
from loaders import retention as periods


def purge(
    by: By,
    dry_run: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove what is kept no longer, kind by kind, and put on record what went.

    The periods stand in retention.toml and in the file that GEOCORR_RETENTION names;
    what a hold keeps stays. The worker does the same every night.
    """
    settings = Settings()
    policy, retention = policies.read(settings.policy), periods.read(settings.retention)
    now = datetime.now(UTC)
    keeper = Keeper(retention, policy, settings.working_crs(), now, by)
    if dry_run:
        planned = on_database(lambda conn: purging.plan(conn, keeper))
        _tell_planned(planned, retention.hash, as_json)
        return
    done = on_database(lambda conn: purging.purge(conn, keeper))
    _tell_done(done, retention.hash, as_json)


def _tell_planned(planned: list[Planned], retention: str, as_json: bool) -> None:
    if as_json:
        tell_json({"retention_hash": retention, "dry_run": True, "due": planned})
        return
    out = Console(highlight=False)
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    drawn.add_column("kind")
    for name in ("kept, days", "would go", "held"):
        drawn.add_column(name, justify="right")
    for name in ("of", "to"):
        drawn.add_column(name)
    for one in planned:
        figures = (f"{one.days:,}", f"{one.due.n:,}", f"{one.due.held:,}")
        times = (_day(one.due.from_at), _day(one.due.to_at))
        drawn.add_row(one.kind.value.replace("_", " "), *figures, *times)
    out.print(drawn)
    out.print(f"Nothing was removed. Retention {retention}.")


def _tell_done(done: list[Purge], retention: str, as_json: bool) -> None:
    sums: dict[str, dict[str, int]] = {}
    for one in done:
        counts = sums.setdefault(one.kind.value, defaultdict(int))
        for name, n in one.gone.counts.items():
            counts[name] += n
    if as_json:
        tell_json({"retention_hash": retention, "dry_run": False, "gone": sums})
        return
    out = Console(highlight=False)
    for kind, counts in sums.items():
        told = ", ".join(
            f"{n:,} {name.replace('_', ' ')}" for name, n in counts.items() if n
        )
        out.print(f"{kind.replace('_', ' ')}: {told} removed.")
    if not sums:
        out.print("Nothing is due.")
    records = counted(len(done), "record")
    out.print(f"{records} written. Retention {retention}.")


def _day(at: datetime | None) -> str:
    """A day of London's; nothing where it is not known."""
    if at is None or at.year < 1970:
        return "-"
    return f"{at.astimezone(LONDON):%Y-%m-%d}"
