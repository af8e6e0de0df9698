"""Entries of the data sets that score a nominal: CSV or Parquet with headings.

One row an entry; `geocorr.scoring.entry` says what code and grade are in each data set.
A row may correct an earlier file's entry of the same `entry_id`; `withdrawn` takes one
back as never true.
"""

from datetime import date

from geocorr.scoring.entry import (
    CATEGORIES,
    THREATS,
    DataSet,
    Disposal,
    Entry,
    EntryOutcome,
    known_code,
    known_grade,
)
from geocorr.scoring.grading import graded
from loaders import headed
from loaders.forces import forces
from loaders.headed_cells import Cells
from loaders.report import LoadReport

COLUMNS = headed.Columns(
    ("entry_id", "nominal_id", "data_set", "event_on", "code"),
    ("event_id", "grade", "outcome", "outcome_on", "handling", "force", "withdrawn"),
)
_CODES = {
    DataSet.CRIMES: "Give a Home Office code, such as 34B or 28/03.",
    DataSet.IMS: "Give the heading in letters, such as drugs.",
    DataSet.DIP: "Give the drug, or the Home Office code of a refusal.",
    DataSet.WARRANTS: f"Give one of {', '.join(CATEGORIES)}.",
    DataSet.ICIS: f"Give one of {', '.join(Disposal)}.",
}
_GRADES = {
    DataSet.IMS: "Give the grading: 5x5x5 such as B24, or 3x5x2 such as 2BP.",
    DataSet.DIP: "Give how often it is tested for, in letters; blank at a refusal.",
    DataSet.WARRANTS: f"Give the threat: one of {', '.join(THREATS)}, or blank.",
}
_NO_GRADE = "Leave the grade blank: this data set has none."
_YES_NO = {"yes": True, "no": False, "": False}


def parse(data: bytes, file: str, today: date) -> tuple[LoadReport, tuple[Entry, ...]]:
    """WMP-5.4 to 5.8. The entries of a file and its report. Pure.

    `today` is London's: what lies after it has not happened yet.
    """
    seen: set[str] = set()
    return headed.parse(data, file, COLUMNS, lambda cells: _entry(cells, today, seen))


def _entry(cells: Cells, today: date, seen: set[str]) -> Entry | None:
    entry_id, nominal_id = cells.needed("entry_id"), cells.needed("nominal_id")
    data_set = cells.choice("data_set", DataSet)
    event_on = _happened(cells, "event_on", today, needed=True)
    kind = None if data_set is None else _kind(cells, data_set)
    outcome, outcome_on = _outcome(cells, event_on, today)
    handling = _handling(cells, data_set)
    force, withdrawn = _force(cells), _withdrawn(cells)
    if entry_id in seen:
        action = "A row above has this entry_id: keep one of them."
        cells.refuse("entry_id", "DUPLICATE_ENTRY", action)
    if cells.faults or data_set is None or event_on is None or kind is None:
        return None
    seen.add(entry_id)
    whose = (entry_id, nominal_id, cells.text("event_id"), data_set, event_on)
    return Entry(*whose, *kind, outcome, outcome_on, handling, force, withdrawn)


def _happened(
    cells: Cells, field: str, today: date, *, needed: bool = False
) -> date | None:
    """A day that is over or today's; one to come is a fault."""
    if needed:
        cells.needed(field)
    text = cells.day(field)
    day = None if text is None else date.fromisoformat(text)
    if day is not None and day > today:
        action = f"{day} has not come yet: mend the date."
        cells.refuse(field, "DATE_IN_FUTURE", action)
        return None
    return day


def _kind(cells: Cells, data_set: DataSet) -> tuple[str, str] | None:
    """Code and grade as they are compared."""
    code = known_code(data_set, cells.needed("code"))
    if code is None:
        if cells.text("code"):
            cells.refuse("code", "UNKNOWN_CODE", _CODES[data_set])
        return None
    grade = known_grade(data_set, code, cells.text("grade"))
    if grade is None:
        refusal = data_set is DataSet.DIP and code[:1].isdigit()
        action = _NO_GRADE if refusal else _GRADES.get(data_set, _NO_GRADE)
        cells.refuse("grade", "WRONG_GRADE", action)
        return None
    return code, grade


def _outcome(
    cells: Cells, event_on: date | None, today: date
) -> tuple[EntryOutcome, date | None]:
    if not cells.text("outcome"):
        if cells.text("outcome_on"):
            action = "Give the outcome that was known that day, or leave both blank."
            cells.refuse("outcome", "MISSING_VALUE", action)
        return EntryOutcome.NONE, None
    outcome = cells.choice("outcome", EntryOutcome) or EntryOutcome.NONE
    known_on = _happened(
        cells, "outcome_on", today, needed=outcome is not EntryOutcome.NONE
    )
    if outcome is EntryOutcome.NONE and known_on:
        action = "Leave outcome_on blank: there is no outcome."
        cells.refuse("outcome_on", "OUTCOME_WITHOUT_WORDS", action)
    if known_on and event_on and known_on < event_on:
        action = "The outcome is known before the event: mend the dates."
        cells.refuse("outcome_on", "OUTCOME_BEFORE_EVENT", action)
    return outcome, known_on


def _handling(cells: Cells, data_set: DataSet | None) -> str:
    """The handling code of intelligence, which is the last letter of its grading."""
    given = cells.text("handling").upper()
    if data_set is not DataSet.IMS:
        if given:
            action = "Leave handling blank: it belongs to intelligence."
            cells.refuse("handling", "WRONG_HANDLING", action)
        return ""
    grading = graded(cells.text("grade"))
    handling = grading.handling if grading else given
    if given and given != handling:
        action = f"The grading says {handling}: make them agree, or leave it blank."
        cells.refuse("handling", "WRONG_HANDLING", action)
    return handling


def _force(cells: Cells) -> str | None:
    named = cells.text("force")
    force = forces().find(named) if named else None
    if named and force is None:
        action = "Give a force as geocorr names it, such as West Midlands."
        cells.refuse("force", "UNKNOWN_FORCE", action)
    return force.identifier if force else None


def _withdrawn(cells: Cells) -> bool:
    value = cells.text("withdrawn").casefold()
    if value not in _YES_NO:
        cells.refuse("withdrawn", "UNKNOWN_VALUE", "Give yes or no.")
    return _YES_NO.get(value, False)
