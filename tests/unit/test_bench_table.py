"""The table of the benchmarks says what was measured, and the README shows it."""

import json
from pathlib import Path

from tests.bench import rows
from tests.bench.table import RESULTS, table

README = Path(__file__).parents[2] / "README.md"

OTHERS = {
    "growth": {
        "size": "small",
        "row9_stream_by_fixes": 1.0,
        "row9_match_by_fixes": 1.2,
        "row9_stream_by_crimes": 0.1,
        "row9_match_by_crimes": 0.2,
    },
    "crime file": {"ratio": 11.0},
    "peers": [
        {
            "peer": "duckdb",
            "software": "2.0.0",
            "size": "small",
            "row11_memory_ratio": 5.0,
            "row11_file_ratio": 0.9,
        },
        {"peer": "polars", "absent": True},
    ],
}


def lines_of(**figures: float):
    return rows.lines({"national": figures}, OTHERS)


def test_a_line_says_measured_target_and_whether_it_is_met():
    found = {
        line.what: line for line in lines_of(row2_floor_ratio=6.0, row1_points_brute=0)
    }
    assert found["columns to hits, lines too / max() of them"].met
    assert found["pairs that differ, points and lines"].met
    assert found["duckdb 2.0.0 / ours, from memory"].met
    assert not found["duckdb 2.0.0 / ours, from the files"].met
    assert not found["slope of cost in fixes, all of a match"].met


def test_what_was_not_measured_has_no_line_and_an_absent_peer_says_so():
    found = lines_of()
    assert {line.row for line in found} == {9, 10, 11}
    text = table(line.as_dict() for line in found)
    assert "| 11 | polars / ours |  | not installed | at least 1 | - |" in text


def test_the_floor_is_no_measure_where_it_lies_in_the_cache():
    small = {"row2_floor_ratio": 11.0, "row6_ingest_ratio": 9.0}
    assert {line.row for line in rows.lines({"small": small}, OTHERS)} >= {6}
    assert 2 not in {line.row for line in rows.lines({"small": small}, OTHERS)}


def test_lines_stand_in_the_order_of_their_rows():
    found = [line.row for line in lines_of(row8_trail_ratio=0.5, row2_floor_ratio=6)]
    assert found == sorted(found)


def test_the_readme_shows_the_last_run():
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert table(results["rows"]) in README.read_text(encoding="utf-8")
