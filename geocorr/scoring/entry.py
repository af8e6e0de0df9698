"""WMP-5.4 to 5.8. Entries: what the data sets say of a nominal, one thing each.

An entry is identified by its `entry_id`, in as many versions as were sent of it. It
belongs to an event: several data sets may tell of the same one.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.scoring.grading import graded


class DataSet(StrEnum):
    """Where an entry comes from. DIP is the drug tests, ICIS the custody records."""

    CRIMES = "crimes"
    IMS = "ims"
    DIP = "dip"
    WARRANTS = "warrants"
    ICIS = "icis"


class EntryOutcome(StrEnum):
    """What became of the matter; which of them end an entry is the profile's choice."""

    NONE = "none"
    CHARGED = "charged"
    CAUTIONED = "cautioned"
    CONVICTED = "convicted"
    NO_FURTHER_ACTION = "no_further_action"
    DISCONTINUED = "discontinued"
    ACQUITTED = "acquitted"
    QUASHED = "quashed"


class Disposal(StrEnum):
    """WMP-5.8. The codes of ICIS; `reported` is for process or summons."""

    ARRESTED = "arrested"
    CHARGED = "charged"
    CAUTIONED = "cautioned"
    REPRIMANDED = "reprimanded"
    WARNED = "warned"
    INFORMALLY_WARNED = "informally_warned"
    REPORTED = "reported"
    SUSPECT = "suspect"


THREATS = ("low", "medium", "high")
CATEGORIES = ("A", "B", "C")
_HOME_OFFICE = re.compile(r"0*([1-9]\d{0,2})([A-Z]?)(?:/(\d{1,2}))?", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9]*(?:[ _-][a-z0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a data set says of a nominal, as one version words it.

    crimes: `code` is the Home Office's ("34B", "28/03"). ims: the heading, graded by
    5x5x5 or 3x5x2. dip: the drug, graded by how often it is tested for; or the Home
    Office code of a test refused or an assessment missed. warrants: the category,
    graded by threat. icis: a `Disposal`. `outcome_on` is the day the outcome was known;
    `handling` the handling code of intelligence; `withdrawn` = never true.
    """

    entry_id: str
    nominal_id: str
    event_id: str
    data_set: DataSet
    event_on: date
    code: str
    grade: str = ""
    outcome: EntryOutcome = EntryOutcome.NONE
    outcome_on: date | None = None
    handling: str = ""
    force: str | None = None
    withdrawn: bool = False


def home_office_code(text: str) -> str | None:
    """A Home Office code as it is compared: "034/2" is 34/02, "34b" is 34B.

    None where it is no class of crime (CCC, with a letter) or class and sub-class
    (CCC/SS). Entries and weights are both put down so.
    """
    found = _HOME_OFFICE.fullmatch(text.strip().upper())
    if found is None:
        return None
    number, letter, sub = found.groups()
    return f"{number}{letter}" + (f"/{int(sub):02}" if sub else "")


def known_code(data_set: DataSet, code: str) -> str | None:
    """The code as it is compared; None where the data set has no such code."""
    word = code.strip().casefold()
    if data_set is DataSet.CRIMES:
        return home_office_code(code)
    if data_set is DataSet.WARRANTS:
        return word.upper() if word.upper() in CATEGORIES else None
    if data_set is DataSet.ICIS:
        return word if word in tuple(Disposal) else None
    if data_set is DataSet.DIP and word[:1].isdigit():
        return home_office_code(code)
    return word if _WORD.fullmatch(word) else None


def known_grade(data_set: DataSet, code: str, grade: str) -> str | None:
    """The grade as it is compared; None where such an entry has no such grade."""
    word = grade.strip().casefold()
    if data_set is DataSet.IMS:
        return word.upper() if graded(word) else None
    if data_set is DataSet.WARRANTS and word:
        return word if word in THREATS else None
    if data_set is DataSet.DIP and word and not code[:1].isdigit():
        return word if _WORD.fullmatch(word) else None
    return None if word else ""
