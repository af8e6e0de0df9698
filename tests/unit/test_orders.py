"""HANTS-GPS-1 and LEICS-16: when an order is in force and what for."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from geocorr.arrays import END_US
from geocorr.model import Basis, TagOrder, from_us, to_us
from geocorr.orders import (
    Held,
    birthday,
    every_device,
    in_force,
    months_later,
    wearers,
    worn,
)
from loaders.policy import read, shipped

ORDER = TagOrder("O1", "T1", "N1", Basis.LICENCE, datetime(2025, 6, 1, 9, tzinfo=UTC))


def ends(order: TagOrder, **options) -> datetime:
    return from_us(in_force(order, shipped(), **options)[1])


def test_hants_gps_1_a_licence_is_monitored_12_months_at_most():
    assert ends(ORDER) == datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_hants_gps_1_counts_from_the_fitting():
    fitted = replace(ORDER, fitted_at=datetime(2025, 7, 1, 12, tzinfo=UTC))
    assert ends(fitted) == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_hants_gps_1_the_end_of_the_licence_comes_first():
    licence = replace(ORDER, licence_ends=datetime(2025, 12, 1, tzinfo=UTC))
    assert ends(licence) == datetime(2025, 12, 1, tzinfo=UTC)


def test_hants_gps_1_is_for_adults():
    from_at = in_force(ORDER, shipped(), date(2007, 9, 15))[0]
    assert from_us(from_at) == datetime(2025, 9, 14, 23, tzinfo=UTC)


def test_other_bases_last_as_their_order_says():
    order = replace(
        ORDER,
        basis=Basis.COMMUNITY_ORDER,
        to_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert ends(order) == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("basis", list(Basis))
def test_leics_16_the_legal_basis_decides_what_may_be_matched(basis):
    found = wearers([replace(ORDER, basis=basis)], ["T1"], shipped())
    allowed = basis in (Basis.LICENCE, Basis.COMMUNITY_ORDER)
    assert found.nominal_id == (("N1",) if allowed else ())


def test_leics_16_court_bail_is_for_zones_until_a_force_switches_more_on(tmp_path):
    order = [replace(ORDER, basis=Basis.COURT_BAIL)]
    assert len(wearers(order, ["T1"], shipped(), purpose="zones")) == 1
    more = tmp_path / "policy.toml"
    more.write_text('[basis]\ncourt_bail = ["match", "zones"]\n')
    assert len(wearers(order, ["T1"], read(more))) == 1


def test_a_device_without_trail_is_no_wearer_and_an_ended_order_is_none():
    ended = replace(ORDER, to_at=ORDER.from_at)
    assert len(wearers([ORDER], ["T2"], shipped())) == 0
    assert len(wearers([ended], ["T1"], shipped())) == 0


def test_without_orders_every_device_is_always_a_wearer():
    assert every_device(["T1", "T2"]).device.tolist() == [0, 1]


def test_a_leap_day_birthday_is_reached_on_1_march():
    assert birthday(date(2008, 2, 29), 18).date() == date(2026, 3, 1)


def test_a_month_after_31_january_is_the_end_of_february():
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert months_later(at, 1).date() == date(2026, 2, 28)


@pytest.mark.parametrize("purpose", ["match", "base_rate", "zones"])
def test_orders_as_columns_make_the_same_wearers(purpose):
    rng = np.random.default_rng(5)
    start = datetime(2024, 1, 31, 1, 30, tzinfo=UTC)
    orders, born = [], {}
    for i in range(600):
        first = start + timedelta(hours=int(rng.integers(0, 20_000)))
        later = [first + timedelta(days=int(d)) for d in rng.integers(1, 900, 3)]
        to_at, ends, fitted = (at if rng.random() < 0.6 else None for at in later)
        nominal = f"N{rng.integers(0, 300):03d}"
        if rng.random() < 0.3:
            born[nominal] = date(2006 + int(rng.integers(0, 3)), 2, 28) + timedelta(1)
        basis = list(Basis)[rng.integers(len(Basis))]
        device = f"T{i}"
        orders.append(
            TagOrder(f"O{i}", device, nominal, basis, first, to_at, ends, fitted)
        )
    rows = [orders[i] for i in rng.permutation(len(orders))]
    columns = Held(
        [o.order_id for o in rows],
        [o.device_id for o in rows],
        [o.nominal_id for o in rows],
        [o.basis.value for o in rows],
        np.array([to_us(o.from_at) for o in rows]),
        np.array([to_us(o.to_at) if o.to_at else END_US for o in rows]),
        np.array([to_us(o.licence_ends) if o.licence_ends else END_US for o in rows]),
        np.array([to_us(o.fitted_at or o.from_at) for o in rows]),
        [str(born[o.nominal_id]) if o.nominal_id in born else None for o in rows],
    )
    found, devices = worn(columns, shipped(), purpose)
    expected = wearers(orders, devices, shipped(), born=born, purpose=purpose)
    assert devices == tuple(sorted(f"T{i}" for i in range(600)))
    assert 100 < len(found) <= 600
    for name in ("device", "from_us", "to_us"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
    assert found.nominal_id == expected.nominal_id
    assert (found.order_id, found.rules) == (expected.order_id, expected.rules)


def test_no_orders_make_nobody():
    none = np.empty(0, np.int64)
    found, devices = worn(Held([], [], [], [], *(none,) * 4, []), shipped())
    assert (len(found), devices) == (0, ())
