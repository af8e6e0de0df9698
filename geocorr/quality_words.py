"""What a poor day of a trail means for verdicts, a sentence a trouble."""

from geocorr.policy import Policy
from geocorr.quality import DeviceDay
from geocorr.wording import counted

_MANY = "spikes or impossible speeds"


def meanings(day: DeviceDay, policy: Policy) -> tuple[str, ...]:
    """What is poor about a day and what it means for verdicts; empty = nothing."""
    return tuple(filter(None, (say(day, policy) for say in _SAYINGS)))


def _two_places(day: DeviceDay, policy: Policy) -> str:
    if not day.two_places:
        return ""
    return (
        f"In two places at once ({counted(day.swaps, 'leap')} between two tracks): two "
        "wearers or two tags under one identifier. Use no hit and no exclusion of this "
        "day until it is cleared."
    )


def _clock(day: DeviceDay, policy: Policy) -> str:
    odd = day.future + (day.backwards or 0)
    if not odd:
        return ""
    return (
        f"Clock trouble: {_fixes(day.backwards or 0)} ran backwards in the file, "
        f"{_fixes(day.future)} in the future. Times of this day may be wrong; a file "
        "listed newest first is fine."
    )


def _twins(day: DeviceDay, policy: Policy) -> str:
    if not day.twins:
        return ""
    share = "shares its time" if day.twins == 1 else "share their time"
    return f"{_fixes(day.twins)} {share} with another place: none is trusted."


def _untrusted(day: DeviceDay, policy: Policy) -> str:
    if day.trusted_share >= policy.quality.min_trusted_share:
        return ""
    return (
        f"Only {100 * day.trusted_share:.0f} % of fixes are trusted: the others join "
        "no line and rule nothing out, so expect no_data and possible."
    )


def _outliers(day: DeviceDay, policy: Policy) -> str:
    if day.outliers <= policy.quality.max_outlier_share * day.fixes:
        return ""
    return (
        f"{counted(day.outliers, 'spike or impossible speed', _MANY)}: kept, but not "
        "trusted."
    )


def _sparse(day: DeviceDay, policy: Policy) -> str:
    every_s = day.median_interval_s
    if every_s is None:
        return "A single fix: it speaks for its own instant only."
    if every_s <= policy.quality.max_median_interval_s:
        return ""
    return f"A fix every {every_s:.0f} s: what lies between is easily missed."


def _blind(day: DeviceDay, policy: Policy) -> str:
    if not day.blind_spells:
        return ""
    return (
        f"{day.blind_s / 60:.0f} min on cell towers or the home box alone: such "
        "fixes rule nothing out."
    )


def _assumed(day: DeviceDay, policy: Policy) -> str:
    if not day.assumed:
        return ""
    state = "states" if day.assumed == 1 else "state"
    return (
        f"{_fixes(day.assumed)} {state} no accuracy: such a fix rules nothing out "
        "unless the feed declares one ([feed] accuracy_m)."
    )


def _off(day: DeviceDay, policy: Policy) -> str:
    if not day.reported_off:
        return ""
    return (
        f"{_fixes(day.reported_off)} while reported flat, off, open or removed: not "
        "trusted."
    )


def _fixes(n: int) -> str:
    return counted(n, "fix", "fixes")


_SAYINGS = (
    _two_places, _clock, _twins, _untrusted, _outliers, _sparse, _blind, _assumed, _off,
)  # fmt: skip
