"""The crime file's CSV dialect: quotes, line ends, headings, blank lines, marks."""

from collections.abc import Sequence

import pytest

from geocorr.geo import WorkingCrs
from geocorr.model import Outcome
from loaders.crime_faults import COLUMNS
from loaders.dialect import GOOD, MALFORMED, WRONG_COUNT, Records, records
from tests.unit.loaders.crime_text import GOOD as CELLS
from tests.unit.loaders.crime_text import HEADING, faults, file, parsed, row

BOM = "\ufeff"


def no_heading(cells: Sequence[str]) -> bool:
    return False


def told(text: str, width: int = 3) -> list[tuple[int, int, tuple[str, ...]]]:
    """Line, state and cells of each record of a file without heading."""
    found: Records = records(text.encode(), no_heading, width)
    return [
        (int(found.line[i]), int(found.state[i]), found.cells(i))
        for i in range(len(found))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n", [(1, GOOD, ("a", "b", "c"))]),
        ("a,b,c", [(1, GOOD, ("a", "b", "c"))]),
        ('"a","b""b","c,c"\n', [(1, GOOD, ("a", 'b"b', "c,c"))]),
        ('"",,""""\n', [(1, GOOD, ("", "", '"'))]),
        (
            'a,b,"c\nd"\ne,f,g\n',
            [(1, GOOD, ("a", "b", "c\nd")), (3, GOOD, tuple("efg"))],
        ),
        ('a,b,"c\r\nd"\r\n', [(1, GOOD, ("a", "b", "c\r\nd"))]),
        ('a,5" nail,c\n', [(1, GOOD, ("a", '5" nail', "c"))]),
        (
            'a,"b"x,c\nd,e,f\n',
            [(1, MALFORMED, ("a", '"b"x', "c")), (2, GOOD, tuple("def"))],
        ),
        (
            'a,b,"c\nd,e,f\n',
            [(1, MALFORMED, ("a", "b", '"c')), (2, GOOD, tuple("def"))],
        ),
        (
            'a,b,"c\nd,e,f\ng,"h",i\n',
            [
                (1, MALFORMED, ("a", "b", '"c')),
                (2, GOOD, tuple("def")),
                (3, GOOD, tuple("ghi")),
            ],
        ),
        (
            'a,"b\nd,e"\ng,h,i\n',
            [
                (1, MALFORMED, ("a", '"b')),
                (2, WRONG_COUNT, ("d", 'e"')),
                (3, GOOD, tuple("ghi")),
            ],
        ),
        (
            "a,b\na,b,c,d\n",
            [(1, WRONG_COUNT, ("a", "b")), (2, WRONG_COUNT, tuple("abcd"))],
        ),
        (
            "a,b,c\r\n\r\n , ,\r\nd,e,f\r\n",
            [(1, GOOD, tuple("abc")), (4, GOOD, tuple("def"))],
        ),
        (
            "a,b,c\rd,e,f\r\rg,h,i",
            [(i, GOOD, tuple(c)) for i, c in ((1, "abc"), (2, "def"), (4, "ghi"))],
        ),
        (",,\n\n  \n,,,,\n", []),
        ("a,b\u2028c,d\x0bd\n", [(1, GOOD, ("a", "b\u2028c", "d\x0bd"))]),
    ],
)
def test_records(text: str, expected: list[tuple[int, int, tuple[str, ...]]]) -> None:
    assert told(text) == expected


def test_many_stray_quotes_take_no_time_to_judge() -> None:
    found = told('x","\n' * 20_000)
    assert len(found) == 20_000
    assert {state for _, state, _ in found} == {MALFORMED}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_mean_the_same(end: str, bng: WorkingCrs) -> None:
    text = end.join([HEADING, row(), "", row(crime_reference="K/2"), row(to="?")])
    found = parsed(text, bng)
    assert [crime.crime_reference for crime in found.crimes()] == ["K/1", "K/2"]
    assert [(f.row, f.line) for f in found.report.faults] == [(3, 5)]


@pytest.mark.parametrize(
    "head",
    [BOM, BOM + BOM, BOM + '"police_force"' + HEADING.removeprefix("police_force")],
)
def test_a_byte_order_mark_is_no_part_of_the_data(head: str, bng: WorkingCrs) -> None:
    line = row() if head.endswith(BOM) else "\n" + row()
    assert parsed(head + line, bng).report.outcome is Outcome.SUCCESSFUL


def test_a_mark_before_a_quoted_first_cell(bng: WorkingCrs) -> None:
    text = BOM + '"Kent"' + row().removeprefix("Kent")
    assert parsed(text, bng).report.outcome is Outcome.SUCCESSFUL


def test_columns_in_any_order_and_case(bng: WorkingCrs) -> None:
    names = list(reversed(COLUMNS))
    text = ",".join(n.upper() for n in names) + "\n" + ",".join(CELLS[n] for n in names)
    (crime,) = parsed(text, bng).crimes()
    assert (crime.x_m, crime.y_m, crime.free_text) == (600000, 150000, "text")


def test_a_heading_may_leave_optional_columns_out(bng: WorkingCrs) -> None:
    left_out = {
        "crime_type_description",
        "latitude",
        "longitude",
        "datum",
        "free_text",
    }
    names = [name for name in COLUMNS if name not in left_out]
    text = ",".join(names) + "\n" + ",".join(CELLS[name] for name in names)
    (crime,) = parsed(text, bng).crimes()
    assert (crime.crime_type_description, crime.free_text) == ("", "")


def test_one_unknown_name_makes_it_no_heading(bng: WorkingCrs) -> None:
    found = parsed(HEADING.replace("datum", "datums") + "\n" + row(), bng)
    assert (found.report.read, found.report.accepted) == (2, 1)


def test_without_a_heading_rows_count_from_the_first_line(bng: WorkingCrs) -> None:
    found = parsed(row(to="?") + "\n", bng)
    assert [(f.row, f.line) for f in found.report.faults] == [(1, 1)]


def test_a_count_fault_stops_other_checks(bng: WorkingCrs) -> None:
    found = parsed(file(row(crime_type="?") + ",more", row()), bng)
    assert faults(found) == [(1, None, "INVALID_COLUMN_COUNT")]


def test_a_stray_quote_swallows_nothing(bng: WorkingCrs) -> None:
    stray = row().removesuffix("text") + '"text'
    good = [row(crime_reference=f"K/{i}", free_text='say "x"') for i in range(2, 9)]
    found = parsed(file(stray, *good), bng)
    assert faults(found) == [(1, None, "MALFORMED_CSV")]
    assert found.report.accepted == 7


def test_free_text_is_kept_whole(bng: WorkingCrs) -> None:
    text = ' two\r\nlines, "quoted" \t'
    (crime,) = parsed(file(row(free_text=text)), bng).crimes()
    assert crime.free_text == text


def test_a_nul_refuses_its_row_only(bng: WorkingCrs) -> None:
    found = parsed(file(row(free_text="\0"), row(crime_reference="K/2")), bng)
    assert faults(found) == [(1, "crimeText", "INVALID_TEXT")]
    assert found.report.accepted == 1
