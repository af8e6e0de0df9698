"""Weight sets and simulations as tables and sentences on a terminal."""

from datetime import date

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.scores.weights import Brought, Told
from geocorr.scoring.weights import POINT
from geocorr.wording import counted
from sql.weights import SetLine, Simulation

_ROWS = 30


def tell_import(brought: Brought) -> None:
    """Say what became of a file, and what to do next."""
    out, report = Console(highlight=False), brought.report
    out.print(
        f"{report.file}: {report.accepted:,} of {report.read:,} rows taken.",
        markup=False,
    )
    for fault in report.faults[:_ROWS]:
        row = "" if fault.row is None else f"row {fault.row}: "
        told = f"  {row}{fault.type} {fault.value or ''}"
        out.print(f"{told.rstrip()} - {fault.action}", markup=False)
    rest = len(report.faults) - _ROWS
    if rest > 0:
        out.print(f"  and {rest:,} more faults.")
    if brought.weight_set is None:
        out.print("Nothing was stored.")
        return
    number = brought.weight_set
    todo = (
        f"with {counted(len(report.faults), 'fault')}: it cannot be approved so."
        if report.faults
        else f"next: geocorr weights simulate {number}"
    )
    out.print(f"Weight set {number} is a draft, {todo}")


def list_table(found: list[SetLine], today: date) -> Table:
    """Sets, a line each."""
    drawn = _drawn()
    drawn.add_column("set", justify="right", no_wrap=True)
    for name in ("name", "force", "state"):
        drawn.add_column(name, overflow="fold")
    for name in ("from", "review"):
        drawn.add_column(name, no_wrap=True)
    for line in found:
        faults = f", {counted(len(line.faults), 'fault')}" if line.faults else ""
        late = line.state == "approved" and line.review_due < today
        drawn.add_row(
            str(line.id),
            escape(f"{line.name} {line.version} ({line.purpose})"),
            escape(line.force or "all others"),
            line.state + faults,
            f"{line.effective_from}",
            f"{line.review_due}" + (" OVERDUE" if late else ""),
        )
    return drawn


def _drawn(title: str | None = None) -> Table:
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), title=title)


def tell_set(told: Told, today: date) -> None:
    """Say all of one set."""
    out, line = Console(highlight=False), told.stored.line
    drawn = _drawn()
    for name in ("data set", "code", "grade", "from the nth"):
        drawn.add_column(name)
    drawn.add_column("points", justify="right")
    drawn.add_column("what", overflow="fold")
    for row in told.stored.weights.rows:
        drawn.add_row(
            row.data_set,
            escape(row.code) or "any",
            escape(row.grade) or "any",
            str(row.occurrence) if row.occurrence > 1 else "",
            f"{row.micropoints / POINT:,.6f}".rstrip("0").rstrip("."),
            escape(row.label),
        )
    out.print(drawn)
    whose = line.force or "all forces without a set of their own"
    said = [
        f"{line.name} {line.version}, set {line.id}, of {whose}: {line.state}.",
        f"Owner {line.owner}; brought in by {line.author}; in force from "
        f"{line.effective_from}, review due {line.review_due}.",
        *(f"Fault: {fault.action}" for fault in (*line.faults, *told.clashes)),
        *(f"Simulated for {s.day} by {s.by}: {_moved(s)}" for s in told.simulations),
        *(f"{s.decided_at:%Y-%m-%d} {s.by}: {s.step}. {s.reason}" for s in told.steps),
    ]
    if line.state == "approved" and told.stored.weights.overdue(today):
        said.append(f"REVIEW OVERDUE since {line.review_due} (WMP-5.3, WMP-12.6).")
    for text in said:
        out.print(text, markup=False)


def _moved(told: Simulation) -> str:
    moves: dict[str, int] = told.result["moves"]  # type: ignore[assignment]
    against = "no set" if told.against is None else f"set {told.against}"
    return (
        f"against {against}, {moves['changed']:,} of {moves['nominals']:,} nominals "
        f"change band ({moves['up']:,} up, {moves['down']:,} down)."
    )


def tell_simulation(told: Simulation) -> None:
    """Say what a draft would change."""
    out = Console(highlight=False)
    result: dict[str, dict[str, dict[str, dict[str, int]]]] = told.result  # type: ignore[assignment]
    out.print(_flow_table(result["flows"]))  # type: ignore[arg-type]
    out.print(_group_table(result["groups"]))
    movers: list[dict[str, object]] = told.result["movers"]  # type: ignore[assignment]
    if movers:
        out.print(_mover_table(movers))
    out.print(f"Set {told.weight_set} on {told.day}, {_moved(told)}", markup=False)
    profile = told.result["profile"]["name"]  # type: ignore[index]
    out.print(f"Rule WMP-5.3; profile {profile}.", markup=False)
    for warning in told.result["warnings"]:  # type: ignore[attr-defined]
        out.print(f"Note: {warning}", markup=False)
    out.print("Simulated and kept. A second person approves: geocorr weights approve.")


def _flow_table(flows: dict[str, dict[str, int]]) -> Table:
    drawn = _drawn("Nominals by band")
    drawn.add_column("now", no_wrap=True)
    for band in flows:
        drawn.add_column(f"to {band}", justify="right")
    for band, row in flows.items():
        drawn.add_row(band, *(f"{count:,}" if count else "-" for count in row.values()))
    return drawn


def _group_table(groups: dict[str, dict[str, dict[str, int]]]) -> Table:
    drawn = _drawn("Who changes band")
    drawn.add_column("by", no_wrap=True)
    drawn.add_column("", overflow="fold")
    for heading in ("nominals", "change", "up", "down"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    for name, values in groups.items():
        by = name.upper() if name == "lpu" else name
        for value, moves in values.items():
            figures = (moves[key] for key in ("nominals", "changed", "up", "down"))
            drawn.add_row(by, escape(value), *(f"{figure:,}" for figure in figures))
            by = ""
    return drawn


def _mover_table(movers: list[dict[str, object]]) -> Table:
    drawn = _drawn("Who moves farthest")
    drawn.add_column("nominal", no_wrap=True)
    for heading in ("from", "to"):
        drawn.add_column(heading, justify="right", no_wrap=True)
    drawn.add_column("bands", no_wrap=True)
    drawn.add_column("why", overflow="fold")
    for mover in movers:
        drawn.add_row(
            escape(str(mover["nominal_id"])),
            f"{mover['before']:,.1f}",
            f"{mover['after']:,.1f}",
            f"{mover['band_before']} to {mover['band_after']}",
            escape(str(mover["because"])),
        )
    return drawn
