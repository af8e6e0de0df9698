"""How surprising the hits are: comparable weeks out of the database, later findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from geocorr.findings import Offence
from geocorr.policy import Policy
from geocorr.surprise import Rates
from sql.db import Connection


@dataclass(frozen=True, slots=True)
class CrimeRates:
    """The rates of every wearer (rows) at these crimes (columns), and which those are.

    `ids` and `offences` are those of the columns, by force and reference; a version
    that is no longer its crime's latest, or withdrawn, has no column.
    """

    ids: tuple[int, ...]
    offences: tuple[Offence, ...]
    rates: Rates


async def rates(
    conn: Connection,
    version_ids: Sequence[int],
    policy: Policy,
    as_at: datetime | None = None,
) -> CrimeRates:
    """Base rates of everyone monitored at these crimes; needs a transaction.

    `rates.hit` are the live hits. LEICS-16: a wearer whose trail may not be used for
    base rates has no row.
    """
    raise NotImplementedError
