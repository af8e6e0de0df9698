"""The names of what can be wrong with a crime's row, and what to do about each.

A finding is one kind of fault in many rows; faults are made of findings only for the
rows that have them, in column order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr.model import Fault

Bools = npt.NDArray[np.bool_]

# Longer values are cut in reports; the refused rows keep them whole.
MAX_VALUE = 200

COLUMNS = (
    "police_force",
    "crime_type",
    "crime_type_description",
    "batch_id",
    "crime_reference",
    "from",
    "to",
    "easting",
    "northing",
    "latitude",
    "longitude",
    "datum",
    "free_text",
)
# The name a fault gives to the field of each column.
FIELDS = {
    "police_force": "policeForce",
    "crime_type": "crimeType",
    "crime_type_description": "crimeText",
    "batch_id": "batchId",
    "crime_reference": "crimeReference",
    "from": "dateFrom",
    "to": "dateTo",
    "easting": "easting",
    "northing": "northing",
    "latitude": "latitude",
    "longitude": "longitude",
    "datum": "datum",
    "free_text": "crimeText",
}

ACTIONS = {
    "MALFORMED_CSV": "Close every quote, and double quotes inside a quoted cell.",
    "INVALID_COLUMN_COUNT": "Give this row as many cells as there are columns.",
    "INVALID_POLICE_FORCE": "Give a known force by its name or its batch prefix.",
    "INVALID_CRIME_TYPE": "Give one of the known crime types.",
    "MISSING_BATCH_ID": "Give the batch id: the force's prefix and the day.",
    "INVALID_BATCH_ID_FORMAT": (
        "Write the force's own prefix and YYYYMMDD, then -digit and -R or -A if needed."
    ),
    "INVALID_BATCH_ID_DATE": (
        "Give a real day in the batch id, from 2009 to tomorrow."
    ),
    "MISSING_CRIME_REFERENCE": "Give the force's reference of this crime.",
    "DUPLICATE_CRIME_REFERENCE": "Leave out this row: it repeats an earlier one.",
    "INVALID_FROM_DATE_FORMAT": (
        "Write the time as YYYYMMDDHHMMSS or ISO 8601, a real day and hour."
    ),
    "INVALID_TO_DATE_FORMAT": (
        "Write the time as YYYYMMDDHHMMSS or ISO 8601, a real day and hour."
    ),
    "CRIME_DATE_TIME_TO_AFTER_FROM": "Mend the times: the crime ends before it begins.",
    "CRIME_DATE_TIME_EXCEEDS_WINDOW": (
        "Narrow the times to at most {max_window_h:g} h."
    ),
    "INVALID_NUMBER": "Write a plain decimal number.",
    "DEPENDENT_LOCATION_DATA": "Give the other coordinate of the pair too.",
    "MULTIPLE_LOCATION_DATA_TYPES": (
        "Give either easting and northing or latitude and longitude, not both."
    ),
    "INVALID_LOCATION_DATA_RANGE": "Check the place: it lies outside the area covered.",
    "MISSING_LOCATION_DATA": ("Give easting and northing, or latitude and longitude."),
    "DATUM_MISMATCH": (
        "Degrees are WGS84 and metres OSGB36: mend the datum or the coordinates."
    ),
    "INVALID_TEXT": "Remove NUL characters, and keep the text to 10,000 characters.",
    "AMBIGUOUS_TIME": (
        "The clocks went back in this hour: both readings are searched. "
        "Give an offset to narrow it."
    ),
    "WINDOW_IN_FUTURE": (
        "This window has not ended yet: check the day and the zone, or match it again "
        "when it has; until then no trail can cover it."
    ),
    "CRIME_REFERENCE_REPEATED": (
        "An earlier row has this reference and other content: both are kept as "
        "successive versions."
    ),
    "OTHER_OFFENCES": (
        "Rows that name a reference again are further offences of the same event."
    ),
    "MULTIPLE_POLICE_FORCES": "Send one file per force.",
    "MULTIPLE_BATCH_IDS": "Send one file per batch.",
    "NOT_UTF8": "Save the file as UTF-8 CSV and send it again.",
    "TOO_LARGE": "Split the file: it is larger than may be sent.",
}
GAP_ACTION = "The clocks skipped this time in spring: correct it or give an offset."


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault on one field, and the rows [n] that have it."""

    type: str
    column: str | None
    rows: Bools
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """What a report says about a row besides its fault."""

    line: Callable[[int], int]
    reference: Callable[[int], str | None]
    value: Callable[[int, str | None], str | None]
    max_window_h: float


def faults_of(findings: Iterable[Finding], witness: Witness) -> tuple[Fault, ...]:
    """The faults of all findings, by row and, within a row, in the order given."""
    keyed = [
        (int(row), order, finding)
        for order, finding in enumerate(findings)
        for row in np.flatnonzero(finding.rows)
    ]
    keyed.sort(key=lambda key: key[:2])
    return tuple(_fault(row, finding, witness) for row, _, finding in keyed)


def _fault(row: int, finding: Finding, witness: Witness) -> Fault:
    value = witness.value(row, finding.column)
    action = finding.action or ACTIONS[finding.type]
    return Fault(
        row=row + 1,
        line=witness.line(row),
        crime_reference=witness.reference(row),
        field=None if finding.column is None else FIELDS[finding.column],
        type=finding.type,
        value=None if value is None else value[:MAX_VALUE],
        action=action.format(max_window_h=witness.max_window_h),
    )


def of_file(cause: str) -> Fault:
    """The one fault of a file that FAILED as a whole."""
    return Fault(None, None, None, None, cause, None, ACTIONS[cause])
