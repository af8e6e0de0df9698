"""WMP-5.9-BANDS. From the score to its band, unrounded: 999.6 is MEDIUM."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Ints
from geocorr.scoring.choices import Scoring


class Band(StrEnum):
    """1000 and over HIGH, 500 and over MEDIUM, 250 and over LOW, under it NONE."""

    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    NONE = "NONE"


# By number, lowest first, as columns hold them.
BANDS = (Band.NONE, Band.LOW, Band.MEDIUM, Band.HIGH)


def band_of(micropoints: int, choices: Scoring) -> Band:
    """The band of one score."""
    return BANDS[int(band_numbers(np.array([micropoints], np.int64), choices)[0])]


def band_numbers(micropoints: Ints, choices: Scoring) -> npt.NDArray[np.int16]:
    """The bands of many scores, as positions in `BANDS`."""
    starts = sorted(start for _, start in choices.band_starts)
    return np.searchsorted(starts, micropoints, side="right").astype(np.int16)
