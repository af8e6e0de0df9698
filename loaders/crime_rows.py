"""The thirteen columns of the crime file judged, each column at a time."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from operator import eq

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geocorr.dates import LONDON
from geocorr.geo import WorkingCrs
from loaders.cells import Coded, coded, mask, numbers
from loaders.crime_columns import CrimeColumns, Judged
from loaders.crime_faults import GAP_ACTION, Finding
from loaders.crime_options import CrimeOptions
from loaders.forces import Force, Forces
from loaders.places import BRITISH, PARTNERS, Area, british, datum_finding, places
from loaders.window import Times, times

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Columns = Mapping[str, pa.StringArray]

MAX_TEXT = 10_000
_HOUR_US = 3_600_000_000
_FIRST_DAY = date(2009, 1, 1)
_BATCH = re.compile(r"(\d{4})(\d{2})(\d{2})(-\d)?(-[RA])?", re.ASCII | re.IGNORECASE)


def judge_who(
    columns: Columns, forces: Forces, expected: Force | None, judged: Bools
) -> tuple[Coded[Force | None], Finding]:
    """Each row's force (None where unknown), and the rows without the right one."""
    force = coded(columns["police_force"])
    known = Coded(force.codes, tuple(map(forces.find, force.values)))
    wrong = force.where(
        lambda text: (
            forces.find(text) is None
            or (expected is not None and forces.find(text) != expected)
        )
    )
    return known, Finding("INVALID_POLICE_FORCE", "police_force", judged & wrong)


def judge_type(
    column: pa.StringArray, known: Mapping[str, str], judged: Bools
) -> tuple[npt.NDArray[np.object_], Finding]:
    """Each row's crime type in upper case, and the rows with an unknown one."""
    types = coded(column)
    unknown = types.where(lambda text: text.upper() not in known)
    finding = Finding("INVALID_CRIME_TYPE", "crime_type", judged & unknown)
    return types.map(str.upper), finding


def judge_batch(
    column: pa.StringArray, force: Coded[Force | None], today: date, judged: Bools
) -> tuple[npt.NDArray[np.object_], tuple[Finding, ...]]:
    """Each row's batch id as it is kept (None if wrong), and what is wrong."""
    batch = coded(column)
    pairs = batch.codes * max(1, len(force.values)) + force.codes
    distinct, which = np.unique(pairs, return_inverse=True)
    answers = [
        _batch_id(batch.values[pair[0]], force.values[pair[1]], today)
        for pair in (divmod(int(code), len(force.values)) for code in distinct)
    ]
    kept = Coded(which, tuple(answer[0] for answer in answers))
    fault = Coded(which, tuple(answer[1] for answer in answers))
    names = ("MISSING_BATCH_ID", "INVALID_BATCH_ID_FORMAT", "INVALID_BATCH_ID_DATE")
    return kept.map(lambda text: text), tuple(
        Finding(name, "batch_id", judged & fault.where(partial(eq, name)))
        for name in names
    )


def _batch_id(
    text: str, force: Force | None, today: date
) -> tuple[str | None, str | None]:
    """The batch id as it is kept, or the name of its fault."""
    if not text:
        return None, "MISSING_BATCH_ID"
    if force is None:
        return None, None
    found = _BATCH.fullmatch(text.removeprefix(force.prefix))
    if found is None or not text.startswith(force.prefix):
        return None, "INVALID_BATCH_ID_FORMAT"
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None, "INVALID_BATCH_ID_DATE"
    if not _FIRST_DAY <= day <= today + timedelta(days=1):
        return None, "INVALID_BATCH_ID_DATE"
    return force.prefix + found[0].upper(), None


def judge_reference(
    column: pa.StringArray, judged: Bools
) -> tuple[pa.StringArray, tuple[Finding, ...]]:
    """References trimmed, and the rows without one or with a NUL in it."""
    trimmed = pc.utf8_trim_whitespace(column)
    blank = mask(pc.equal(trimmed, ""))
    return trimmed, (
        Finding("MISSING_CRIME_REFERENCE", "crime_reference", judged & blank),
        Finding("INVALID_TEXT", "crime_reference", judged & has_nul(column)),
    )


def has_nul(column: pa.StringArray) -> Bools:
    """Which cells hold a NUL."""
    return mask(pc.match_substring(column, "\0"))


def judge_text(column: pa.StringArray, judged: Bools) -> Finding:
    """Rows whose free text is over-long or holds a NUL."""
    long = mask(pc.greater(pc.utf8_length(column), MAX_TEXT))
    return Finding("INVALID_TEXT", "free_text", judged & (long | has_nul(column)))


def judge_window(
    start: Times, end: Times, max_h: float, judged: Bools
) -> tuple[Finding, ...]:
    """What is wrong with the two times; their relation only where both exist."""
    both = judged & start.good & end.good
    length_us = end.last_us - start.first_us
    return (
        Finding("INVALID_FROM_DATE_FORMAT", "from", judged & start.bad),
        Finding("INVALID_FROM_DATE_FORMAT", "from", judged & start.gap, GAP_ACTION),
        Finding("INVALID_TO_DATE_FORMAT", "to", judged & end.bad),
        Finding("INVALID_TO_DATE_FORMAT", "to", judged & end.gap, GAP_ACTION),
        Finding("CRIME_DATE_TIME_TO_AFTER_FROM", "to", both & (length_us < 0)),
        Finding(
            "CRIME_DATE_TIME_EXCEEDS_WINDOW",
            "to",
            both & (length_us > max_h * _HOUR_US),
        ),
    )


def ambiguous(start: Times, end: Times) -> tuple[Bools, tuple[Finding, ...]]:
    """Rows with a time that came twice, and the warnings that say so."""
    return start.twice | end.twice, (
        Finding("AMBIGUOUS_TIME", "from", start.twice),
        Finding("AMBIGUOUS_TIME", "to", end.twice),
    )


def where(
    columns: Columns, crs: WorkingCrs, judged: Bools
) -> tuple[tuple[Floats, Floats, Floats, Floats], tuple[Finding, ...]]:
    """Latitude, longitude, x and y of each row, and what is wrong with the place."""
    pairs = {name: numbers(columns[name]) for name in PARTNERS}
    found = places(pairs, crs, Area(BRITISH, british), judged)
    datum: Coded[str] = coded(columns["datum"])
    at = (found.latitude, found.longitude, found.x_m, found.y_m)
    return at, (*found.findings, datum_finding(datum, pairs, judged))


def judge(columns: Columns, judged: Bools, options: CrimeOptions) -> Judged:
    """All rows of a crime file: their columns, findings in column order, warnings."""
    zone, today = options.zone, options.now.astimezone(LONDON).date()
    force, wrong_force = judge_who(columns, options.forces, options.expected, judged)
    type_, wrong_type = judge_type(columns["crime_type"], options.crime_types, judged)
    batch_id, wrong_batch = judge_batch(columns["batch_id"], force, today, judged)
    reference, wrong_reference = judge_reference(columns["crime_reference"], judged)
    start, end = times(columns["from"], zone), times(columns["to"], zone)
    at, wrong_place = where(columns, options.crs, judged)
    twice, warnings = ambiguous(start, end)
    description = columns["crime_type_description"]
    identifier = force.map(lambda known: known and known.identifier)
    return Judged(
        CrimeColumns(
            identifier,
            type_,
            description,
            batch_id,
            reference,
            start.first_us,
            end.last_us,
            *at,
            columns["free_text"],
            twice,
        ),
        (
            wrong_force,
            wrong_type,
            Finding(
                "INVALID_TEXT", "crime_type_description", judged & has_nul(description)
            ),
            *wrong_batch,
            *wrong_reference,
            *judge_window(start, end, options.max_window_h, judged),
            *wrong_place,
            judge_text(columns["free_text"], judged),
        ),
        warnings,
    )
