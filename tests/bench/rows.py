"""From figures to lines of the table: what stands against what, and its target."""

from collections.abc import Mapping
from typing import Any

from tests.bench import crime_file, memory
from tests.bench.table import Line

Figures = Mapping[str, Any]
_PLAIN = "/ plain ST_DWithin"
# Key of the figure, row, what, target, whether at least so much is asked.
_OF_SIZE = (
    ("row2_floor_ratio", 2, "columns to hits, lines too / max() of them", 10.0, False),
    ("row3_postgis_ratio", 3, "ST_DWithin, points only / the same", 12.0, True),
    ("row4_match_ratio", 4, f"crimes in to hits stored {_PLAIN}", 2.0, False),
    (
        "row4_match_ratio_two_connections",
        4,
        f"the same by two connections {_PLAIN}",
        1.2,
        False,
    ),
    ("row5_single_ratio", 5, "one crime again / the batch", 1e-3, False),
    ("row6_ingest_ratio", 6, "fixes per second / row per fix", 8.0, True),
    ("row7_bytes_ratio", 7, "bytes per fix / row per fix", 1 / 3.5, False),
    ("row8_trail_ratio", 8, "six hours of a device / btree", 0.6, False),
)
# What the smaller sizes say nothing about: there the floor itself lies in the cache.
_LARGE_ONLY = (2, 3)
_SMALLER = ("tiny", "small")
_GROWTH = (
    ("row9_stream_by_fixes", "slope of cost in fixes, the stream", 1.05),
    ("row9_match_by_fixes", "slope of cost in fixes, all of a match", 1.05),
    ("row9_stream_by_crimes", "slope of cost in crimes, the stream", 1.0),
    ("row9_match_by_crimes", "slope of cost in crimes, all of a match", 1.0),
)


def lines(measured: Mapping[str, Figures], others: Mapping[str, Any]) -> list[Line]:
    """All lines: `measured` by size, `others` by what they are of."""
    found = [line for size, f in measured.items() for line in _of_size(size, f)]
    grown = others["growth"]
    found += [
        Line(9, what, grown["size"], grown[key], most) for key, what, most in _GROWTH
    ]
    found.append(_checked(others["crime file"]))
    found += [line for peer in others["peers"] for line in _peer(peer)]
    if "memory" in others:
        f = others["memory"]
        what = f"memory of match, {f['fixes'] / 1e6:.0f} M fixes / their columns"
        found.append(Line(12, what, "", f["row12_memory_ratio"], memory.TARGET))
    return sorted(found, key=lambda line: line.row)


def _of_size(size: str, f: Figures) -> list[Line]:
    found = []
    differing = [n for name, n in f.items() if name.startswith("row1_")]
    if differing:
        what = "pairs that differ, points and lines"
        found.append(Line(1, what, size, sum(differing), 0.0))
    for key, row, what, target, at_least in _OF_SIZE:
        if key in f and not (size in _SMALLER and row in _LARGE_ONLY):
            found.append(Line(row, what, size, f[key], target, at_least))
    return found


def _checked(f: Figures) -> Line:
    what = "crime file of 200,000 rows checked / read as text"
    return Line(10, what, "", f["ratio"], crime_file.TARGET)


def _peer(f: Figures) -> list[Line]:
    if "absent" in f:
        return [Line(11, f"{f['peer']} / ours", "", None, 1.0, at_least=True)]
    name = f"{f['peer']} {f['software']} / ours"
    return [
        Line(11, f"{name}, from {start}", f["size"], f[key], 1.0, at_least=True)
        for start, key in (
            ("memory", "row11_memory_ratio"),
            ("the files", "row11_file_ratio"),
        )
    ]
