"""Facts of a case: what is recorded of a nominal, a row a fact.

Of each kind the values that it may have, and what else it needs, stand in one table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from geocorr.cohorts.facts import (
    Abuse,
    Fact,
    FactKind,
    Judgement,
    OffenceKind,
    Relationship,
    RiskLevel,
    Sentence,
)
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport

COLUMNS = headed.Columns(
    ("fact_id", "nominal_id", "kind", "value", "from", "source"),
    ("to", "subject", "victim", "household", "relationship", "withdrawn"),
)
_PERCENT, _MONTHS, _SCORE = 100.0, 1_200.0, 1e9
_FIRST_YEAR = 1900
_YES_NO = {"yes": True, "no": False, "": False}
Check = Callable[[Cells], None]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a kind needs: one of `values`, or a number, else any text."""

    values: tuple[str, ...] = ()
    most: float | None = None
    needs: tuple[str, ...] = ()
    may_come: bool = False


_KINDS: dict[FactKind, _Wanted] = {
    FactKind.STATUTORY: _Wanted(tuple(Sentence), may_come=True),
    FactKind.OGRS: _Wanted(most=_PERCENT),
    FactKind.INDEX_OFFENCE: _Wanted(tuple(OffenceKind)),
    FactKind.OFFENCE: _Wanted(tuple(OffenceKind)),
    FactKind.PROLIFIC: _Wanted(),
    FactKind.RISK: _Wanted(tuple(RiskLevel), needs=("subject",)),
    FactKind.DOMESTIC_ABUSE: _Wanted(tuple(Abuse), needs=("victim", "relationship")),
    FactKind.VICTIM_LINK: _Wanted(needs=("victim",)),
    FactKind.MARAC: _Wanted(("qualifying",)),
    FactKind.DA_REVIEW: _Wanted(("suitable", "not_suitable")),
    FactKind.TRANSFER: _Wanted(("lomu", "force"), needs=("subject",)),
    FactKind.RESETTLEMENT: _Wanted(("release",)),
    FactKind.TRACKER: _Wanted(most=_SCORE),
    FactKind.USG_FEATURES: _Wanted(("yes", "no")),
    FactKind.EXPLOITATION: _Wanted(("conviction", "intelligence")),
    FactKind.CUSTODY: _Wanted(most=_MONTHS, may_come=True),
    FactKind.INTELLIGENCE: _Wanted(("reoffending",)),
    FactKind.JUDGED: _Wanted(tuple(Judgement), needs=("subject",)),
    FactKind.NEED: _Wanted(),
}


def parse(data: bytes, file: str, today: date) -> tuple[LoadReport, tuple[Fact, ...]]:
    """The facts of a file and its report. Pure. A fact_id stands once in a file.

    Only a sentence or custody may begin after `today`.
    """
    seen: set[str] = set()
    return headed.parse(data, file, COLUMNS, lambda cells: _fact(cells, today, seen))


def _fact(cells: Cells, today: date, seen: set[str]) -> Fact | None:
    fact_id, nominal_id = cells.needed("fact_id"), cells.needed("nominal_id")
    kind = cells.choice("kind", FactKind)
    source = cells.needed("source")
    begin, end = _days(cells)
    withdrawn = _withdrawn(cells)
    if fact_id in seen:
        cells.refuse("fact_id", "DUPLICATE_FACT", "A row above has this fact_id.")
    seen.add(fact_id)
    if kind is None:
        return None
    wanted = _KINDS[kind]
    value = _value(cells, wanted)
    for field in wanted.needs:
        cells.needed(field)
    relationship = _relationship(cells, kind)
    victim, household = cells.text("victim"), cells.text("household")
    if kind is FactKind.VICTIM_LINK and victim == value:
        cells.refuse(
            "value", "VICTIM_LINK_TO_SELF", "Give another victim than `victim`."
        )
    if begin is not None and begin > today and not wanted.may_come:
        action = "Only a sentence or custody may begin in the future: mend the date."
        cells.refuse("from", "FUTURE_DATE", action)
    if cells.faults or begin is None:
        return None
    subject = cells.text("subject").casefold()
    if kind in (FactKind.TRACKER, FactKind.TRANSFER):
        subject = cells.text("subject")
    about = (subject, victim, household, relationship)
    return Fact(fact_id, nominal_id, kind, value, begin, end, *about, source, withdrawn)


def _days(cells: Cells) -> tuple[date | None, date | None]:
    cells.needed("from")
    begin, end = _day(cells, "from"), _day(cells, "to")
    if begin is not None and end is not None and end < begin:
        action = "The fact ends before it begins: mend the dates."
        cells.refuse("to", "FACT_TO_AFTER_FROM", action)
    return begin, end


def _day(cells: Cells, field: str) -> date | None:
    text = cells.day(field)
    day = None if text is None else date.fromisoformat(text)
    if day is not None and day.year < _FIRST_YEAR:
        action = f"Give a year from {_FIRST_YEAR} on."
        cells.refuse(field, "INVALID_DATE", action)
    return day


def _value(cells: Cells, wanted: _Wanted) -> str:
    """In the words of its kind; what is wrong with it is a fault of the row."""
    value = cells.needed("value")
    if not value:
        return value
    if wanted.most is not None:
        return _number(cells, wanted.most)
    if wanted.values and value.casefold() not in wanted.values:
        action = f"Give one of {', '.join(wanted.values)}."
        cells.refuse("value", "UNKNOWN_VALUE", action)
    return value.casefold() if wanted.values else value


def _number(cells: Cells, most: float) -> str:
    number = cells.number("value")
    if number is not None and not 0 <= number <= most:
        cells.refuse("value", "OUT_OF_RANGE", f"Give a number from 0 to {most:g}.")
    return "" if number is None else f"{number:g}"


def _relationship(cells: Cells, kind: FactKind) -> str:
    if kind is not FactKind.DOMESTIC_ABUSE or not cells.text("relationship"):
        return ""
    found = cells.choice("relationship", Relationship)
    return "" if found is None else found.value


def _withdrawn(cells: Cells) -> bool:
    value = cells.text("withdrawn").casefold()
    if value not in _YES_NO:
        cells.refuse("withdrawn", "UNKNOWN_VALUE", "Give yes or no.")
    return _YES_NO.get(value, False)
