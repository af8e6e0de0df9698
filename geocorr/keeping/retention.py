"""How long each kind of thing is kept: periods that the data controller sets.

The numbers live in `retention.toml`, none here; they are no part of the policy of
matching, whose hash stands on every hit.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from geocorr.errors import PolicyError
from geocorr.wording import counted

# The database itself refuses to forget what is younger (migration 0020).
_LEAST_AUDIT_DAYS = 366
_LEAST_DAYS = 28
_SHORT = ("idempotency_keys", "sessions")


class Kind(StrEnum):
    """What goes when its time is over, in the order in which it goes."""

    QUARANTINED_FIXES = "quarantined_fixes"
    TRAILS = "trails"
    TRAIL_FILES = "trail_files"
    DISMISSED_HITS = "dismissed_hits"
    QUALIFIED_HITS = "qualified_hits"
    VERDICT_LISTS = "verdict_lists"
    CRIMES = "crimes"
    BREACHES = "breaches"
    SCORES = "scores"
    NOTICES = "notices"
    CASEWORK = "casework"
    MEETINGS = "meetings"
    ORDERS = "orders"
    ZONES = "zones"
    NOMINALS = "nominals"
    FILES = "files"
    IDEMPOTENCY_KEYS = "idempotency_keys"
    SESSIONS = "sessions"
    AUDIT = "audit"


# What is kept as long as another kind: what a trail file holds goes as trails do.
_AS = {
    Kind.TRAIL_FILES: Kind.TRAILS,
    Kind.NOTICES: Kind.SCORES,
    Kind.MEETINGS: Kind.CASEWORK,
    Kind.ZONES: Kind.ORDERS,
}


@dataclass(frozen=True)
class Retention:
    """Days that each kind is kept; `hold_margin_h` = hours of trails round the window
    of a crime that is held. `hash` names them all in every record of a purge."""

    trails: int
    dismissed_hits: int
    qualified_hits: int
    verdict_lists: int
    crimes: int
    breaches: int
    scores: int
    casework: int
    orders: int
    nominals: int
    files: int
    idempotency_keys: int
    sessions: int
    audit: int
    hold_margin_h: float

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical JSON of all periods."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def days(self, kind: Kind) -> int:
        """How long a kind is kept: by its own period, or by that of another kind."""
        found: int = getattr(self, _AS.get(kind, kind).value)
        return found

    def until(self, kind: Kind, now: datetime) -> datetime:
        """What is of this time or earlier goes now."""
        return now - timedelta(days=self.days(kind))


_NAMES = tuple(f.name for f in fields(Retention))


def from_mapping(table: Mapping[str, object]) -> Retention:
    """The periods of a table; PolicyError names what is unknown or impossible."""
    if unknown := sorted(set(table) - set(_NAMES)):
        raise PolicyError(f"{unknown[0]} is no period: one of {', '.join(_NAMES)}.")
    if missing := [name for name in _NAMES if name not in table]:
        raise PolicyError(f"{missing[0]} has no period: give its days.")
    for name, value in table.items():
        _check(name, value)
    return Retention(**table)  # type: ignore[arg-type]


def _check(name: str, value: object) -> None:
    """A period is whole days and not too few; a margin is hours, which may be none."""
    if name == "hold_margin_h":
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PolicyError(f"{name} cannot be {value!r}: give hours.")
        if not 0 <= value < float("inf"):
            raise PolicyError(f"{name} cannot be {value}: give hours, 0 or more.")
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise PolicyError(f"{name} cannot be {value!r}: give a whole number of days.")
    least = _LEAST_AUDIT_DAYS if name == "audit" else _LEAST_DAYS
    least = 1 if name in _SHORT else least
    if value < least:
        raise PolicyError(
            f"{name} must be {counted(least, 'day')} or more, not {value}."
        )
