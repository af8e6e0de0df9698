"""A delivery in words: faults at their rows, coverage in sums. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geocorr.model import Fault, Outcome
from loaders.report import LoadReport
from sql.batches import BatchSummary
from sql.coverage import Statement

Note = Mapping[str, object]
# The outcomes of a file, as people say them.
OUTCOMES: Mapping[str, str] = {
    Outcome.SUCCESSFUL: "taken whole",
    Outcome.PARTIAL: "partly refused",
    Outcome.ERROR: "all refused",
    Outcome.FAILED: "unreadable",
}


@dataclass(frozen=True, slots=True)
class Reported:
    """Faults and warnings as they are shown; of more than that, only how many."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    n_faults: int
    n_warnings: int


def reported(faults: Sequence[Note], warnings: Sequence[Note], most: int) -> Reported:
    """The first faults and warnings, and how many there are."""
    return Reported(
        tuple(Fault(**note) for note in faults[:most]),  # type: ignore[arg-type]
        tuple(Fault(**note) for note in warnings[:most]),  # type: ignore[arg-type]
        len(faults),
        len(warnings),
    )


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file, or would. `number` of its batch; `again`: it was there."""

    name: str
    number: int | None
    again: bool
    outcome: Outcome
    cause: str | None
    read: int
    accepted: int
    rejected: int
    reported: Reported


def of_report(report: LoadReport, most: int) -> FileReport:
    """Of a file that was only tried."""
    faults, warnings = report.faults, report.warnings
    return FileReport(
        report.file,
        None,
        False,
        report.outcome,
        report.cause,
        report.read,
        report.accepted,
        report.rejected,
        Reported(faults[:most], warnings[:most], len(faults), len(warnings)),
    )


def of_batch(
    batch: BatchSummary, notes: Mapping[str, Sequence[Note]], again: bool, most: int
) -> FileReport:
    """Of a file that was stored."""
    return FileReport(
        batch.batch_id or f"Batch {batch.id}",
        batch.id,
        again,
        batch.outcome,
        batch.cause,
        batch.read,
        batch.accepted,
        batch.rejected,
        reported(notes["faults"], notes["warnings"], most),
    )


@dataclass(frozen=True, slots=True)
class Covered:
    """Of how many crimes a statement of coverage stands, and what they say in sum."""

    crimes: int
    being_made: int
    pairs: int
    full_cover: int
    with_gaps: int
    no_cover: int
    ruled_out: int


def covered(stated: Sequence[Statement]) -> Covered:
    """The sums over crimes; a pair is a crime and a wearer monitored in its window."""
    counts = [one.counts for one in stated]
    return Covered(
        len(stated),
        sum(one.being_made for one in stated),
        sum(c.monitored for c in counts),
        sum(c.full_cover for c in counts),
        sum(c.with_gaps for c in counts),
        sum(c.no_cover for c in counts),
        sum(c.ruled_out for c in counts),
    )
