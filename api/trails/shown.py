"""What of a trail is shown: fixes, the lines observed between them, gaps, visits.

Nothing is shown that was not observed: a line joins two consecutive trusted fixes no
farther apart than the policy's longest gap, anything longer is a gap with its minutes.
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from geocorr import arrays
from geocorr.arrays import US_PER_S, Bools, Floats, Ints, Trails
from geocorr.geo import WorkingCrs
from geocorr.model import Mechanism, from_us
from geocorr.policy import Policy

# Why a fix is not trusted, and that its accuracy was assumed, in words for people.
MARKS = {
    arrays.ASSUMED: "accuracy assumed",
    arrays.MECHANISM: "neither satellite nor Wi-Fi",
    arrays.COARSE: "too coarse",
    arrays.SPEED: "impossible speed",
    arrays.SPIKE: "spike, out and back",
    arrays.TWIN: "another place at the same time",
    arrays.DEVICE: "device off or removed",
    arrays.FUTURE: "in the future",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The place and closed window that a trail is shown beside; working-CRS metres."""

    reference: str
    x_m: float
    y_m: float
    radius_m: float
    from_us: int
    to_us: int


@dataclass(frozen=True, slots=True)
class Worn:
    """One tag on one person, and its fixes in time order: those of one device."""

    device_id: str
    nominal_id: str
    trails: Trails

    def only(self, first: int, end: int) -> "Worn":
        """The same of the fixes at [first, end)."""
        part = _rows(self.trails, slice(first, end))
        return Worn(self.device_id, self.nominal_id, part)

    def within(self, from_us: int, to_us: int) -> "Worn":
        """The same in the closed time."""
        return Worn(
            self.device_id, self.nominal_id, between(self.trails, from_us, to_us)
        )


@dataclass(frozen=True, slots=True)
class ShownFix:
    """A fix as it was recorded; `label` (A1, A2, B1, ...) where it lies inside.

    `distance_m` None where it is shown beside no target.
    """

    at: datetime
    x_m: float
    y_m: float
    longitude: float
    latitude: float
    r95_m: float
    mechanism: str
    trusted: bool
    marks: tuple[str, ...]
    distance_m: float | None
    label: str

    @property
    def inside(self) -> bool:
        """Is it inside the vicinity within the window?"""
        return self.label != ""


@dataclass(frozen=True, slots=True)
class Gap:
    """From one trusted fix to the next, by position, and how long nothing was seen."""

    begin: int
    end: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Visit:
    """A run of consecutive fixes inside the vicinity, by position."""

    letter: str
    first: int
    last: int
    fixes: int

    @property
    def label(self) -> str:
        """`A1`, or `A1 to A7`."""
        first = f"{self.letter}1"
        return first if self.fixes == 1 else f"{first} to {self.letter}{self.fixes}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One tag's trail as it is drawn; `lines` and `gaps` name fixes by position."""

    device_id: str
    nominal_id: str
    fixes: tuple[ShownFix, ...]
    lines: tuple[tuple[int, int], ...]
    gaps: tuple[Gap, ...]
    visits: tuple[Visit, ...]

    @property
    def name(self) -> str:
        """How a legend names it: the nominal with the tag."""
        with_tag = f"{self.nominal_id} with {self.device_id}"
        return with_tag if self.nominal_id else self.device_id


def between(trails: Trails, from_us: int, to_us: int) -> Trails:
    """The fixes of one device in the closed time; nothing else of it changes."""
    first, end = np.searchsorted(trails.fixes.t_us, [from_us, to_us + 1]).tolist()
    return _rows(trails, slice(first, end))


def show(worn: Worn, target: Target | None, crs: WorkingCrs, policy: Policy) -> Shown:
    """HANTS-GPS-4. One tag's trail beside a target, or (None) beside none.

    A fix whose place has no degrees cannot be drawn and is left out.
    """
    trails, degrees = _drawable(worn.trails, crs)
    trusted, t_us = trails.trusted, trails.fixes.t_us
    joined, gaps = _joined(t_us, trusted, round(policy.line.max_gap_s * US_PER_S))
    far, inside = None, np.zeros(len(t_us), np.bool_)
    if target is not None:
        far = np.hypot(trails.fixes.x_m - target.x_m, trails.fixes.y_m - target.y_m)
        inside = far <= target.radius_m
        inside &= (t_us >= target.from_us) & (t_us <= target.to_us)
    visits = _visits(inside, trusted)
    fixes = _fixes(trails, degrees, far, _labels(visits, inside))
    return Shown(worn.device_id, worn.nominal_id, fixes, joined, gaps, visits)


def _drawable(trails: Trails, crs: WorkingCrs) -> tuple[Trails, tuple[Floats, Floats]]:
    latitude, longitude = crs.to_wgs84(trails.fixes.x_m, trails.fixes.y_m)
    there = np.isfinite(latitude) & np.isfinite(longitude)
    return _rows(trails, there), (latitude[there], longitude[there])


def _rows(trails: Trails, which: Bools | slice) -> Trails:
    return Trails(
        trails.fixes.take(which),
        trails.r95_m[which],
        trails.marks[which],
        trails.stop[which],
        trails.stops,
        trails.tamper_known,
    )


def _joined(
    t_us: Ints, trusted: Bools, longest_us: int
) -> tuple[tuple[tuple[int, int], ...], tuple[Gap, ...]]:
    """Which trusted fixes a line joins, and between which there is a gap."""
    at = np.flatnonzero(trusted)
    begin, end = at[:-1].tolist(), at[1:].tolist()
    took = np.diff(t_us[at]).tolist()
    pairs = list(zip(begin, end, took, strict=True))
    lines = tuple((a, b) for a, b, us in pairs if us <= longest_us)
    gaps = tuple(Gap(a, b, us / US_PER_S / 60) for a, b, us in pairs if us > longest_us)
    return lines, gaps


def _visits(inside: Bools, trusted: Bools) -> tuple[Visit, ...]:
    """Runs of fixes inside; as in the matcher an untrusted one outside ends none."""
    runs: list[list[int]] = []
    staying = False
    for i, (within, sure) in enumerate(zip(inside, trusted, strict=True)):
        if within:
            if not staying:
                runs.append([])
            runs[-1].append(i)
            staying = True
        elif sure:
            staying = False
    return tuple(
        Visit(letters(n), run[0], run[-1], len(run)) for n, run in enumerate(runs)
    )


def letters(number: int) -> str:
    """A, B, ... Z, AA, AB, ... of 0, 1, ..."""
    more, last = divmod(number, 26)
    return (letters(more - 1) if more else "") + chr(ord("A") + last)


def _labels(visits: tuple[Visit, ...], inside: Bools) -> list[str]:
    labels = [""] * len(inside)
    for visit in visits:
        n = 0
        for i in range(visit.first, visit.last + 1):
            if inside[i]:
                n += 1
                labels[i] = f"{visit.letter}{n}"
    return labels


def _fixes(
    trails: Trails,
    degrees: tuple[Floats, Floats],
    far: Floats | None,
    labels: list[str],
) -> tuple[ShownFix, ...]:
    fixes, (latitude, longitude) = trails.fixes, degrees
    words = {m: _words(m) for m in set(trails.marks.tolist())}
    columns = zip(
        fixes.t_us.tolist(),
        fixes.x_m.tolist(),
        fixes.y_m.tolist(),
        longitude.round(7).tolist(),
        latitude.round(7).tolist(),
        trails.r95_m.astype(np.float64).round(1).tolist(),
        fixes.mechanism.tolist(),
        trails.marks.tolist(),
        [None] * len(fixes) if far is None else far.round(1).tolist(),
        labels,
        strict=True,
    )
    return tuple(
        ShownFix(
            from_us(t), x, y, lon, lat, r95, Mechanism(kind).name,
            marks & arrays.UNTRUSTED == 0, words[marks], distance, label,
        )
        for t, x, y, lon, lat, r95, kind, marks, distance, label in columns
    )  # fmt: skip


def _words(marks: int) -> tuple[str, ...]:
    return tuple(word for bit, word in MARKS.items() if marks & bit)
