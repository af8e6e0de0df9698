"""Row 11: what a user could pick instead, on the same files, in the same run, rule (a).

    python -m tests.bench.peers [tiny|small|national]

Each side makes of two Parquet files (fixes: device, t, x, y; crimes: place, window) the
pairs of crime and device with a fix inside: once from memory, loaded beforehand in its
own way, and once from the files. Its pairs are compared with ours before its time
counts. A peer that would take too long at the asked size is measured at `small` beside
ours at `small`, and its line says so; one that is not installed says that.
"""

import json
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geocorr import stream
from geocorr.arrays import compiled
from geocorr.lines import Track, Windows
from geocorr.target_grid import Grid, grid
from tests.bench import engine, files, scene

RADIUS_M = 100.0
SIDE_M = 200.0
ROUNDS = 5
# Seconds after which no further round of a slow peer begins.
ENOUGH_S = 20.0
# Longer than this at the asked size, judged by `small`, and a peer stays at `small`.
PATIENCE_S = 40.0
# geopandas: a Python object a fix; it would need more memory than most machines have.
SMALL_ONLY = ("geopandas",)
Paths = tuple[Path, Path]
Pairs = set[tuple[int, int]]
Answer = Callable[[], Pairs]


def ours(paths: Paths, loaded: bool) -> Answer:
    """The product's stream, over whole columns or over a file's parts as they come."""
    if loaded:
        held = _sorted(_columns(pq.read_table(paths[0])))
        windows = _windows(paths[1])
        return lambda: _set(*_streamed(held, grid(windows), engine.THREADS))

    def answer() -> Pairs:
        known, met = pq.read_metadata(paths[0]), grid(_windows(paths[1]))

        def part(group: int) -> tuple[np.ndarray, np.ndarray]:
            file = pq.ParquetFile(paths[0], metadata=known, pre_buffer=False)
            table = file.read_row_group(group, use_threads=False)
            return _streamed(_sorted(_columns(table)), met, 1)

        with ThreadPoolExecutor(engine.THREADS) as pool:
            parts = list(pool.map(part, range(known.num_row_groups)))
        return set().union(*(_set(*pairs) for pairs in parts))

    return answer


def _windows(path: Path) -> Windows:
    crimes = _columns(pq.read_table(path))
    reach = np.full(len(crimes["cx"]), RADIUS_M)
    return crimes["cx"], crimes["cy"], reach, crimes["c0"], crimes["c1"]


Held = tuple[Track, np.ndarray, np.ndarray]


def _sorted(columns: dict[str, np.ndarray]) -> Held:
    """Fixes as the stream takes them, their order made sure of; offsets, devices."""
    device, t = columns["device"], columns["t"]
    starts = _starts(device, t)
    if not len(starts):
        raise AssertionError("the fixes are not sorted")
    track = Track(t, columns["x"], columns["y"], np.ones(len(t), np.bool_))
    return track, starts, device[starts[:-1]]


@compiled
def _starts(device: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Offsets of each device's fixes, and the end; none where they are not sorted."""
    starts, n = np.zeros(len(t) + 1, np.int64), 1
    for i in range(1, len(t)):
        if device[i] != device[i - 1]:
            starts[n] = i
            n += 1
        if device[i] < device[i - 1] or (
            device[i] == device[i - 1] and t[i] < t[i - 1]
        ):
            return starts[:0]
    starts[n] = len(t)
    return starts[: n + 1].copy()


def _streamed(held: Held, met: Grid, threads: int) -> tuple[np.ndarray, np.ndarray]:
    track, starts, device = held
    target, at = stream.past(met, track, starts, 0, threads)
    return target, device[at]


def duckdb(paths: Paths, loaded: bool) -> Answer:
    """Crimes spread over the cells of a grid, a hash join on the cell."""
    import duckdb

    conn = duckdb.connect()
    conn.execute(f"set threads = {engine.THREADS}")
    kind = "table" if loaded else "view"
    for name, path in zip(("fix", "crime"), paths, strict=True):
        conn.execute(f"create {kind} {name} as select * from '{path}'")

    def answer() -> Pairs:
        found = conn.execute(_DUCKDB).fetchnumpy()
        return _set(found["id"], found["device"])

    return answer


_DUCKDB = f"""
with near as (
    select *, unnest(range(floor((cx - {RADIUS_M}) / {SIDE_M})::bigint,
        floor((cx + {RADIUS_M}) / {SIDE_M})::bigint + 1)) as a
    from crime
), cell as (
    select *, unnest(range(floor((cy - {RADIUS_M}) / {SIDE_M})::bigint,
        floor((cy + {RADIUS_M}) / {SIDE_M})::bigint + 1)) as b
    from near
)
select distinct id, device
from fix
join cell on a = floor(x / {SIDE_M})::bigint and b = floor(y / {SIDE_M})::bigint
where t between c0 and c1
    and (x - cx) ** 2 + (y - cy) ** 2 <= {RADIUS_M**2}
"""


def polars(paths: Paths, loaded: bool) -> Answer:
    """The same join, by the streaming engine."""
    import polars as pl

    fixes, crimes = (pl.scan_parquet(path) for path in paths)
    if loaded:
        fixes, crimes = fixes.collect().lazy(), crimes.collect().lazy()

    def cell(edge: pl.Expr) -> pl.Expr:
        return (edge / SIDE_M).floor().cast(pl.Int32)

    def cells(name: str) -> pl.Expr:
        low, high = (cell(pl.col(name) + off) for off in (-RADIUS_M, RADIUS_M))
        return pl.int_ranges(low, high + 1, dtype=pl.Int32)

    crimes = crimes.with_columns(a=cells("cx"), b=cells("cy")).explode("a").explode("b")
    fixes = fixes.with_columns(a=cell(pl.col("x")), b=cell(pl.col("y")))
    square = (pl.col("x") - pl.col("cx")) ** 2 + (pl.col("y") - pl.col("cy")) ** 2
    in_time = pl.col("t").is_between("c0", "c1")
    joined = fixes.join(crimes, on=["a", "b"]).filter(in_time & (square <= RADIUS_M**2))
    query = joined.select("id", "device").unique()

    def answer() -> Pairs:
        found = query.collect(engine="streaming")
        return _set(found["id"].to_numpy(), found["device"].to_numpy())

    return answer


def sedonadb(paths: Paths, loaded: bool) -> Answer:
    """Its own spatial join, `ST_DWithin` on points."""
    import sedonadb

    conn = sedonadb.connect()
    for name, path in zip(("fix", "crime"), paths, strict=True):
        frame = conn.read_parquet(str(path))
        (frame.to_memtable() if loaded else frame).to_view(name)

    def answer() -> Pairs:
        found = pa.table(conn.sql(_SEDONADB))
        return _set(found["id"].to_numpy(), found["device"].to_numpy())

    return answer


_SEDONADB = f"""
select distinct crime.id, fix.device
from (select device, t, ST_Point(x, y) as place from fix) as fix
join (select id, c0, c1, ST_Point(cx, cy) as place from crime) as crime
    on ST_DWithin(fix.place, crime.place, {RADIUS_M})
where fix.t between crime.c0 and crime.c1
"""


def geopandas(paths: Paths, loaded: bool) -> Answer:
    """`sjoin` by distance, then the window."""
    import geopandas as gpd

    def load() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        fix, crime = (pq.read_table(path).to_pandas() for path in paths)
        places = gpd.points_from_xy(fix.x, fix.y)
        scenes = gpd.points_from_xy(crime.cx, crime.cy)
        frames = gpd.GeoDataFrame(fix, geometry=places)
        return frames, gpd.GeoDataFrame(crime, geometry=scenes)

    def join(fix: gpd.GeoDataFrame, crime: gpd.GeoDataFrame) -> Pairs:
        met = fix.sjoin(crime, predicate="dwithin", distance=RADIUS_M)
        met = met[(met.t >= met.c0) & (met.t <= met.c1)]
        return _set(met.id.to_numpy(), met.device.to_numpy())

    return _either(load, join, loaded)


def rtree(paths: Paths, loaded: bool) -> Answer:
    """Boxes of crimes in place and time, every fix asked of them, then measured."""
    from rtree import index

    def load() -> tuple[index.Index, dict[str, np.ndarray], dict[str, np.ndarray]]:
        columns, crimes = (_columns(pq.read_table(path)) for path in paths)
        x, y = crimes["cx"], crimes["cy"]
        low = np.stack([x - RADIUS_M, y - RADIUS_M, crimes["c0"]], axis=1)
        high = np.stack([x + RADIUS_M, y + RADIUS_M, crimes["c1"]], axis=1)
        of = index.Property(dimension=3)
        tree = index.Index((np.arange(len(low)), low, high), properties=of)
        return tree, columns, crimes

    def ask(
        tree: index.Index, fix: dict[str, np.ndarray], crime: dict[str, np.ndarray]
    ) -> Pairs:
        places = np.stack([fix["x"], fix["y"], fix["t"].astype(float)], axis=1)
        met, counts = tree.intersection_v(places, places)
        at = np.repeat(np.arange(len(places)), counts.astype(np.int64))
        off = np.hypot(fix["x"][at] - crime["cx"][met], fix["y"][at] - crime["cy"][met])
        return _set(met[off <= RADIUS_M], fix["device"][at[off <= RADIUS_M]])

    return _either(load, ask, loaded)


def _either(
    load: Callable[[], tuple], work: Callable[..., Pairs], loaded: bool
) -> Answer:
    """Load now and answer later, or both later."""
    if not loaded:
        return lambda: work(*load())
    held = load()
    return lambda: work(*held)


PEERS: dict[str, Callable[[Paths, bool], Answer]] = {
    "duckdb": duckdb,
    "polars": polars,
    "sedonadb": sedonadb,
    "geopandas": geopandas,
    "rtree": rtree,
}


def measure(size: str = "national") -> list[dict[str, object]]:
    """A row a peer, those absent too; AssertionError where pairs differ from ours."""
    with tempfile.TemporaryDirectory(prefix="geocorr-bench-") as name:
        grounds = {}
        for each in dict.fromkeys(("small", size)):
            folder = Path(name) / each
            folder.mkdir()
            of = scene.SIZES[each]
            grounds[each] = files.bare(folder, of, scene.targets(of))
        return [_row(peer, grounds, size) for peer in PEERS]


def _row(peer: str, grounds: dict[str, Paths], size: str) -> dict[str, object]:
    try:
        software = version(peer)
    except PackageNotFoundError:
        return {"peer": peer, "absent": True}
    at = size if size == "tiny" else "small"
    figures = _measured(peer, grounds[at])
    larger = scene.SIZES[size].wearers / scene.SIZES[at].wearers
    patient = figures["file_s"] * larger <= PATIENCE_S and peer not in SMALL_ONLY
    if size != at and patient:
        at, figures = size, _measured(peer, grounds[size])
    found = {"peer": peer, "software": software, "size": at, **figures}
    print(json.dumps(found), file=sys.stderr, flush=True)
    return found


def _measured(peer: str, paths: Paths) -> dict[str, float]:
    """Median seconds of both, from memory and from the files, and theirs over ours."""
    figures: dict[str, float] = {}
    for start, loaded in (("memory", True), ("file", False)):
        own, other = ours(paths, loaded), PEERS[peer](paths, loaded)
        figures["pairs"] = _same(peer, own(), other())
        ours_s, theirs_s = _laps(own, other)
        figures[f"ours_{start}_s"], figures[f"{start}_s"] = ours_s, theirs_s
        figures[f"row11_{start}_ratio"] = theirs_s / ours_s
    return figures


def _laps(own: Answer, other: Answer) -> tuple[float, float]:
    """Median seconds of both, a lap each in turn; fewer laps where they take long."""
    laps: list[tuple[float, float]] = []
    while len(laps) < ROUNDS and sum(map(sum, laps)) < ENOUGH_S:
        laps.append((engine.seconds(own), engine.seconds(other)))
    ours_s, theirs_s = (median(side) for side in zip(*laps, strict=True))
    return ours_s, theirs_s


def _same(peer: str, own: Pairs, theirs: Pairs) -> int:
    """How many pairs there are; a ratio between differing answers would say nothing."""
    if own != theirs:
        raise AssertionError(f"{peer} differs from ours in {len(own ^ theirs)} pairs")
    return len(own)


def _columns(table: pa.Table) -> dict[str, np.ndarray]:
    return {name: table[name].to_numpy() for name in table.column_names}


def _set(target: np.ndarray, device: np.ndarray) -> Pairs:
    return set(zip(target.tolist(), device.tolist(), strict=True))


if __name__ == "__main__":
    # By its own name: a kept kernel is known by the package that it belongs to.
    from tests.bench import peers

    print(json.dumps(peers.measure(*(sys.argv[1:] or ["small"])), indent=1))
