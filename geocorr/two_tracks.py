"""Is one identifier two tags? A trail taken apart into two tracks that could be moved.

A fix joins the track that can have reached it, the current one first. Going back and
forth between two tracks, each leap too fast for the tag, is what two wearers look
like; a lone spike, a flight or one jump of the clock is not.
"""

from typing import NamedTuple

import numpy as np

from geocorr.arrays import US_PER_S, Floats, Floats32, Ints, compiled


class Tracks(NamedTuple):
    """Leaps from one track back to the other; and the fixes of the lesser one."""

    swaps: int
    shorter: int


def two_tracks(
    t_us: Ints, x_m: Floats, y_m: Floats, r95_m: Floats32, max_speed_m_s: float
) -> Tracks:
    """Take one device's fixes [n], in order of time, apart; errors taken off."""
    return Tracks(*_apart(t_us, x_m, y_m, r95_m.astype(np.float64), max_speed_m_s))


@compiled
def _apart(
    t_us: Ints, x_m: Floats, y_m: Floats, r95_m: Floats, max_m_s: float
) -> tuple[int, int]:
    # Last fix and length of the current track and of the other one; -1 = none yet.
    here, there, n_here, n_there = -1, -1, 0, 0
    swaps, shorter = 0, 0
    for i in range(len(t_us)):
        if here < 0 or _reached(t_us, x_m, y_m, r95_m, (here, i), max_m_s):
            here, n_here = i, n_here + 1
            continue
        back = there >= 0 and _reached(t_us, x_m, y_m, r95_m, (there, i), max_m_s)
        # Reached by neither: the other track ends and another begins here.
        swaps += 1 if back else 0
        here, there = i, here
        n_here, n_there = n_there + 1 if back else 1, n_here
        shorter = max(shorter, min(n_here, n_there))
    return swaps, max(shorter, min(n_here, n_there))


@compiled
def _reached(
    t_us: Ints,
    x_m: Floats,
    y_m: Floats,
    r95_m: Floats,
    pair: tuple[int, int],
    max_m_s: float,
) -> bool:
    i, j = pair
    dx, dy = x_m[j] - x_m[i], y_m[j] - y_m[i]
    net = np.sqrt(dx * dx + dy * dy) - r95_m[i] - r95_m[j]
    reached: bool = net <= max_m_s * ((t_us[j] - t_us[i]) / US_PER_S)
    return reached
