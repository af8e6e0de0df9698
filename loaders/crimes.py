"""The crime file: read() its bytes, parse() them into crimes and faults.

`parse` is pure: no file, no clock. Every column is judged at once, each distinct
value once, so that a large file costs little more than reading it as text.
"""

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geocorr.errors import InputError, UsageError
from geocorr.model import Crime, Fault, Outcome, to_us
from loaders import crime_rows, foreign
from loaders.cells import filled
from loaders.crime_columns import CrimeColumns, Judged
from loaders.crime_faults import COLUMNS, Finding, Witness, faults_of, of_file
from loaders.crime_options import CrimeOptions
from loaders.dialect import GOOD, MALFORMED, WRONG_COUNT, Records, records
from loaders.mapping import CrimeMap
from loaders.refused import EXTRA, RefusedRow, refused_csv
from loaders.repeats import repeats
from loaders.report import LoadReport, outcome_of

Bools = npt.NDArray[np.bool_]
Columns = dict[str, pa.StringArray]

__all__ = ["CrimeOptions", "CrimeParse", "parse", "read"]

_KNOWN = frozenset((*COLUMNS, *EXTRA))


@dataclass(frozen=True, slots=True)
class CrimeParse:
    """What a file said: the report, the crimes as columns, the refused rows.

    `rows` [n] gives each crime's row number; `sha256` is that of the unzipped bytes.
    """

    report: LoadReport
    columns: CrimeColumns | None
    rows: npt.NDArray[np.int64]
    refused_rows: tuple[RefusedRow, ...]
    heading: tuple[str, ...]
    sha256: str

    def crimes(self) -> tuple[Crime, ...]:
        """The accepted crimes in file order."""
        return () if self.columns is None else self.columns.crimes()

    def refused_csv(self) -> bytes:
        """The refused rows with their faults, to be corrected and sent again."""
        return refused_csv(self.refused_rows, self.heading)


def read(path: Path) -> bytes:
    """The bytes of a file, unzipped where its name ends in .gz.

    UsageError where the path cannot be read, InputError where it is broken gzip.
    """
    try:
        data = path.read_bytes()
    except OSError as trouble:
        raise UsageError(f"{path} cannot be read: {trouble.strerror}.") from trouble
    if path.suffix.lower() != ".gz":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as broken:
        raise InputError(
            f"{path.name} is not a whole gzip file ({broken}): send it again."
        ) from broken


def parse(data: bytes, options: CrimeOptions, file: str = "") -> CrimeParse:
    """The crimes and faults of a file's bytes; never raises for what they hold.

    UsageError only where a map names a column that the heading lacks.
    """
    cause = _unreadable(data, options)
    # Latin-1 gives every byte a character: enough to count the rows.
    text = data.decode("latin-1").encode() if cause else data
    found = read_records(text, options.crime_map)
    sifted = None if cause else _sifted(found, options)
    cause = cause or (sifted.cause if sifted else None)
    digest = hashlib.sha256(data).hexdigest()
    heading = (found.heading or COLUMNS) if options.crime_map else COLUMNS
    if sifted is None or cause:
        failed = _failed(len(found), cause or "", options, file)
        return CrimeParse(failed, None, np.zeros(0, np.int64), (), heading, digest)
    report = _report(found, sifted, options, file)
    kept = np.flatnonzero(sifted.kept)
    rows = _refused(found, report.faults, options.crime_map)
    columns = sifted.columns.take(kept)
    return CrimeParse(report, columns, kept + 1, rows, heading, digest)


@dataclass(frozen=True, slots=True)
class _Sifted:
    """Rows sorted out: findings, which were accepted, which of these are kept."""

    raw: Columns
    columns: CrimeColumns
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    accepted: Bools
    kept: Bools
    cause: str | None


def _unreadable(data: bytes, options: CrimeOptions) -> str | None:
    """Why a file cannot be judged at all, if so."""
    if len(data) > options.max_bytes:
        return "TOO_LARGE"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "NOT_UTF8"
    return None


def read_records(text: bytes, crime_map: CrimeMap | None) -> Records:
    """The records of a crime file, or of an export that always has a heading."""
    if crime_map is not None:
        return records(text, lambda cells: True, len(COLUMNS))
    return records(text, _is_heading, len(COLUMNS))


def _is_heading(cells: Sequence[str]) -> bool:
    names = [cell.strip().lower() for cell in cells]
    return len(set(names)) == len(names) and set(names) <= _KNOWN


def _columns(found: Records, crime_map: CrimeMap | None) -> Columns:
    """The thirteen columns by name, blank where the heading leaves them out."""
    if crime_map is not None:
        return foreign.columns_of(found, crime_map)
    names = [name.strip().lower() for name in found.heading or COLUMNS]
    given = dict(zip(names, found.columns, strict=True))
    return {name: given.get(name, filled("", len(found))) for name in COLUMNS}


def _judge(columns: Columns, good: Bools, options: CrimeOptions) -> Judged:
    if options.crime_map is not None:
        return foreign.judge(columns, good, options, options.crime_map)
    return crime_rows.judge(columns, good, options)


def _sifted(found: Records, options: CrimeOptions) -> _Sifted:
    raw = _columns(found, options.crime_map)
    judged = _judge(raw, found.state == GOOD, options)
    valid = judged.valid & (found.state == GOOD)
    again = repeats(judged.columns, valid)
    folded = (again.same | again.other) & options.folds
    duplicate = again.same & ~folded
    accepted = valid & ~duplicate
    return _Sifted(
        raw,
        judged.columns,
        (*_structure(found), *_with_duplicates(judged.findings, duplicate)),
        _warnings(
            (*judged.warnings, _to_come(judged.columns, options)),
            accepted,
            again.other & ~folded,
        ),
        accepted,
        accepted & ~folded,
        None if options.crime_map else _mixed(judged.columns, accepted),
    )


def _structure(found: Records) -> tuple[Finding, ...]:
    return (
        Finding("MALFORMED_CSV", None, found.state == MALFORMED),
        Finding("INVALID_COLUMN_COUNT", None, found.state == WRONG_COUNT),
    )


def _with_duplicates(
    findings: Sequence[Finding], duplicate: Bools
) -> tuple[Finding, ...]:
    """The findings with the repeats, in their place before the times."""
    at = next(i for i, finding in enumerate(findings) if finding.column == "from")
    repeat = Finding("DUPLICATE_CRIME_REFERENCE", "crime_reference", duplicate)
    return (*findings[:at], repeat, *findings[at:])


def _warnings(
    given: Sequence[Finding], accepted: Bools, other: Bools
) -> tuple[Finding, ...]:
    repeated = Finding("CRIME_REFERENCE_REPEATED", "crime_reference", accepted & other)
    return (repeated, *(replace(w, rows=w.rows & accepted) for w in given))


def _to_come(columns: CrimeColumns, options: CrimeOptions) -> Finding:
    return Finding("WINDOW_IN_FUTURE", "to", columns.to_us > to_us(options.now))


def _mixed(columns: CrimeColumns, accepted: Bools) -> str | None:
    """Why valid rows cannot be of one file, if so."""
    if len(set(columns.force[accepted])) > 1:
        return "MULTIPLE_POLICE_FORCES"
    if len(set(columns.batch_id[accepted])) > 1:
        return "MULTIPLE_BATCH_IDS"
    return None


def _only(values: npt.NDArray[np.object_]) -> str | None:
    """The one value of a column, None where there are several, none or a blank."""
    distinct = set(values)
    return (distinct.pop() or None) if len(distinct) == 1 else None


def _expected(options: CrimeOptions) -> str | None:
    return None if options.expected is None else options.expected.identifier


def _failed(read: int, cause: str, options: CrimeOptions, file: str) -> LoadReport:
    return LoadReport(
        file=file,
        outcome=Outcome.FAILED,
        cause=cause,
        read=read,
        accepted=0,
        rejected=read,
        police_force=_expected(options),
        faults=(of_file(cause),),
    )


def _report(
    found: Records, sifted: _Sifted, options: CrimeOptions, file: str
) -> LoadReport:
    accepted = int(sifted.accepted.sum())
    witness = _witness(found, sifted.raw, options)
    warnings = faults_of(sifted.warnings, witness)
    return LoadReport(
        file=file,
        outcome=outcome_of(len(found), accepted),
        cause=None,
        read=len(found),
        accepted=accepted,
        rejected=len(found) - accepted,
        batch_id=_only(sifted.columns.batch_id[sifted.accepted]),
        police_force=_only(sifted.columns.force[sifted.accepted]) or _expected(options),
        faults=faults_of(sifted.findings, witness),
        warnings=warnings + _folded_note(accepted - int(sifted.kept.sum())),
    )


def _folded_note(count: int) -> tuple[Fault, ...]:
    """One warning that counts the rows taken as further offences of an event."""
    if not count:
        return ()
    return (replace(of_file("OTHER_OFFENCES"), value=str(count)),)


def _witness(found: Records, raw: Columns, options: CrimeOptions) -> Witness:
    def reference(row: int) -> str | None:
        return raw["crime_reference"][row].as_py().strip() or None

    def value(row: int, column: str | None) -> str | None:
        if column is None:
            return ",".join(found.odd[row]) if row in found.odd else None
        return raw[column][row].as_py() or None

    return Witness(lambda row: int(found.line[row]), reference, value, options.window_h)


def _refused(
    found: Records, faults: Sequence[Fault], crime_map: CrimeMap | None
) -> tuple[RefusedRow, ...]:
    of_row: dict[int, list[Fault]] = {}
    for fault in faults:
        of_row.setdefault(fault.row or 0, []).append(fault)
    order = None if crime_map else _order(found)
    return tuple(
        RefusedRow(row, own[0].line or 0, _cells(found, row - 1, order), tuple(own))
        for row, own in of_row.items()
    )


def _order(found: Records) -> list[int | None]:
    """Where in the file's rows each of the thirteen columns stands."""
    names = [name.strip().lower() for name in found.heading or COLUMNS]
    return [names.index(name) if name in names else None for name in COLUMNS]


def _cells(
    found: Records, row: int, order: Sequence[int | None] | None
) -> tuple[str, ...]:
    cells = found.cells(row)
    if order is None or row in found.odd:
        return cells
    return tuple("" if at is None else cells[at] for at in order)
