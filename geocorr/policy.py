"""Every choice where the documents are silent, as one frozen value.

The numbers live in `policy.toml`, none here. A partial policy is laid over the
shipped one; an unknown key or an impossible number is refused by name.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property

from geocorr.choices import (
    Accuracy,
    Alibi,
    Bridge,
    CoPresence,
    CrimeChoice,
    Crs,
    Feed,
    Line,
    Match,
    Orders,
    Quality,
    Retention,
    Series,
    Stop,
    Surprise,
    Trust,
    Verdicts,
    Zones,
)
from geocorr.errors import PolicyError
from geocorr.model import Basis, Rule

PURPOSES = ("match", "base_rate", "ownership", "zones")


@dataclass(frozen=True)
class Policy:
    """All choices together; `hash` names them on every result."""

    match: Match
    radius_by_type: Mapping[str, float]
    location_r95_by_type: Mapping[str, float]
    top_speed_by_type: Mapping[str, float]
    accuracy: Accuracy
    feed: Feed
    trust: Trust
    stop: Stop
    line: Line
    bridge: Bridge
    alibi: Alibi
    verdict: Verdicts
    surprise: Surprise
    crs: Crs
    crime: CrimeChoice
    orders: Orders
    retention: Retention
    quality: Quality
    series: Series
    co_presence: CoPresence
    zones: Zones
    basis: Mapping[str, tuple[str, ...]]

    @cached_property
    def choices(self) -> Mapping[str, object]:
        """All choices as tables, as they are stored with every run."""
        return asdict(self)

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical JSON of all choices."""
        text = json.dumps(self.choices, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def allows(self, basis: Basis, purpose: str) -> bool:
        """LEICS-16. May a trail on this legal basis be used for this purpose?"""
        return purpose in self.basis.get(basis.value, ())

    def radius_m(self, crime_type: str) -> float:
        """The vicinity's radius for a crime of this type."""
        return self.radius_by_type.get(crime_type, self.match.radius_m)

    def location_r95_m(self, crime_type: str) -> float:
        """The error circle (R95) of the place of a crime of this type."""
        return self.location_r95_by_type.get(crime_type, 0.0)

    def top_speed_m_s(self, crime_type: str) -> float:
        """What no tag outruns at a crime of this type, unless it did so itself."""
        return self.top_speed_by_type.get(crime_type, self.alibi.top_speed_m_s)

    def with_match(self, **changes: object) -> "Policy":
        """A policy whose [match] choices are changed; checked like a file.

        A radius asked for holds for every crime type.
        """
        changed = overlay(self, {"match": changes})
        return replace(changed, radius_by_type={}) if "radius_m" in changes else changed

    def with_top_speed(self, top_speed_m_s: float) -> "Policy":
        """A policy with this top speed for every crime type; checked like a file."""
        changed = overlay(self, {"alibi": {"top_speed_m_s": top_speed_m_s}})
        return replace(changed, top_speed_by_type={})


_PARTS = {
    "match": Match,
    "accuracy": Accuracy,
    "feed": Feed,
    "trust": Trust,
    "stop": Stop,
    "line": Line,
    "bridge": Bridge,
    "alibi": Alibi,
    "verdict": Verdicts,
    "surprise": Surprise,
    "crs": Crs,
    "crime": CrimeChoice,
    "orders": Orders,
    "retention": Retention,
    "quality": Quality,
    "series": Series,
    "co_presence": CoPresence,
    "zones": Zones,
}
_TABLES = ("radius_by_type", "location_r95_by_type", "top_speed_by_type", "basis")
# Zero means "off" or "none" for these; every other number must be above zero.
_MAY_BE_ZERO = {
    "match.pad_min",
    "location_r95_by_type",
    "alibi.clock_error_s",
    "feed.accuracy_m",
}


def from_mapping(data: Mapping[str, object]) -> Policy:
    """A whole policy from parsed TOML; PolicyError names what is missing or wrong."""
    missing = [name for name in (*_PARTS, *_TABLES) if name not in data]
    if missing:
        raise PolicyError(f"The policy lacks [{missing[0]}]: start from policy.toml.")
    tables = {name: _table(name, data[name]) for name in _TABLES}
    parts = {name: _part(name, data[name], None) for name in _PARTS}
    _known(data)
    return Policy(**parts, **tables)  # type: ignore[arg-type]


def overlay(policy: Policy, changes: Mapping[str, object]) -> Policy:
    """The policy with the named choices changed; PolicyError on an unknown one."""
    _known(changes)
    new: dict[str, object] = {}
    for name, value in changes.items():
        old = getattr(policy, name)
        new[name] = (
            {**old, **_table(name, value)}
            if name in _TABLES
            else _part(name, value, old)
        )
    return replace(policy, **new)  # type: ignore[arg-type]


def restored(data: Mapping[str, object], now: Policy) -> Policy:
    """The choices stored with a run; those younger than the run are as in `now`.

    Its hash may differ from the stored one, which stays the one to tell.
    """
    laid = overlay(now, data)
    tables = {name: _table(name, data[name]) for name in _TABLES if name in data}
    return replace(laid, **tables)  # type: ignore[arg-type]


def _known(data: Mapping[str, object]) -> None:
    unknown = [name for name in data if name not in _PARTS and name not in _TABLES]
    if unknown:
        raise PolicyError(
            f"The policy has an unknown section [{unknown[0]}]; "
            f"known are {', '.join((*_PARTS, *_TABLES))}."
        )


def _section(name: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise PolicyError(f"[{name}] must be a section of the policy.")
    return value


def _part(name: str, value: object, old: object) -> object:
    """One section as its dataclass, laid over `old` where that is given."""
    section, kind = _section(name, value), _PARTS[name]
    types = {f.name: f.type for f in fields(kind)}
    for key in section:
        if key not in types:
            raise PolicyError(
                f"[{name}] has no key {key}; known are {', '.join(types)}."
            )
    given = {k: _value(f"{name}.{k}", types[k], v) for k, v in section.items()}
    if old is not None:
        return replace(old, **given)  # type: ignore[type-var]
    missing = [key for key in types if key not in given]
    if missing:
        raise PolicyError(f"[{name}] lacks {missing[0]}.")
    return kind(**given)


def _value(name: str, kind: object, value: object) -> object:
    if kind is str:
        return _rule(name, value)
    number = _number(name, value)
    if kind is int:
        if number != int(number):
            raise PolicyError(f"{name} must be a whole number, not {value}.")
        return int(number)
    if name.endswith(("probability", "_share", "_rate")) and number > 1:
        raise PolicyError(f"{name} is a share: at most 1, not {value}.")
    if name == "alibi.own_speed_factor" and number < 1:
        raise PolicyError(
            f"{name} = {value} is impossible: a tag is no slower than it was."
        )
    return number


def _rule(name: str, value: object) -> str:
    if value not in tuple(Rule):
        raise PolicyError(f"{name} must be one of {', '.join(Rule)}, not {value}.")
    return str(value)


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PolicyError(f"{name} must be a number, not {value!r}.")
    zero_ok = name in _MAY_BE_ZERO or name.split(".")[0] in _MAY_BE_ZERO
    if not math.isfinite(value) or value < 0 or (value == 0 and not zero_ok):
        raise PolicyError(f"{name} = {value} is impossible: it must be above zero.")
    return float(value)


def _table(name: str, value: object) -> dict[str, object]:
    section = _section(name, value)
    if name != "basis":
        return {k: _number(f"{name}.{k}", v) for k, v in section.items()}
    return {k: _purposes(k, v) for k, v in section.items()}


def _purposes(basis: str, value: object) -> tuple[str, ...]:
    if basis not in tuple(Basis):
        raise PolicyError(f"[basis] {basis} is not a legal basis: {', '.join(Basis)}.")
    if not isinstance(value, list | tuple) or any(p not in PURPOSES for p in value):
        raise PolicyError(
            f"[basis] {basis} must list purposes out of {', '.join(PURPOSES)}."
        )
    return tuple(str(p) for p in value)
