"""Foreign exports through column maps: made-up rows, and the published files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geocorr import geo
from geocorr.errors import UsageError
from geocorr.geo import WorkingCrs
from geocorr.model import Outcome
from loaders import crimes, foreign, mapping
from loaders.crimes import CrimeOptions, CrimeParse, parse

DATA = Path(__file__).parents[3] / "../shared/data"
NOW = datetime(2026, 7, 2, tzinfo=UTC)
SF = """
kind = "crimes"
force = "San Francisco"
reference = "IncidntNum"
type = "Category"
types = { "LARCENY/THEFT" = "TFP" }
window = { before_min = 15, after_min = 15 }
latitude = "Y"
longitude = "X"
first_per_reference = true
time = { columns = ["Date", "Time"], format = FORMAT, zone = "America/Los_Angeles" }
[bounds]
latitude = [37.6, 37.9]
"""
ONE_FORMAT = '"%m/%d/%Y %H:%M"'
TWO_FORMATS = '["%m/%d/%Y 12:00:00 AM %H:%M", "%m-%d-%Y 00:00 %H:%M"]'
STREET = """
kind = "crimes"
force_column = "Falls within"
reference = "Crime ID"
type = "Crime type"
time = { columns = ["Month"], format = "month", zone = "Europe/London" }
window = { max_h = 745 }
latitude = "Latitude"
longitude = "Longitude"
"""
SEARCHES = """
kind = "crimes"
force = "City of London"
type = "Type"
time = { columns = ["Date"], format = "%Y-%m-%dT%H:%M:%S%z" }
window = { before_min = 5, after_min = 5 }
latitude = "Latitude"
longitude = "Longitude"
"""
HEAD = "IncidntNum,Category,Date,Time,X,Y\n"
UTM = "EPSG:32610"


def read(data: bytes | str, toml: str, crs: WorkingCrs) -> CrimeParse:
    """A file parsed through a map."""
    crime_map = mapping.parse(toml, "map.toml")
    assert isinstance(crime_map, mapping.CrimeMap)
    octets = data.encode() if isinstance(data, str) else data
    return parse(octets, CrimeOptions(crs, NOW, crime_map=crime_map))


def sf(rows: str, formats: str = ONE_FORMAT) -> CrimeParse:
    """Rows of San Francisco under their heading, read in their UTM zone."""
    return read(HEAD + rows, SF.replace("FORMAT", formats), geo.working_crs(UTM))


def types(result: CrimeParse) -> list[str]:
    """The type of each fault."""
    return [fault.type for fault in result.report.faults]


def test_a_foreign_row_becomes_a_crime() -> None:
    (crime,) = sf("7,LARCENY/THEFT,07/11/2017,14:32,-122.4,37.77\n").crimes()
    assert (crime.police_force, crime.crime_type) == ("San Francisco", "TFP")
    assert crime.window_from == datetime(2017, 7, 11, 21, 17, tzinfo=UTC)
    assert crime.window_to == datetime(2017, 7, 11, 21, 47, tzinfo=UTC)
    assert 5e5 < crime.x_m < 6e5


def test_unmapped_types_keep_their_text() -> None:
    (crime,) = sf("7,ARSON,07/11/2017,14:32,-122.4,37.77\n").crimes()
    assert crime.crime_type == "ARSON"


@pytest.mark.parametrize(
    ("cells", "type_"),
    [
        ("7,A,07/32/2017,14:32,-122.4,37.77", "INVALID_FROM_DATE_FORMAT"),
        ("7,A,07/11/2017,14:32,-122.4,37.95", "INVALID_LOCATION_DATA_RANGE"),
        ("7,A,07/11/2017,14:32,,37.77", "DEPENDENT_LOCATION_DATA"),
        (",A,07/11/2017,14:32,-122.4,37.77", "MISSING_CRIME_REFERENCE"),
        ("7,A,07/11/2017,14:32,-122.4", "INVALID_COLUMN_COUNT"),
        ("7,A,03/12/2017,02:30,-122.4,37.77", "INVALID_FROM_DATE_FORMAT"),
    ],
)
def test_faults_of_foreign_rows(cells: str, type_: str) -> None:
    assert type_ in types(sf(cells + "\n"))


def test_later_rows_of_a_reference_are_the_same_event() -> None:
    line = "7,A,07/11/2017,14:32,-122.4,37.77\n"
    found = sf(line + line.replace(",A,", ",B,") + line)
    assert [crime.crime_type for crime in found.crimes()] == ["A"]
    assert found.report.outcome is Outcome.SUCCESSFUL
    assert [(w.type, w.value) for w in found.report.warnings] == [
        ("OTHER_OFFENCES", "2")
    ]


def test_a_month_is_refused_unless_the_window_allows_it(bng: WorkingCrs) -> None:
    text = (
        "Crime ID,Month,Falls within,Longitude,Latitude,Crime type\n"
        "x,2019-06,Gwent Police,-3.0,51.6,Burglary\n"
    )
    (crime,) = read(text, STREET, bng).crimes()
    assert crime.window_from == datetime(2019, 5, 31, 23, tzinfo=UTC)
    assert crime.window_to == datetime(2019, 6, 30, 22, 59, 59, tzinfo=UTC)
    narrow = STREET.replace("window = { max_h = 745 }", "")
    assert types(read(text, narrow, bng)) == ["CRIME_DATE_TIME_EXCEEDS_WINDOW"]


def test_a_heading_without_a_named_column_is_wrong_use(bng: WorkingCrs) -> None:
    with pytest.raises(UsageError, match="Crime type"):
        read("Month,Latitude,Longitude\n", STREET, bng)


def test_an_empty_export_is_an_error(bng: WorkingCrs) -> None:
    assert read(b"", STREET, bng).report.outcome is Outcome.ERROR


def test_places_outside_the_crs_are_refused_without_bounds(bng: WorkingCrs) -> None:
    far = "Type,Date,Latitude,Longitude\nx,2019-01-01T00:00:00+00:00,40.7,-74.0\n"
    assert types(read(far, SEARCHES, bng)) == ["INVALID_LOCATION_DATA_RANGE"]


def test_the_utm_zone_of_a_place() -> None:
    assert foreign.utm_code(37.7, -122.4) == UTM
    assert foreign.utm_code(-33.9, 151.2) == "EPSG:32756"


def published(name: str, toml: str, crs: WorkingCrs) -> CrimeParse:
    """A published file through a map; the test is skipped where it is absent."""
    path = DATA / name
    if not path.exists():
        print(f"The data file {name} is absent: this test needs it.")
        pytest.skip(f"{name} is absent")
    return read(crimes.read(path), toml, crs)


def test_san_francisco_2016_has_two_formats_of_dates() -> None:
    name = "sf_cabs_vs_crime/sfpd_incidents_2016_dirty_dates.csv.gz"
    toml = SF.replace("FORMAT", TWO_FORMATS)
    found = published(name, toml, geo.working_crs(UTM))
    assert (found.report.read, found.report.rejected) == (9917, 0)
    assert len(found.crimes()) == 8097
    one = toml.replace(TWO_FORMATS, '"%m/%d/%Y 12:00:00 AM %H:%M"')
    half = published(name, one, geo.working_crs(UTM))
    assert (half.report.accepted, half.report.rejected) == (5570, 4347)


def test_san_francisco_2017_has_several_rows_an_incident() -> None:
    name = "sf_cabs_vs_crime/sfpd_incidents_2017-07-11_20.csv.gz"
    toml = SF.replace("FORMAT", ONE_FORMAT)
    found = published(name, toml, geo.working_crs(UTM))
    assert (found.report.read, len(found.crimes())) == (4339, 3446)


@pytest.mark.parametrize(
    ("name", "rows", "no_place", "no_reference"),
    [
        ("2017-02-hampshire-street.partA", 7391, 0, 2480),
        ("2019-06-city-of-london-street", 922, 67, 100),
        ("2020-04-gwent-street", 8518, 16, 5105),
        ("2022-03-leicestershire-street", 10019, 265, 887),
    ],
)
def test_street_crime_of_a_month(
    name: str, rows: int, no_place: int, no_reference: int, bng: WorkingCrs
) -> None:
    found = published(f"uk_street_crime/{name}.csv.gz", STREET, bng)
    assert found.report.read == rows
    assert types(found).count("MISSING_LOCATION_DATA") == no_place
    assert types(found).count("MISSING_CRIME_REFERENCE") == no_reference
    assert "INVALID_LOCATION_DATA_RANGE" not in types(found)


def test_street_crime_on_the_national_grid(bng: WorkingCrs) -> None:
    toml = STREET.replace('reference = "Crime ID"\n', "")
    toml = toml.replace('latitude = "Latitude"', 'easting = "Easting"')
    toml = toml.replace('longitude = "Longitude"', 'northing = "Northing"')
    name = "uk_street_crime/2011-02-west-midlands-street.partA.csv.gz"
    found = published(name, toml, bng)
    assert found.report.outcome is Outcome.SUCCESSFUL
    first = found.crimes()[0]
    assert (first.crime_reference, found.report.read) == ("1", 12774)
    assert (first.x_m, first.y_m) == (397578, 296792)


def test_stop_and_search_with_offsets(bng: WorkingCrs) -> None:
    name = "uk_stop_search/city-of-london-2018-2019-stop-and-search.csv.gz"
    found = published(name, SEARCHES, bng)
    assert found.report.police_force == "CoLP"
    assert types(found) == ["MISSING_LOCATION_DATA"] * 815
    assert found.report.accepted == 2647 - 815
