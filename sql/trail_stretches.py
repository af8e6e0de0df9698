"""Stretches of devices' time: what a load touches, what must be read to re-cut it."""

from dataclasses import dataclass

import numpy as np

from geocorr.arrays import HOUR_US, Bools, Codes, Fixes, Ints, check_lengths

# Hours between one device's and the next in a key of both: longer than any calendar.
_STRIDE = 1 << 32


@dataclass(frozen=True, slots=True)
class Stretches:
    """Half-open times [from_us, to_us) of devices, sorted, apart, on whole UTC hours.

    `device` indexes `devices`.
    """

    devices: tuple[str, ...]
    device: Codes
    from_us: Ints
    to_us: Ints

    def __post_init__(self) -> None:
        check_lengths(self)

    def __len__(self) -> int:
        return len(self.device)

    def widened(self, by_us: int) -> "Stretches":
        """The hours these touch when each is made longer by so much at both ends."""
        low, high = self.from_us - by_us, self.to_us + by_us
        return stretches(self.devices, self.device, low, high)

    def holds(self, device: Codes, t_us: Ints) -> Bools:
        """Which of these times of devices lie in a stretch."""
        if not len(self):
            return np.zeros(len(t_us), dtype=np.bool_)
        key = _key(device, t_us // HOUR_US)
        at = np.searchsorted(_key(self.device, self.from_us // HOUR_US), key, "right")
        end = _key(self.device, self.to_us // HOUR_US)[np.maximum(at - 1, 0)]
        held: Bools = (at > 0) & (key < end)
        return held


def stretches(
    devices: tuple[str, ...], device: Codes, from_us: Ints, to_us: Ints
) -> Stretches:
    """The UTC hours that the half-open times of devices touch, joined where they meet.

    In any order, overlapping or not; at least the hour of `from_us` each.
    """
    first = _key(device, from_us // HOUR_US)
    end = np.maximum(_key(device, -(-to_us // HOUR_US)), first + 1)
    order = np.argsort(first, kind="stable")
    first, end = first[order], np.maximum.accumulate(end[order])
    new = np.ones(len(first), dtype=np.bool_)
    new[1:] = first[1:] > end[:-1]
    starts = np.flatnonzero(new)
    lasts = np.append(starts[1:], len(first))[: len(starts)] - 1
    offset = first[starts] // _STRIDE * _STRIDE
    return Stretches(
        devices,
        (first[starts] // _STRIDE).astype(np.int32),
        (first[starts] - offset - _STRIDE // 2) * HOUR_US,
        (end[lasts] - offset - _STRIDE // 2) * HOUR_US,
    )


def around(fixes: Fixes, by_us: int) -> Stretches:
    """The hours of these fixes and those within so much before or after them."""
    low, high = fixes.t_us - by_us, fixes.t_us + by_us + 1
    return stretches(fixes.devices, fixes.device, low, high)


def _key(device: Codes, hour: Ints) -> Ints:
    return device.astype(np.int64) * _STRIDE + hour + _STRIDE // 2
