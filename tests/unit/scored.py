"""Builders of entries and weight sets for tests of scores."""

from datetime import date, timedelta

from hypothesis import strategies as st

from geocorr.scoring.entry import DataSet, Entry, EntryOutcome
from geocorr.scoring.weights import POINT, Weight, WeightSet
from loaders.profile import shipped

CHOICES = shipped("national").scoring
DAY = date(2026, 3, 3)
ROBBERY = ("crimes", "34B", "")
ARREST = ("icis", "arrested", "")


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


DAYS = st.integers(0, 800).map(lambda n: date(2024, 1, 15) + timedelta(n))
KINDS = (ROBBERY, ("crimes", "28/03", ""), ARREST, ("ims", "drugs", "B24"))
SETS = (
    weight_set((*ROBBERY, 400), ("crimes", "", "", 33.333333), (*ARREST, 90)),
    weight_set(
        ("", "", "", 120),
        (*ROBBERY, 400, 2),
        (*ARREST, 91, 3),
        data_set_caps={"crimes": 450, "icis": 100},
    ),
    weight_set((*ROBBERY, 7), (*ROBBERY, 3, 2), ("", "", "", 1.000001)),
    weight_set(("", "", "", 77), (*ARREST, 400), event_cap=301.000003),
)


@st.composite
def histories(draw) -> list[Entry]:
    """Up to twelve entries of one nominal in up to three events."""
    return [
        entry(
            f"E{i}",
            on := draw(DAYS),
            event_id=draw(st.sampled_from(["", "V1", "V2"])),
            of=draw(st.sampled_from(KINDS)),
            outcome=draw(
                st.sampled_from(
                    [("none", None), ("acquitted", on + timedelta(40)),
                     ("convicted", on + timedelta(9))]
                )
            ),
        )
        for i in range(draw(st.integers(0, 12)))
    ]  # fmt: skip
