"""WMP-5.3. Weight sets: TOML, or CSV with the set's own words before the table.

TOML has the words as keys and one `[[weight]]` a row; CSV has lines such as
`# effective_from = 2026-04-01` and then the headings. Points have at most six decimals.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from geocorr.model import Fault
from geocorr.scoring.entry import DataSet, known_code, known_grade
from geocorr.scoring.weights import POINT, Kind, Purpose, Weight, WeightSet
from loaders import headed
from loaders.forces import forces
from loaders.headed_cells import Cells
from loaders.report import LoadReport
from loaders.trail_source import TrailFileRefused

COLUMNS = headed.Columns(
    ("data_set", "code", "points"), ("grade", "occurrence", "label")
)
_WORDS = ("name", "version", "owner", "effective_from", "review_due")
_CAP = "cap_"
# Gradings, and the parts of them that a weight may stand for.
_GRADING = re.compile(r"[A-E]([1-5][1-5]?)?|[1-3]([A-E][PC]?)?", re.ASCII)
_POINTS = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_WORD_LINE = re.compile(r'\s*"?#\s*(\w+)\s*[=:]\s*(.*?)\s*"?[,;\s]*')
# Beyond this a score could not be summed exactly.
_MOST_POINTS = 100_000
_MOST_OCCURRENCE = 1_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A set as its file has it, with the faults of its rows; those are left out."""

    weights: WeightSet
    faults: tuple[Fault, ...]


def parse(data: bytes, file: str) -> tuple[LoadReport, Draft | None]:
    """The draft of a file and its report; None where it is refused whole. Pure.

    A row with a fault is left out of the draft and keeps it from being approved.
    """
    try:
        words, table = _taken_apart(data)
        head = _Head(words)
    except TrailFileRefused as refused:
        return headed.failed(file, refused.cause, str(refused)), None
    seen: set[tuple[Kind, int]] = set()
    report, rows = headed.judged(file, table, partial(_weight, seen=seen))
    return report, Draft(head.made(rows), report.faults)


def _taken_apart(data: bytes) -> tuple[Mapping[str, str], headed.Table]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise TrailFileRefused(
            "NOT_UTF8", "The file is not UTF-8: export it again as UTF-8."
        ) from broken
    lines = text.splitlines()
    first = next((line for line in lines if line.strip(", \t")), "")
    is_csv = first.lstrip(' "').startswith("#") and "[[weight]]" not in text
    return _csv(lines) if is_csv else _toml(text)


def _csv(lines: list[str]) -> tuple[Mapping[str, str], headed.Table]:
    words: dict[str, str] = {}
    for number, line in enumerate(lines):
        found = _WORD_LINE.fullmatch(line)
        if found is None:
            if line.strip(", \t"):
                # Blank lines keep the rows where the file has them.
                rest = "\n" * number + "\n".join(lines[number:])
                return words, headed.take_apart(rest.encode(), COLUMNS)
            continue
        if found[1].casefold() in words:
            raise _refused(found[1], "stands twice: take one line out")
        words[found[1].casefold()] = found[2]
    raise TrailFileRefused("NO_TABLE", "The file has no table of weights: add it.")


def _toml(text: str) -> tuple[Mapping[str, str], headed.Table]:
    try:
        told = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        raise TrailFileRefused(
            "MALFORMED_TOML",
            f"The file is no TOML ({broken}), and no CSV with lines such as "
            "`# name = ...` before its headings.",
        ) from broken
    rows, caps = told.pop("weight", []), told.pop("caps", {})
    if not _tables(rows) or not isinstance(caps, dict):
        raise TrailFileRefused(
            "MALFORMED_TOML", "Give each weight as a table [[weight]], caps as [caps]."
        )
    for key, value in told.items():
        if isinstance(value, dict | list):
            raise _refused(key, "is no plain value: write it as key = value")
    words = {key: headed.as_text(value) for key, value in told.items()}
    words |= {_CAP + key: headed.as_text(value) for key, value in caps.items()}
    return words, _table(rows)


def _tables(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _table(rows: list[dict[str, object]]) -> headed.Table:
    names = sorted({name for row in rows for name in row})
    cells = tuple(
        Cells(n, None, {name: headed.as_text(value) for name, value in row.items()})
        for n, row in enumerate(rows, 1)
    )
    return headed.Table(cells, (), headed.unknown(names, COLUMNS))


class _Head:
    """The words of a set; TrailFileRefused for one that is missing or wrong."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        caps = tuple(_CAP + data_set.value for data_set in DataSet)
        known = (*_WORDS, "force", "purpose", "event_cap", *caps)
        strange = [word for word in words if word not in known]
        if strange:
            raise _refused(strange[0], f"is not known; known are {', '.join(known)}")
        for word in _WORDS:
            if not words.get(word, "").strip():
                raise _refused(word, "is missing: give it")
        if any("\0" in text or len(text) > 200 for text in words.values()):
            raise TrailFileRefused("INVALID_TEXT", "Shorten the words of the set.")
        self.purpose = self._purpose()
        self.days = self._day("effective_from"), self._day("review_due")
        self.event_cap = self._cap("event_cap")
        found = {data_set.value: self._cap(_CAP + data_set) for data_set in DataSet}
        self.caps = {name: cap for name, cap in found.items() if cap is not None}
        named = words.get("force", "").strip()
        force = forces().find(named) if named else None
        self.force = force.identifier if force else named or None

    def made(self, rows: tuple[Weight, ...]) -> WeightSet:
        """The set with these rows."""
        named = (self._words["name"], self._words["version"], self._words["owner"])
        whose = (self.force, self.purpose)
        return WeightSet(*named, *self.days, rows, *whose, self.caps, self.event_cap)

    def _purpose(self) -> Purpose:
        given = self._words.get("purpose", Purpose.SCORE)
        if given not in tuple(Purpose):
            raise _refused("purpose", f"is one of {', '.join(Purpose)}")
        return Purpose(given)

    def _day(self, word: str) -> date:
        try:
            return date.fromisoformat(self._words[word])
        except ValueError:
            raise _refused(word, "is no date: give YYYY-MM-DD") from None

    def _cap(self, word: str) -> int | None:
        given = self._words.get(word)
        if given is None:
            return None
        points = _micropoints(given)
        if points is None or points <= 0:
            raise _refused(word, "is no number of points above zero")
        return points


def _weight(cells: Cells, seen: set[tuple[Kind, int]]) -> Weight | None:
    data_set = cells.choice("data_set", DataSet)
    points, occurrence = _points(cells), _occurrence(cells)
    label = cells.text("label")
    if data_set is None:
        return None
    code, grade = _code(cells, data_set), cells.text("grade")
    grade = _grade(cells, data_set, code, grade)
    kind = Kind(data_set.value, code, grade)
    if not cells.faults and (kind, occurrence) in seen:
        action = "A row above has this data set, code, grade and occurrence."
        cells.refuse("code", "DUPLICATE_WEIGHT", action)
    if cells.faults:
        return None
    seen.add((kind, occurrence))
    return Weight(*kind, points, occurrence, label)


def _code(cells: Cells, data_set: DataSet) -> str:
    given = cells.text("code")
    code = known_code(data_set, given) if given else ""
    if code is None:
        action = f"{data_set.upper()} has no such code: mend it, or leave it blank."
        cells.refuse("code", "UNKNOWN_CODE", action)
    return code or ""


def _grade(cells: Cells, data_set: DataSet, code: str, given: str) -> str:
    grade: str | None
    if data_set is DataSet.IMS:
        grade = given.upper() if _GRADING.fullmatch(given.upper()) else None
    else:
        grade = known_grade(data_set, code, given)
    if given and grade is None:
        action = f"{data_set.upper()} has no such grade: mend it, or leave it blank."
        cells.refuse("grade", "UNKNOWN_GRADE", action)
    return grade or ""


def _points(cells: Cells) -> int:
    given = cells.needed("points")
    points = _micropoints(given) if given else 0
    if points is None:
        action = "Give plain points with at most six decimals."
        cells.refuse("points", "INVALID_NUMBER", action)
    elif points < 0:
        cells.refuse("points", "NEGATIVE_WEIGHT", "Give nought or more points.")
    elif points > _MOST_POINTS * POINT:
        action = f"Give at most {_MOST_POINTS:,} points: more are not summed exactly."
        cells.refuse("points", "WEIGHT_TOO_LARGE", action)
    return points or 0


def _occurrence(cells: Cells) -> int:
    given = cells.text("occurrence") or "1"
    if given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= _MOST_OCCURRENCE:
        return int(given)
    cells.refuse("occurrence", "INVALID_NUMBER", "Give 1 for the first, 2 and so on.")
    return 1


def _micropoints(text: str) -> int | None:
    """Points as micro-points, exactly; None where they are no such number."""
    if not _POINTS.fullmatch(text.strip()):
        return None
    return int(Decimal(text.strip()) * POINT)


def _refused(word: str, what: str) -> TrailFileRefused:
    return TrailFileRefused("INVALID_SET", f"{word[:50]} {what}.")
