"""LEICS-16. GPS as a condition of court-imposed bail: the legal basis of an order
decides what its trail may be used for."""

from datetime import UTC, datetime

import pytest

from geocorr.correlate import correlate
from geocorr.model import Basis, TagOrder
from geocorr.orders import wearers
from geocorr.policy import Policy, overlay
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import target, trail

#                       match  base_rate  ownership  zones
MATRIX = {
    "licence":          (True,  True,     True,      True),
    "community_order":  (True,  True,     True,      True),
    "court_bail":       (False, False,    False,     True),
    "immigration_bail": (False, False,    False,     False),
    "other":            (False, False,    False,     False),
}  # fmt: skip
PURPOSES = ("match", "base_rate", "ownership", "zones")
CELLS = [
    (basis, purpose, allowed)
    for basis, row in MATRIX.items()
    for purpose, allowed in zip(PURPOSES, row, strict=True)
]


def order(basis: Basis) -> TagOrder:
    return TagOrder("O1", "T1", "N1", basis, datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(("basis", "purpose", "allowed"), CELLS)
def test_what_a_trail_may_be_used_for(basis: str, purpose: str, allowed: bool) -> None:
    """LEICS-16. Who is not convicted is looked at in zones only, or not at all."""
    worn = wearers([order(Basis(basis))], ["T1"], shipped(), purpose=purpose)
    assert (len(worn) == 1) is allowed


def test_every_basis_stands_in_the_matrix() -> None:
    """LEICS-16."""
    assert MATRIX.keys() == {basis.value for basis in Basis}


def hits(basis: Basis, policy: Policy) -> list[str]:
    """What is told of a tag that stood on the spot."""
    worn = wearers([order(basis)], ["T1"], policy)
    there = trust(trail((600, 0, 0)), policy)
    told = correlate(there, worn, target(0, 3_600), policy)
    return [str(word) for word in told.verdict]


def test_a_tag_on_court_bail_yields_no_hit_until_the_force_switches_it_on() -> None:
    """LEICS-16."""
    switched_on = overlay(shipped(), {"basis": {"court_bail": ["match", "zones"]}})
    assert hits(Basis.LICENCE, shipped()) == ["hit"]
    assert hits(Basis.COURT_BAIL, shipped()) == []
    assert hits(Basis.COURT_BAIL, switched_on) == ["hit"]


def test_a_hit_names_the_rule_that_allowed_it() -> None:
    """LEICS-16. Only a licence stands under HANTS-GPS-1 as well."""
    rules = {b: wearers([order(b)], ["T1"], shipped()).rules for b in list(Basis)[:2]}
    assert rules[Basis.LICENCE] == ("HANTS-GPS-1;LEICS-16",)
    assert rules[Basis.COMMUNITY_ORDER] == ("LEICS-16",)
