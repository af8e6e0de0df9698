"""By which choices things go, and what each kind says of how it goes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from geocorr.geo import WorkingCrs
from geocorr.keeping.retention import Kind, Retention
from geocorr.policy import Policy
from sql.db import Connection
from sql.purges import Due, Gone


@dataclass(frozen=True, slots=True)
class Keeper:
    """By which choices, when and in whose name things go."""

    retention: Retention
    policy: Policy
    crs: WorkingCrs
    now: datetime
    who: str

    @property
    def margin(self) -> timedelta:
        """Trails that are kept round the window of a crime that is held."""
        return timedelta(hours=self.retention.hold_margin_h)

    def days(self, kind: Kind) -> int:
        """How long a kind is kept; fixes outside orders as the policy says."""
        if kind is Kind.QUARANTINED_FIXES:
            return self.policy.retention.quarantine_days
        return self.retention.days(kind)

    def until(self, kind: Kind) -> datetime:
        """What is of this time or earlier goes."""
        return self.now - timedelta(days=self.days(kind))


Ask = Callable[[Connection, Keeper], Awaitable[Due]]
Take = Callable[[Connection, Keeper, int], Awaitable[Gone]]
Forget = Callable[[Connection, Keeper], AsyncIterator[Gone]]


@dataclass(frozen=True, slots=True)
class Portions:
    """A kind that goes so many at once: what is due, and the removal of some.

    `frees`: what goes later in the night may hang on it.
    """

    ask: Ask
    take: Take
    at_most: int
    frees: bool = False


@dataclass(frozen=True, slots=True)
class OwnWay:
    """A kind that goes in a way of its own: what is due, and the removal of it all."""

    ask: Ask
    forget: Forget
