"""WMP-5.2. "The overall score achieved by a nominal is calculated on an accumulative
score from each data set hit within that 2 year time frame. The data is managed in real
time with the scoring potentially changing each day with automatic notification to the
relevant department."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from api.intake import loading_entries
from geocorr.scoring.weights import POINT
from sql import outbox
from sql.outbox import NoticeFilter
from tests.db.deliveries import House
from tests.db.scoring_scenes import ago, approve
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import DAY, told

WEIGHTS = weight_set(
    ("crimes", "34", "", 400),
    ("ims", "drugs", "B", 50),
    ("dip", "cocaine", "", 30),
    ("warrants", "A", "", 250),
    ("icis", "charged", "", 90),
)
KINDS = [
    ("crimes", "34B", ""),
    ("ims", "drugs", "B21"),
    ("dip", "cocaine", ""),
    ("warrants", "A", ""),
    ("icis", "charged", ""),
]


def test_a_score_is_the_sum_over_every_data_set() -> None:
    """WMP-5.2. Each entry of the day itself: 400 + 50 + 30 + 250 + 90."""
    explained = told(WEIGHTS, *(entry(f"E{i}", of=k) for i, k in enumerate(KINDS)))
    assert explained.computed == 820 * POINT
    assert [line.contribution // POINT for line in explained.lines] == [
        400,
        250,
        90,
        50,
        30,
    ]


def test_what_is_two_years_old_counts_no_more_and_what_is_to_come_not_yet() -> None:
    """WMP-5.2. "Within that 2 year time frame"."""
    for event_on, counts in {
        date(2024, 3, 3): False,
        date(2024, 3, 4): True,
        date(2026, 3, 3): True,
        date(2026, 3, 4): False,
    }.items():
        assert bool(told(WEIGHTS, entry(event_on=event_on)).computed) == counts


def test_the_score_changes_each_day() -> None:
    """WMP-5.2. By the day, and never up without an entry."""
    robbery = entry(event_on=DAY)
    days = [told(WEIGHTS, robbery, day=DAY + timedelta(n)).computed for n in range(730)]
    assert days[0] == 400 * POINT
    assert all(later < earlier for earlier, later in pairwise(days))


async def test_the_department_is_told_at_once(house: House) -> None:
    """WMP-5.2. "Automatic notification", on the first score and on a change of band."""
    await approve(house.conn, WEIGHTS, datetime(2020, 1, 1, tzinfo=UTC))
    head = "entry_id,nominal_id,data_set,event_on,code\n"
    for name in ("E1", "E2"):
        data = f"{head}{name},N1,crimes,{ago(0)},34B\n".encode()
        await loading_entries.load_entries(house.conn, data, "e.csv", house.door)
        await house.drain()
    _, notices = await outbox.find(house.conn, NoticeFilter(nominal_id="N1"))
    assert [(n.kind, n.band_before, n.band_after) for n in reversed(notices)] == [
        ("first_score", None, "LOW"),
        ("band_changed", "LOW", "MEDIUM"),
    ]
