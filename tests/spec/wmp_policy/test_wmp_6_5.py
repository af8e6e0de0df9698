"""WMP-6.5. Who lives in one LPU or force and offends in another is owned where they
live and jointly managed."""

from datetime import UTC, datetime

import pytest
import shapely

from geocorr.ownership.areas import Area, Areas, Located
from geocorr.ownership.joint import Offence, joint
from geocorr.ownership.owner import Abode, Home, Owner, Queue, owner
from geocorr.ownership.places import Address, AddressKind, Postcode, place
from loaders.profile import shipped

CHOICES = shipped("wmp").ownership
WEST, EAST = (
    Area("West Midlands", code, name, "lpu")
    for code, name in (("W", "Wolverhampton"), ("D", "Dudley"))
)
STAFFORD = Area("Staffordshire", "ST", "Stafford", "lpu")
WARWICK = Area("Warwickshire", "WAR", "Warwickshire", "force")


def home(inside=(), near=(), postcode: Postcode | None = None, number: int = 1) -> Home:
    """A home with coordinates, or with a postcode's place."""
    at = (None, None) if postcode else (1.0, 2.0)
    address = Address(number, "N1", AddressKind.HOME, "B1 1AA", *at, unit=postcode)
    return Home(address, place(address, CHOICES), Located(tuple(inside), tuple(near)))


def found(*homes: Home):
    return owner(Abode(homes, ()))


def test_the_lpu_of_residence_owns() -> None:
    """WMP-6.5. "Owned by the LPU where the offender resides"."""
    told = found(home([WEST]))
    assert told.value == Owner("West Midlands", "W")
    assert told.rules == ("WMP-6.5",)
    assert told.because == (
        "Address 1 is the home and lies in Wolverhampton (W) by its coordinates."
    )


def test_another_force_owns_whoever_lives_there() -> None:
    """WMP-6.5. The force is enough where its LPUs are not known."""
    told = found(home([WARWICK]))
    assert told.value == Owner("Warwickshire", None)
    assert "of whose LPUs nothing is loaded" in told.because


QUALITY_10, QUALITY_60 = Postcode(1.0, 2.0, 10), Postcode(1.0, 2.0, 60)


@pytest.mark.parametrize(
    ("homes", "told"),
    [
        # A point on the line, or in a sliver between two areas, is of neither.
        ([home([WEST, EAST])], Queue.ON_THE_LINE),
        ([home([WEST], [EAST])], Queue.ON_THE_LINE),
        ([home([], [WEST, EAST])], Queue.ON_THE_LINE),
        # At the outer edge the only one in reach owns.
        ([home([], [WEST])], "W"),
        # A postcode that straddles is owned by its point, and the sentence says so.
        ([home([WEST], [EAST], QUALITY_10)], "W"),
        ([home([], [EAST], QUALITY_10)], "D"),
        ([home([], [WEST, EAST], QUALITY_10)], Queue.ON_THE_LINE),
        # A sector's mean is no place where anybody lives.
        ([home([WEST], [], QUALITY_60)], Queue.TO_BE_PLACED),
        ([home()], Queue.OUTSIDE),
        # Two homes that agree are no conflict; two that do not are nobody's to guess.
        ([home([WEST]), home([WEST], number=2)], "W"),
        ([home([WEST]), home([EAST], number=2)], Queue.CONTRADICTORY),
        ([home([WEST]), home([STAFFORD], number=2)], Queue.CONTRADICTORY),
        ([], Queue.NOT_ALIGNED),
    ],
)
def test_cases_at_the_edge(homes: list[Home], told: object) -> None:
    """WMP-6.5. One owner, or one queue with its reason; never a guess."""
    value = found(*homes).value
    assert (value.lpu if isinstance(value, Owner) else value.queue) == told


def test_a_straddling_postcode_names_the_neighbour() -> None:
    """WMP-6.5. So that the neighbour can claim, and an operator place it exactly."""
    told = found(home([WEST], [EAST], QUALITY_10)).because
    assert told.endswith("near the line: Dudley (D) is within 100 m.")


def test_an_operator_s_place_comes_before_all_others() -> None:
    """WMP-6.5. Whoever placed it saw the rest."""
    both = Address(1, "N1", AddressKind.HOME, None, 1.0, 2.0, operator=(3.0, 4.0))
    placed = place(both, CHOICES)
    assert (placed.how, placed.x_m, placed.y_m) == ("operator", 3.0, 4.0)


def test_an_address_holds_from_its_begin_to_before_its_end() -> None:
    """WMP-6.5. Half-open: on the day of a move there is one home."""
    noon = datetime(2026, 3, 10, 12, tzinfo=UTC)
    old = Address(1, "N1", AddressKind.HOME, to_at=noon)
    new = Address(2, "N1", AddressKind.HOME, from_at=noon)
    assert (old.holds(noon), new.holds(noon)) == (False, True)


@pytest.mark.parametrize(
    ("there", "elsewhere", "shares"),
    [
        # At least two offences, and at least a quarter of all.
        (2, 0, True),
        (1, 0, False),
        (2, 6, True),
        (2, 7, False),
        (3, 9, True),
        (25, 75, True),
        (25, 76, False),
    ],
)
def test_from_where_on_an_area_shares(there: int, elsewhere: int, shares: bool) -> None:
    """WMP-6.5. A quarter and two of the charged or cautioned offences of two years."""
    offences = [Offence(EAST)] * there + [Offence(WEST)] * elsewhere
    told = joint(Owner("West Midlands", "W"), offences, False, CHOICES)
    assert [a.lpu for a in told.value] == (["D"] if shares else [])
    assert told.rules == (("WMP-6.5",) if shares else ())


def test_offences_of_unknown_place_count_in_the_whole() -> None:
    """WMP-6.5. A share is of all offences; those of another force are its own."""
    home_owner = Owner("West Midlands", "W")
    unknown = [Offence(None)] * 7
    told = joint(home_owner, [*[Offence(EAST)] * 2, *unknown], False, CHOICES)
    assert told.value == ()
    assert told.evidence == {"offences": 9, "placed": 2, "high": False}
    recorded = [Offence(None, "Staffordshire")] * 2
    (area,) = joint(home_owner, recorded, False, CHOICES).value
    assert (area.force, area.lpu, area.offences) == ("Staffordshire", None, 2)


def test_a_force_shares_as_a_whole_where_none_of_its_lpus_does() -> None:
    """WMP-6.5. "Each LPU or force": one offence in each of four LPUs is four."""
    lpus = [Area("Staffordshire", f"S{i}", f"S{i}", "lpu") for i in range(4)]
    spread = [Offence(area) for area in lpus]
    owned = Owner("West Midlands", "W")
    (area,) = joint(owned, spread, False, CHOICES).value
    assert (area.force, area.lpu, area.offences) == ("Staffordshire", None, 4)
    told = joint(owned, [*spread, spread[0]], False, CHOICES)
    assert [(a.force, a.lpu) for a in told.value] == [("Staffordshire", "S0")]
    assert told.because == ("Shared with S0 (2 of 5) by charged or cautioned offences.")


def test_areas_are_as_many_as_their_shapes() -> None:
    with pytest.raises(ValueError, match="one shape"):
        Areas((WEST,), (shapely.MultiPolygon(), shapely.MultiPolygon()))


def test_one_home_of_several_is_not_called_the_home() -> None:
    """WMP-6.5. The sentence says that others stand on record."""
    told = found(home([WEST]), home([WEST], number=2)).because
    assert "is one of 2 homes on record and lies in" in told
    assert "is the home and lies in" in found(home([WEST])).because
