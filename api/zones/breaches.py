"""WMP2-8-EM. What people do with a breach: read it, make it again, decide on it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from geocorr.breaches import find
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.model import to_us
from geocorr.policy import Policy, restored
from sql import audit, breaches, evidence, zones
from sql.breaches import BreachFilter, StoredBreach, StoredFinding, StoredOutcome
from sql.db import Connection, transaction


class BreachOutcome(StrEnum):
    """What a person says became of a breach."""

    BREACHED = "breached"
    EXPLAINED = "explained"
    NOT_A_BREACH = "not_a_breach"
    REFERRED = "referred"


@dataclass(frozen=True, slots=True)
class Case:
    """A breach with all that was ever found of it, and all that was said."""

    breach: StoredBreach
    findings: list[StoredFinding]
    outcomes: list[StoredOutcome]


async def case(conn: Connection, breach: int) -> Case:
    """A breach with its history; NotFound where there is none of this number."""
    _, found = await breaches.find(conn, BreachFilter(breach), limit=1)
    if not found:
        raise NotFound(f"There is no breach {breach}.")
    history = await breaches.findings(conn, breach)
    return Case(found[0], history, await breaches.outcomes(conn, breach))


async def record(
    conn: Connection, breach: int, outcome: BreachOutcome, said: tuple[str, str]
) -> None:
    """WMP2-8-EM. Append what a person says became of a breach; `said` = who, words.

    NotFound for no such breach, ConflictError where it is part of another by now,
    InputError without who and words. What was said before stays.
    """
    who, words = (text.strip() for text in said)
    if not who or not words:
        raise InputError("An outcome needs a name and a reason: give both.")
    async with transaction(conn):
        joined_to = (await case(conn, breach)).breach.joined_to
        if joined_to is not None:
            raise ConflictError(
                f"Breach {breach} is part of breach {joined_to}: "
                "record the outcome there."
            )
        await breaches.say(conn, breach, outcome.value, who, words)
        detail = {"outcome": outcome.value}
        await audit.note(conn, who, "breach outcome", f"breach {breach}", detail)


async def remade(
    conn: Connection, breach: int, policy: Policy
) -> tuple[str, list[str]]:
    """The sentence of a breach's last finding, and those its evidence gives again."""
    row = await breaches.evidence(conn, breach)
    if row is None:
        raise NotFound(f"There is no breach {breach}.")
    whose = (row["nominal_id"], row["order_id"], ";".join(row["rules"]))
    kept = evidence.unpack(row["evidence"], row["device_id"], whose)
    stored = await zones.version(conn, row["zone_id"], row["version"])
    of_tag = replace(stored.zone, nominal_id="", device_id=row["device_id"])
    # A line is cut to the microsecond: one more on either side holds it whole.
    span = to_us(row["from_at"]) - 1, to_us(row["to_at"]) + 1
    choices = restored(row["policy"], policy)
    again = find(kept.trails, kept.wearers, [of_tag], [span], choices)
    return row["because"], [b.because for b in again if b.kind.value == row["kind"]]
