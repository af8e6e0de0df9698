"""WMP2-8-EM. The central IOM team delivers the arrangements for breaches of electronic
monitoring: zones and curfews, told by the same rules as hits."""

import tomllib
from datetime import UTC, datetime
from importlib import resources

import pytest

from geocorr.breaches import Breach, find
from geocorr.correlate import correlate
from geocorr.model import Basis, TagOrder
from geocorr.orders import wearers
from geocorr.policy import Policy, overlay
from geocorr.trust import trust
from geocorr.zones import Zone
from loaders.policy import shipped
from tests.unit.trail import ZERO_US, target, trail
from tests.unit.zoned import zone

RULES = tomllib.loads((resources.files("geocorr") / "rules.toml").read_text())
ON_THE_SPOT = trail(*[(s, 0, 0) for s in range(0, 3_600, 60)])
ELSEWHERE = trail(*[(s, 700, s / 60) for s in range(0, 3_600, 60)])


def told(basis: Basis, place: Zone, fixes, policy: Policy) -> list[Breach]:
    """What is told of a zone of N1, who wears T1 on this basis."""
    order = TagOrder("O1", "T1", "N1", basis, datetime(2026, 3, 1, tzinfo=UTC))
    worn = wearers([order], ["T1"], policy, purpose="zones")
    hour = [(ZERO_US, ZERO_US + 3_600_000_000)]
    return find(trust(fixes, policy), worn, [place], hour, policy)


@pytest.mark.parametrize(
    ("kind", "fixes", "breach"),
    [
        ("exclusion", ON_THE_SPOT, "entry"),
        ("exclusion", ELSEWHERE, None),
        ("curfew", ON_THE_SPOT, None),
        ("curfew", ELSEWHERE, "absence"),
    ],
)
def test_a_zone_is_kept_out_of_and_a_curfew_kept(kind, fixes, breach) -> None:
    """WMP2-8-EM."""
    found = told(Basis.LICENCE, zone(kind), fixes, shipped())
    assert [b.kind.value for b in found] == ([breach] if breach else [])


@pytest.mark.parametrize(
    ("basis", "zones", "crimes"),
    [
        (Basis.LICENCE, True, True),
        (Basis.COMMUNITY_ORDER, True, True),
        (Basis.COURT_BAIL, True, False),
        (Basis.IMMIGRATION_BAIL, False, False),
        (Basis.OTHER, False, False),
    ],
)
def test_what_a_basis_allows(basis: Basis, zones: bool, crimes: bool) -> None:
    """LEICS-16. Court bail: zones yes, crimes no. Immigration bail: nothing."""
    policy = shipped()
    order = TagOrder("O1", "T1", "N1", basis, datetime(2026, 3, 1, tzinfo=UTC))
    worn = wearers([order], ["T1"], policy)
    hits = correlate(trust(ON_THE_SPOT, policy), worn, target(0, 3_600), policy)
    assert bool(told(basis, zone(), ON_THE_SPOT, policy)) is zones
    assert bool(told(basis, zone("curfew"), ELSEWHERE, policy)) is zones
    assert bool(len(hits)) is crimes


def test_a_force_may_switch_zones_off() -> None:
    """LEICS-16. The matrix is policy."""
    off = overlay(shipped(), {"basis": {"court_bail": []}})
    assert told(Basis.COURT_BAIL, zone(), ON_THE_SPOT, off) == []


def test_a_breach_names_its_rules() -> None:
    """WMP2-8-EM, LEICS-16; of a licence HANTS-GPS-1 as well."""
    found = {
        basis: told(basis, zone(), ON_THE_SPOT, shipped())[0].rules
        for basis in (Basis.LICENCE, Basis.COURT_BAIL)
    }
    assert found[Basis.LICENCE] == ("HANTS-GPS-1", "LEICS-16", "WMP2-8-EM")
    assert found[Basis.COURT_BAIL] == ("LEICS-16", "WMP2-8-EM")
    assert set(found[Basis.LICENCE]) <= RULES.keys()


@pytest.mark.parametrize("kind", ["exclusion", "curfew"])
def test_the_sentence_is_of_the_tag_and_never_of_the_person(kind: str) -> None:
    """WMP2-8-EM."""
    fixes = ON_THE_SPOT if kind == "exclusion" else ELSEWHERE
    (found,) = told(Basis.LICENCE, zone(kind), fixes, shipped())
    assert "the tag" in found.because
    assert not {"he", "she", "offender", "subject", "wearer"} & set(
        found.because.lower().split()
    )


def test_no_fix_is_never_an_absence() -> None:
    """WMP2-8-EM. A silence is told as not known."""
    lone = trail((0, 0, 0), (3_599, 0, 0))
    (found,) = told(Basis.LICENCE, zone("curfew"), lone, shipped())
    assert found.kind == "unknown"
