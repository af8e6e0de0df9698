"""Builders of entries and weight sets for tests of scores."""

from datetime import date

from geocorr.scoring.entry import DataSet, Entry, EntryOutcome
from geocorr.scoring.weights import POINT, Weight, WeightSet
from loaders.profile import shipped

CHOICES = shipped("national").scoring
DAY = date(2026, 3, 3)


def entry(
    entry_id: str = "E1",
    event_on: date = DAY,
    *,
    nominal_id: str = "N1",
    event_id: str = "",
    of: tuple[str, str, str] = ("crimes", "34B", ""),
    outcome: tuple[str, date | None] = ("none", None),
    withdrawn: bool = False,
) -> Entry:
    """An entry; `of` = data set, code, grade."""
    data_set, code, grade = of
    return Entry(
        entry_id,
        nominal_id,
        event_id,
        DataSet(data_set),
        event_on,
        code,
        grade,
        EntryOutcome(outcome[0]),
        outcome[1],
        withdrawn=withdrawn,
    )


def weight_set(
    *rows: tuple[str, str, str, float] | tuple[str, str, str, float, int],
    data_set_caps: dict[str, float] | None = None,
    event_cap: float | None = None,
) -> WeightSet:
    """A set of (data set, code, grade, points[, occurrence]); caps in points."""
    caps = {k: round(v * POINT) for k, v in (data_set_caps or {}).items()}
    return WeightSet(
        "Test",
        "1",
        "Force Intelligence",
        date(2026, 1, 1),
        date(2027, 1, 1),
        tuple(
            Weight(s, c, g, round(points * POINT), *rest)
            for s, c, g, points, *rest in rows
        ),
        data_set_caps=caps,
        event_cap=None if event_cap is None else round(event_cap * POINT),
    )
