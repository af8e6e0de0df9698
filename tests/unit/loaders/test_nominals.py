"""Nominals and their addresses: check letters, flags, places."""

from datetime import UTC, date, datetime

import pytest

from geocorr.model import Nominal, Outcome
from loaders import addresses, nominals
from loaders.addresses import AddressKind

TODAY = date(2026, 3, 28)
HEAD = (
    "nominal_id,family_name,given_names,date_of_birth,sex,pnc_id,cro,prison_number,"
    "crn,force,statutory,flags"
)


def parse(*rows):
    return nominals.parse("\n".join([HEAD, *rows]).encode(), "n.csv", TODAY)


def faults(*rows):
    return [(f.row, f.field, f.type) for f in parse(*rows)[0].faults]


def test_a_whole_nominal():
    letter = nominals.check_letter(2001, 123456)
    row = f"N1,Archer,Ann,1990-02-28,F,2001/0123456{letter},,,,GWP,Yes,ppo; MAPPA2"
    report, found = parse(row)
    assert report.outcome is Outcome.SUCCESSFUL
    assert found == (
        Nominal(
            "N1",
            "Archer",
            "Ann",
            "1990-02-28",
            "F",
            f"2001/0123456{letter}",
            None,
            None,
            None,
            "GWP",
            True,
            ("PPO", "MAPPA2"),
        ),
    )


def test_the_check_letter_is_the_number_modulo_23():
    assert nominals.check_letter(0, 0) == "Z"
    assert nominals.check_letter(0, 22) == "Y"
    # 01 and 0000001 make 010000001; 10,000,001 = 23 x 434,782 + 15.
    assert nominals.check_letter(2001, 1) == "ZABCDEFGHJKLMNPQRTUVWXY"[15] == "Q"


@pytest.mark.parametrize(("born", "told"), [("2026-03-28", 0), ("2026-03-29", 1)])
def test_nobody_is_born_in_the_future(born, told):
    found = faults(f"N1,A,B,{born},,,,,,,,")
    assert found == [(1, "date_of_birth", "DATE_IN_FUTURE")] * told


@pytest.mark.parametrize("pnc_id", ["2001/0000001Q", "01/0000001q", "01/1Q"])
def test_a_pnc_id_with_its_letter(pnc_id):
    assert faults(f"N1,A,B,,,{pnc_id},,,,,,") == []


@pytest.mark.parametrize(
    ("row", "field", "kind"),
    [
        ("N1,A,B,,,2001/0000001R,,,,,,", "pnc_id", "INVALID_PNC_CHECK_LETTER"),
        ("N1,A,B,,,2001-1,,,,,,", "pnc_id", "INVALID_PNC_ID"),
        ("N1,A,B,31/12/1990,,,,,,,,", "date_of_birth", "INVALID_DATE"),
        ("N1,A,B,1990-02-29,,,,,,,,", "date_of_birth", "INVALID_DATE"),
        ("N1,A,B,,,,,,,,maybe,", "statutory", "UNKNOWN_VALUE"),
        ("N1,A,B,,,,,,,,,PPO;NICE", "flags", "UNKNOWN_VALUE"),
        (",A,B,,,,,,,,,", "nominal_id", "MISSING_VALUE"),
        ("N1,,B,,,,,,,,,", "family_name", "MISSING_VALUE"),
    ],
)
def test_faults(row, field, kind):
    assert faults(row) == [(1, field, kind)]


def test_a_nominal_stands_once():
    row = "N1,A,B,,,,,,,,,"
    assert faults(row, row) == [(2, "nominal_id", "DUPLICATE_NOMINAL")]


@pytest.fixture
def address(bng):
    def run(cells):
        head = "nominal_id,kind,easting,northing,latitude,longitude,from,to,postcode"
        return addresses.parse(f"{head}\n{cells}".encode(), "a.csv", bng)

    return run


def test_an_address_in_degrees_lies_in_metres(address):
    _, (found,) = address("N1,home,,,51.4893656495,-0.1199255718,,2026-06-30,sw8 1aa")
    assert found.kind is AddressKind.HOME
    assert found.x_m == pytest.approx(530624.974, abs=0.01)
    assert found.y_m == pytest.approx(178388.464, abs=0.01)
    assert found.to_at == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert found.postcode == "SW8 1AA"


def test_metres_stay_as_they_are_and_no_place_is_fine(address):
    assert address("N1,family,530624,178388,,,,,")[1][0].x_m == 530624
    assert address("N1,none,,,,,,,")[1][0].x_m is None


@pytest.mark.parametrize(
    ("cells", "field", "kind"),
    [
        ("N1,cave,,,,,,,", "kind", "UNKNOWN_VALUE"),
        ("N1,home,530624,,,,,,", "easting", "DEPENDENT_LOCATION_DATA"),
        ("N1,home,,,,-0.1,,,", "longitude", "DEPENDENT_LOCATION_DATA"),
        ("N1,home,1,1,51,0,,,", "easting", "MULTIPLE_LOCATION_DATA_TYPES"),
        ("N1,home,,,91,0,,,", "latitude", "INVALID_LOCATION_DATA_RANGE"),
        ("N1,home,1e12,1,,,,,", "easting", "INVALID_LOCATION_DATA_RANGE"),
        ("N1,home,nan,1,,,,,", "easting", "INVALID_NUMBER"),
        ("N1,home,,,,,2026-02-01,2026-01-01,", "to", "ADDRESS_TO_AFTER_FROM"),
    ],
)
def test_address_faults(address, cells, field, kind):
    report, found = address(cells)
    assert [(f.field, f.type) for f in report.faults] == [(field, kind)]
    assert found == ()
