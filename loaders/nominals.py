"""Nominals: identities as they stand on police record."""

import re
from datetime import date

from geocorr.model import Nominal
from loaders import headed
from loaders.headed_cells import Cells
from loaders.report import LoadReport

FLAGS = (
    "PPO",
    "HCCU",
    "DYO",
    "MAPPA1",
    "MAPPA2",
    "MAPPA3",
    "LDM",
    "RSO",
    "DA",
    "OCG",
    "USG",
    "WISDOM",
)
COLUMNS = headed.Columns(
    ("nominal_id", "family_name", "given_names"),
    (
        "date_of_birth",
        "sex",
        "pnc_id",
        "cro",
        "prison_number",
        "crn",
        "force",
        "statutory",
        "flags",
    ),
)
_PNC = re.compile(r"(?:\d{2})?(\d{2})/(\d{1,7})([A-Z])", re.ASCII)
_CHECK_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_YES_NO = {"yes": True, "no": False, "": None}


def parse(
    data: bytes, file: str, today: date
) -> tuple[LoadReport, tuple[Nominal, ...]]:
    """The nominals of a file and its report. Pure. One row a nominal_id.

    Who would be born after `today` is refused: whether a wearer is of age decides
    whether their trail is matched.
    """
    seen: set[str] = set()
    return headed.parse(data, file, COLUMNS, lambda cells: _nominal(cells, today, seen))


def check_letter(year: int, serial: int) -> str:
    """The letter of a PNC id: two-digit year and seven-digit serial, modulo 23."""
    return _CHECK_LETTERS[(year % 100 * 10_000_000 + serial) % len(_CHECK_LETTERS)]


def _nominal(cells: Cells, today: date, seen: set[str]) -> Nominal | None:
    nominal = Nominal(
        cells.needed("nominal_id"),
        cells.needed("family_name"),
        cells.text("given_names"),
        _born(cells, today),
        cells.maybe("sex"),
        _pnc_id(cells),
        cells.maybe("cro"),
        cells.maybe("prison_number"),
        cells.maybe("crn"),
        cells.maybe("force"),
        _statutory(cells),
        cells.listed("flags", FLAGS),
    )
    if cells.faults:
        return None
    if nominal.nominal_id in seen:
        action = "A row above has this nominal_id: keep one of them."
        cells.refuse("nominal_id", "DUPLICATE_NOMINAL", action)
    seen.add(nominal.nominal_id)
    return nominal


def _born(cells: Cells, today: date) -> str | None:
    """The date of birth, which is over or today's."""
    born = cells.day("date_of_birth")
    if born is not None and date.fromisoformat(born) > today:
        action = f"{born} has not come yet: mend the date."
        cells.refuse("date_of_birth", "DATE_IN_FUTURE", action)
    return born


def _pnc_id(cells: Cells) -> str | None:
    """The PNC id in capitals; its form and its check letter are judged."""
    value = cells.text("pnc_id").upper()
    if not value:
        return None
    found = _PNC.fullmatch(value)
    if found is None:
        cells.refuse("pnc_id", "INVALID_PNC_ID", "Give it as 2001/0123456X.")
    elif check_letter(int(found[1]), int(found[2])) != found[3]:
        action = "The check letter does not fit the number: one of them is a slip."
        cells.refuse("pnc_id", "INVALID_PNC_CHECK_LETTER", action)
    return value


def _statutory(cells: Cells) -> bool | None:
    value = cells.text("statutory").casefold()
    if value not in _YES_NO:
        cells.refuse("statutory", "UNKNOWN_VALUE", "Give yes or no.")
    return _YES_NO.get(value)
