"""All fixes of many batches as sorted columns, with little more memory than they take.

Thirty million fixes are a gigabyte of columns, so each column is joined, sorted and
released by itself: never two whole copies of everything.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Bools, Codes, Fixes, Ints, compiled

_DTYPES: dict[str, type[np.generic]] = {
    "device": np.int32,
    "t_us": np.int64,
    "x_m": np.float64,
    "y_m": np.float64,
    "accuracy_m": np.float32,
    "mechanism": np.uint8,
    "speed_kmh": np.float32,
    "direction_deg": np.float32,
}
_SLAB_BYTES = 64 * 2**20
_MOTION = ("speed_kmh", "direction_deg")

Column = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Collected:
    """The fixes, how many identical repeats were dropped, how many fixes are twins.

    `backwards`: device and time of the fixes that stand in their file right after a
    later fix of the same device.
    """

    fixes: Fixes
    repeats: int
    twins: int
    backwards: tuple[Codes, Ints]


class _Growing:
    """A column that grows: slabs so large that a freed one goes back at once.

    Many small arrays would leave the heap full of holes that count as memory.
    """

    def __init__(self, dtype: type[np.generic]) -> None:
        self.count = 0
        self._dtype = np.dtype(dtype)
        self._room = _SLAB_BYTES // self._dtype.itemsize
        self._slabs: list[Column] = []

    def extend(self, values: Column) -> None:
        done = 0
        while done < len(values):
            slab, at = divmod(self.count, self._room)
            if slab == len(self._slabs):
                self._slabs.append(np.empty(self._room, self._dtype))
            fits = min(len(values) - done, self._room - at)
            self._slabs[slab][at : at + fits] = values[done : done + fits]
            self.count += fits
            done += fits

    def cut(self, count: int) -> None:
        """Forget what came after the first `count` values."""
        self.count = count
        del self._slabs[-(-count // self._room) :]

    def joined(self) -> Column:
        """All values as one array; slabs are released on the way."""
        whole = np.empty(self.count, self._dtype)
        at = 0
        while self._slabs:
            slab = self._slabs.pop(0)
            fits = min(len(slab), self.count - at)
            whole[at : at + fits] = slab[:fits]
            at += fits
        return whole


class Collector:
    """Takes loose fixes batch by batch; `finish` gives them back sorted."""

    def __init__(self, with_motion: bool) -> None:
        names = [name for name in _DTYPES if with_motion or name not in _MOTION]
        self._growing = {name: _Growing(_DTYPES[name]) for name in names}
        self._codes: dict[str, int] = {}
        self._files: list[int] = []

    def add(self, loose: Fixes) -> None:
        """Keep the columns of a batch; device ids become numbers at once."""
        code = [self._codes.setdefault(d, len(self._codes)) for d in loose.devices]
        codes = np.array(code, dtype=np.int32)
        for name, growing in self._growing.items():
            column = getattr(loose, name)
            growing.extend(codes[column] if name == "device" else column)

    def mark(self) -> int:
        """Where a file begins: a place to which `forget_since` can go back."""
        self._files.append(self._growing["t_us"].count)
        return self._files[-1]

    def forget_since(self, mark: int) -> None:
        """Drop what was added since the mark."""
        for growing in self._growing.values():
            growing.cut(mark)

    def finish(self) -> Collected:
        """All fixes in order, repeats kept once. The collector is empty afterwards."""
        columns = {name: g.joined() for name, g in self._growing.items()}
        devices, columns["device"] = self._named(columns["device"])
        order = _order(columns)
        backwards = self._backwards(columns, sorted_=order is None)
        if order is not None:
            _pick(columns, order)
        del order
        _settle_ties(columns)
        repeat = _repeats(columns)
        if len(repeat):
            kept = np.ones(len(columns["t_us"]), dtype=np.bool_)
            kept[repeat] = False
            _pick(columns, kept)
        fixes = Fixes(devices, **columns)  # type: ignore[arg-type]
        return Collected(fixes, len(repeat), twins_of(fixes), backwards)

    def _backwards(
        self, columns: dict[str, Column], *, sorted_: bool
    ) -> tuple[Codes, Ints]:
        """Device and time of what `_ran_backwards`; nothing where all is sorted."""
        device = columns["device"].astype(np.int32, copy=False)
        t_us = columns["t_us"].astype(np.int64, copy=False)
        files = np.array(self._files, np.int64)
        back = _ran_backwards(device, t_us, files) if not sorted_ else files[:0]
        return device[back], t_us[back]

    def _named(self, device: Column) -> tuple[tuple[str, ...], Column]:
        """Ids of the devices that have fixes, sorted, and the column indexing them."""
        has_fixes = np.bincount(device, minlength=len(self._codes)) > 0
        ids = [name for name, code in self._codes.items() if has_fixes[code]]
        rank = np.zeros(len(self._codes), dtype=np.int32)
        for place, name in enumerate(sorted(ids)):
            rank[self._codes[name]] = place
        return tuple(sorted(ids)), rank[device]


def _order(columns: dict[str, Column]) -> Ints | None:
    """What sorts by device and time; None where all stand so already."""
    device, t_us = columns["device"], columns["t_us"]
    if bool((np.greater(device[1:], device[:-1]) | _later(device, t_us)).all()):
        return None
    return np.lexsort((t_us, device))


@compiled
def _ran_backwards(device: Codes, t_us: Ints, files: Ints) -> Ints:
    """Rows right after a later fix of the same device in the same file.

    `files` are the rows at which files begin.
    """
    devices = device.max() + 1 if len(device) else 0
    latest, seen = np.zeros(devices, np.int64), np.full(devices, -1)
    found, n, file = np.empty(64, np.int64), 0, 0
    for i in range(len(device)):
        while file < len(files) and files[file] <= i:
            file += 1
        d = device[i]
        if seen[d] == file and t_us[i] < latest[d]:
            if n == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            found[n] = i
            n += 1
        latest[d], seen[d] = t_us[i], file
    return found[:n].copy()


def _settle_ties(columns: dict[str, Column]) -> None:
    """Sort fixes that share device and time by place too; there are few of them."""
    tie = np.flatnonzero(_same(columns["device"], columns["t_us"]))
    if len(tie):
        among = np.union1d(tie, tie + 1)
        keys = [columns[name][among] for name in ("y_m", "x_m", "t_us", "device")]
        rows = among[np.lexsort(keys)]
        for column in columns.values():
            column[among] = column[rows]


def _pick(columns: dict[str, Column], rows: Ints | Bools) -> None:
    """Take these rows, one column after another so that old ones are released."""
    for name in columns:
        columns[name] = columns[name][rows]


def _repeats(columns: dict[str, Column]) -> Ints:
    """Sorted rows that say the same as the row before them."""
    tie = np.flatnonzero(_same(columns["device"], columns["t_us"]))
    x_m, y_m = columns["x_m"], columns["y_m"]
    same = (x_m[tie + 1] == x_m[tie]) & (y_m[tie + 1] == y_m[tie])
    repeats: Ints = tie[same] + 1
    return repeats


def _later(device: Column, t_us: Column) -> Bools:
    later: Bools = _equal(device) & np.greater(t_us[1:], t_us[:-1])
    return later


def _same(device: Column, t_us: Column) -> Bools:
    same: Bools = _equal(device) & _equal(t_us)
    return same


def _equal(column: Column) -> Bools:
    """Which rows equal the next one [n - 1]."""
    equal: Bools = column[1:] == column[:-1]
    return equal


def twins_of(fixes: Fixes) -> int:
    """How many fixes share device and time with another (at another place)."""
    tie = np.flatnonzero(_same(fixes.device, fixes.t_us))
    return len(np.union1d(tie, tie + 1))
