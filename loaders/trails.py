"""Trail files: CSV, NDJSON, GPX and Parquet, any size, to fixes and a report.

    batches(path, options)      a batch at a time, memory bounded (`geocorr load`)
    read_all(paths, options)    all fixes as sorted columns (`geocorr match`)
    check(path, options)        the report alone (`geocorr check trails`)

A fix stands on one line (or point, or Parquet row). A row with a fault is refused and
told; the others are kept. A trail may come before its tag order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geocorr.arrays import Fixes
from geocorr.model import Fault, Outcome
from loaders.report import LoadReport, outcome_of
from loaders.trail_collect import Collected, Collector
from loaders.trail_formats import raw_batches
from loaders.trail_headings import unknown_columns
from loaders.trail_map import wanted
from loaders.trail_raw import Tally
from loaders.trail_rows import TrailBatch, TrailOptions, judge
from loaders.trail_source import Kind, TrailFileRefused, kind_of, sha256

__all__ = [
    "TrailBatch",
    "TrailFileRefused",
    "TrailOptions",
    "batches",
    "check",
    "read_all",
    "sha256",
]


def batches(path: Path, options: TrailOptions) -> Iterator[TrailBatch]:
    """The fixes of a file, a batch at a time, in file order.

    Raises TrailFileRefused (an InputError) where nothing of the file may be kept,
    UsageError where it cannot be read, CrsError where the working CRS does not fit.
    """
    if kind_of(path) is Kind.GPX:
        options = replace(options, map=None)
    unchecked = True
    for number, raw in enumerate(raw_batches(path, wanted(options.map))):
        batch = judge(raw, options, check_scale=unchecked)
        unchecked = unchecked and not len(batch.loose)
        if number == 0:
            unknown = unknown_columns(raw.headings.unknown)
            batch = replace(batch, warnings=(*unknown, *batch.warnings))
        yield batch


@dataclass(slots=True)
class _Progress:
    """What is known of one file while its batches pass."""

    tally: Tally
    warnings: list[Fault]
    read: int = 0


def read_all(
    paths: Sequence[Path], options: TrailOptions
) -> tuple[Fixes, tuple[LoadReport, ...]]:
    """All fixes of these files, sorted, identical repeats kept once; a report a file.

    A file that is refused whole is told in its report and adds no fix. Repeats, fixes
    of one time at two places (both kept) and clocks that ran backwards are warnings of
    the last report. UsageError where a file cannot be read, CrsError where the working
    CRS does not fit.
    """
    collected, reports = collect(paths, options)
    return collected.fixes, reports


def collect(
    paths: Sequence[Path], options: TrailOptions
) -> tuple[Collected, tuple[LoadReport, ...]]:
    """The same with what was odd about the fixes; errors as `read_all`."""
    collector = Collector(options.with_motion)
    reports = [_collect(path, options, collector) for path in paths]
    collected = collector.finish()
    if reports:
        warnings = (*reports[-1].warnings, *_collected_warnings(collected))
        reports[-1] = replace(reports[-1], warnings=warnings)
    return collected, tuple(reports)


def check(path: Path, options: TrailOptions) -> LoadReport:
    """The report of one file and nothing else; errors as `read_all`."""
    return read_all([path], options)[1][0]


def _collect(path: Path, options: TrailOptions, collector: Collector) -> LoadReport:
    progress, mark = _Progress(Tally(), []), collector.mark()
    try:
        for batch in batches(path, options):
            progress.read += batch.read
            progress.tally.add(batch.tally)
            progress.warnings.extend(batch.warnings)
            collector.add(batch.loose)
    except TrailFileRefused as refused:
        collector.forget_since(mark)
        return _failed(path, refused, progress.read)
    return _report(path, progress)


def _report(path: Path, progress: _Progress) -> LoadReport:
    rejected = progress.tally.rows
    accepted = progress.read - rejected
    return LoadReport(
        path.name,
        outcome_of(progress.read, accepted),
        None,
        progress.read,
        accepted,
        rejected,
        faults=tuple(progress.tally.kept),
        warnings=(*_summed(progress.warnings), *progress.tally.closing()),
    )


def _summed(warnings: list[Fault]) -> Iterator[Fault]:
    """One warning for each type and field, the counts of its batches added up."""
    totals: dict[tuple[str, str | None], Fault] = {}
    for warning in warnings:
        key = (warning.type, warning.field)
        if key in totals and warning.value is not None:
            count = int(totals[key].value or 0) + int(warning.value)
            warning = replace(warning, value=str(count))
        totals[key] = warning
    return iter(totals.values())


def _failed(path: Path, refused: TrailFileRefused, read: int) -> LoadReport:
    fault = Fault(None, None, None, None, refused.cause, None, str(refused))
    return LoadReport(
        path.name, Outcome.FAILED, refused.cause, read, 0, read, faults=(fault,)
    )


def _collected_warnings(collected: Collected) -> Iterator[Fault]:
    if collected.repeats:
        yield _warning(
            "IDENTICAL_REPEAT",
            collected.repeats,
            "Nothing to do: fixes of the same device, time and place are kept once.",
        )
    if collected.twins:
        yield twins_warning(collected.twins)
    if len(collected.backwards[1]):
        yield _warning(
            "TIME_RAN_BACKWARDS",
            len(collected.backwards[1]),
            "These fixes stand right after a later one of the same device and were "
            "sorted. A file listed newest first is fine; else look at the tag's clock.",
        )


def twins_warning(count: int) -> Fault:
    """Says how many fixes share device and time with another, elsewhere."""
    return _warning(
        "SAME_TIME_OTHER_PLACE",
        count,
        "A device cannot be in two places: these fixes are kept but not trusted. "
        "Look for two tags under one identifier.",
    )


def _warning(kind: str, count: int, action: str) -> Fault:
    return Fault(None, None, None, None, kind, str(count), action)
