"""WMP-5.4. "The data sets consist of Crimes, IMS, DIP, Warrants and ICIS data. Within
Crimes Home Office Codes have been weighted"."""

from geocorr.scoring.entry import DataSet
from geocorr.scoring.weights import POINT
from tests.unit.scored import entry, weight_set
from tests.unit.scored_explained import told

WEIGHTS = weight_set(
    ("crimes", "34", "", 400), ("crimes", "34B", "", 450), ("icis", "arrested", "", 100)
)


def test_there_are_five_data_sets() -> None:
    """WMP-5.4. Those that the paragraph lists."""
    assert list(DataSet) == ["crimes", "ims", "dip", "warrants", "icis"]


def test_crimes_are_weighted_by_home_office_code() -> None:
    """WMP-5.4. An exact code before its class; of an unknown one, that is said.

    | code | weight |
    | --- | --- |
    | 34B | 450, its own |
    | 34A | 400, that of robbery |
    | 28 | none: counts nothing, and the score says so |
    """
    for code, points in {"34B": 450, "34A": 400, "28": 0}.items():
        explained = told(WEIGHTS, entry(of=("crimes", code, "")))
        assert explained.computed == points * POINT
        assert bool(explained.warnings) == (points == 0)


def test_one_event_in_two_data_sets_is_shown_as_one() -> None:
    """WMP-5.4. A robbery and the arrest for it stand together, whatever is between."""
    explained = told(
        WEIGHTS,
        entry("E1", event_id="V1"),
        entry("E2", of=("crimes", "34A", "")),
        entry("E3", of=("icis", "arrested", ""), event_id="V1"),
    )
    assert [line.event_id for line in explained.lines] == ["V1", "V1", ""]
    assert explained.computed == 950 * POINT


def test_a_set_may_cap_what_one_event_gives() -> None:
    """WMP-5.4. 450 and 100 of one event, capped at 500; each line says what is left."""
    capped = weight_set(("crimes", "", "", 450), ("icis", "", "", 100), event_cap=500)
    explained = told(
        capped,
        entry("E1", event_id="V1"),
        entry("E2", of=("icis", "arrested", ""), event_id="V1"),
    )
    assert explained.computed == 500 * POINT
    assert "the cap on its event leaves 50 of 100" in explained.lines[1].text
