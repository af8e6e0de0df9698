"""`geocorr breaches`, `breach`: the queue, and what people say became of it."""

import asyncio
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.ground import database as database_of
from api.settings import Settings
from api.zones import breaches as cases
from api.zones.breaches import BreachOutcome, Case
from api.zones.breaches_table import add_times, drawn_table, due, figures, times
from geocorr.errors import UsageError
from geocorr.wording import clock
from geocorr.zone_facts import BreachKind
from sql import breaches as stored
from sql.breaches import BreachFilter, StoredBreach
from sql.db import Role, connection, transaction

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def breaches(  # noqa: PLR0913  an argument an option
    is_open: Annotated[
        bool, typer.Option("--open", help="Only what nobody has seen to.")
    ] = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Only what is past its deadline.")
    ] = False,
    zone: Annotated[str | None, typer.Option(help="Of this zone.")] = None,
    nominal: Annotated[str | None, typer.Option(help="Of this nominal.")] = None,
    kind: Annotated[BreachKind | None, typer.Option(help="Of this kind.")] = None,
    owner: Annotated[str | None, typer.Option(help="Of this owner.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List breaches of zones and curfews, what is open and due first."""
    asked = BreachFilter(
        zone_id=zone,
        nominal_id=nominal,
        kind=kind and kind.value,
        owner=owner,
        is_open=is_open or None,
        overdue=overdue or None,
    )
    total, found = asyncio.run(_listed(asked, limit))
    if as_json:
        document = {"total": total, "breaches": [_plain(asdict(b)) for b in found]}
        sys.stdout.write(json.dumps(document) + "\n")
        return
    out = Console()
    if found:
        out.print(_queue_table(found))
    late = sum(b.overdue for b in found)
    shown = "" if len(found) == total else f", {len(found):,} shown"
    told = f"{total:,} in the queue{shown}; {late:,} of these overdue."
    out.print(told, highlight=False)


def breach(
    number: Annotated[int, typer.Argument(metavar="ID", help="Which breach.")],
    outcome: Annotated[
        BreachOutcome | None, typer.Option(help="What became of it.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who says so.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in words.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show a breach with its history, or record what a person says became of it."""
    if outcome is None and (by or reason):
        known = ", ".join(BreachOutcome)
        raise UsageError(f"Give --outcome too: one of {known}.")
    if outcome is not None and not (by.strip() and reason.strip()):
        raise UsageError("Give --by and --reason: an outcome needs a name and words.")
    case = asyncio.run(_case(number, outcome, (by, reason)))
    if as_json:
        sys.stdout.write(json.dumps(_plain(asdict(case))) + "\n")
        return
    _tell_case(case)


async def _listed(asked: BreachFilter, limit: int) -> tuple[int, list[StoredBreach]]:
    async with connection(database_of(Settings()), Role.WORKER) as conn:
        return await stored.find(conn, asked, limit)


async def _case(
    number: int, outcome: BreachOutcome | None, said: tuple[str, str]
) -> Case:
    async with connection(database_of(Settings()), Role.WORKER) as conn:
        if outcome is not None:
            await cases.record(conn, number, outcome, said)
        async with transaction(conn):
            return await cases.case(conn, number)


def _queue_table(found: list[StoredBreach]) -> Table:
    drawn, now = drawn_table(), datetime.now(UTC)
    drawn.add_column("id", justify="right", no_wrap=True)
    for name in ("due", "zone"):
        drawn.add_column(name, overflow="fold")
    for name in ("what", "nominal"):
        drawn.add_column(name, no_wrap=True)
    add_times(drawn)
    for b in found:
        drawn.add_row(
            str(b.id),
            _state(b, now),
            b.zone_id,
            b.kind,
            b.nominal_id or b.device_id,
            *times(b.from_at, b.to_at),
            *figures(b.nearest_edge_m, b.probability),
            style="bold" if b.overdue else "",
        )
    return drawn


def _state(b: StoredBreach, now: datetime) -> str:
    """When it is due, or why it no longer is."""
    if b.is_open:
        return due(b.deadline_at, now)
    if b.outcome is not None:
        return f"{b.outcome}, found again" if b.found_since else b.outcome
    return f"part of {b.joined_to}" if b.joined_to else "not found again"


def _tell_case(case: Case) -> None:
    out, b = Console(highlight=False), case.breach
    whose = f"{b.nominal_id or 'no nominal'}, order {b.order_id or '-'}"
    lines = [
        f"{b.id}: {b.kind} of zone {b.zone_id} by device {b.device_id} ({whose}).",
        b.because,
        f"Owner {b.owner}: {_state(b, datetime.now(UTC))}.",
        f"Rules {', '.join(b.rules)}; policy {b.policy_hash}; run {b.run}.",
        *(
            f"{clock(f.found_at)}, run {f.run}: {f.standing}, as {f.reason}."
            + (f" {f.because}" if f.because != b.because else "")
            for f in case.findings
        ),
        *(
            f"{clock(o.decided_at)}, {o.decided_by}: {o.outcome}. {o.reason}"
            for o in case.outcomes
        ),
    ]
    for line in lines:
        out.print(line, markup=False)


def _plain(value: object) -> object:
    """For JSON: times as UTC text."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
