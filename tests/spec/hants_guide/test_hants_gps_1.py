"""HANTS-GPS-1. Adults convicted of robbery, burglary or other theft are trail-monitored
on release from prison for the licence period, 12 months at most."""

from datetime import UTC, date, datetime

import pytest

from geocorr.model import Basis, TagOrder, from_us
from geocorr.orders import in_force
from loaders.policy import shipped

FITTED = datetime(2026, 1, 5, 14, tzinfo=UTC)


def licence(**changes: object) -> TagOrder:
    plain = {"from_at": FITTED, "fitted_at": FITTED, **changes}
    return TagOrder("O1", "T1", "N1", Basis.LICENCE, **plain)


def ends(order: TagOrder) -> datetime:
    return from_us(in_force(order, shipped())[1])


@pytest.mark.parametrize(
    ("what", "order", "ended"),
    [
        (
            "no end is stated",
            licence(),
            datetime(2027, 1, 5, 14, tzinfo=UTC),
        ),
        (
            "the licence ends sooner",
            licence(licence_ends=datetime(2026, 6, 1, tzinfo=UTC)),
            datetime(2026, 6, 1, tzinfo=UTC),
        ),
        (
            "the licence runs longer: 12 months all the same",
            licence(licence_ends=datetime(2028, 6, 1, tzinfo=UTC)),
            datetime(2027, 1, 5, 14, tzinfo=UTC),
        ),
        (
            "the order itself ends first",
            licence(
                to_at=datetime(2026, 3, 1, tzinfo=UTC),
                licence_ends=datetime(2026, 6, 1, tzinfo=UTC),
            ),
            datetime(2026, 3, 1, tzinfo=UTC),
        ),
    ],
)
def test_monitoring_ends_with_the_licence_or_after_twelve_months(
    what: str, order: TagOrder, ended: datetime
) -> None:
    """HANTS-GPS-1. The earlier of licence end and 12 months after fitting."""
    assert ends(order) == ended, what


def test_a_change_of_device_does_not_begin_the_twelve_months_anew() -> None:
    """HANTS-GPS-1. They count from the fitting, not from the order's own beginning."""
    swapped = licence(from_at=datetime(2026, 9, 1, tzinfo=UTC))
    assert ends(swapped) == datetime(2027, 1, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "begins"),
    [
        (date(1990, 5, 1), FITTED),
        (date(2008, 1, 5), FITTED),  # eighteen that very day
        (date(2008, 2, 1), datetime(2026, 2, 1, tzinfo=UTC)),
    ],
)
def test_monitoring_is_for_adults(born: date, begins: datetime) -> None:
    """HANTS-GPS-1. Fixes before the eighteenth birthday are matched with nothing."""
    assert from_us(in_force(licence(), shipped(), born)[0]) == begins


def test_a_child_for_the_whole_licence_is_never_matched() -> None:
    """HANTS-GPS-1. The time in force is empty."""
    begins, ended = in_force(licence(), shipped(), date(2012, 1, 1))
    assert begins >= ended


def test_fixes_outside_the_order_wait_thirty_days() -> None:
    """HANTS-GPS-1. Quarantined, then purged; the days are policy."""
    assert shipped().retention.quarantine_days == 30
