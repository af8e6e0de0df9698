"""What a person may decide of a nominal's owner, and doing it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.login.who import UserRole
from api.owners import consulting, inbox, owning_acts, proposing
from api.owners.owning_acts import Words
from sql.db import Connection
from sql.owners import Owned


class Act(StrEnum):
    """What is decided."""

    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    CLAIMED = "claimed"
    ALLOCATED = "allocated"
    MADE_OWNER = "made_owner"
    TRANSFER = "transfer"
    RELEASED = "released"


_CASES = frozenset({UserRole.LPU_TEAM, UserRole.INTELLIGENCE})
_INTELLIGENCE = frozenset({UserRole.INTELLIGENCE})
_INSPECTORS = frozenset(
    {UserRole.OM_INSPECTOR, UserRole.SUPERVISOR, UserRole.INTELLIGENCE}
)
ROLES: Mapping[Act, frozenset[UserRole]] = {
    Act.ACCEPTED: _CASES,
    Act.DISPUTED: _CASES,
    Act.CLAIMED: _CASES,
    Act.ALLOCATED: _INTELLIGENCE,
    Act.MADE_OWNER: _INTELLIGENCE,
    Act.TRANSFER: _INSPECTORS,
    Act.RELEASED: _INTELLIGENCE,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of whom, for which area (LPU, force or none), by whom and why."""

    act: Act
    nominal_id: str
    area: str
    words: Words


def open_to(
    stands: Owned, waits: bool, lpu: str | None, roles: frozenset[UserRole]
) -> list[Act]:
    """What somebody of these roles, deciding for an LPU (None = any), may decide now.

    `waits`: the nominal stands in the LPU's inbox.
    """
    owns = stands.lpu is not None and lpu in (None, stands.lpu)
    can = {
        Act.ACCEPTED: owns and waits,
        Act.DISPUTED: owns and waits,
        Act.CLAIMED: lpu is None or lpu != stands.lpu,
        Act.ALLOCATED: True,
        Act.MADE_OWNER: any(area["affected"] for area in stands.joint),
        Act.TRANSFER: stands.force is not None,
        Act.RELEASED: stands.decided_by is not None,
    }
    return [act for act, now in can.items() if now and ROLES[act] & roles]


async def decide(conn: Connection, said: Decision, day: date) -> None:
    """Append what a person decided; errors as the use case of the act has them."""
    await _ACTS[said.act](conn, said, day)


async def _release(conn: Connection, said: Decision, day: date) -> None:
    await owning_acts.release(conn, said.nominal_id, said.words, day)


def _of_area(
    act: Callable[[Connection, str, str, Words, date], Awaitable[object]],
) -> Callable[[Connection, Decision, date], Awaitable[object]]:
    return lambda conn, said, day: act(
        conn, said.nominal_id, said.area, said.words, day
    )


_ACTS: Mapping[Act, Callable[[Connection, Decision, date], Awaitable[object]]] = {
    Act.ACCEPTED: _of_area(inbox.accept),
    Act.DISPUTED: _of_area(inbox.dispute),
    Act.CLAIMED: _of_area(inbox.claim),
    Act.ALLOCATED: _of_area(proposing.allocate),
    Act.MADE_OWNER: _of_area(owning_acts.make_owner),
    Act.TRANSFER: _of_area(consulting.transfer),
    Act.RELEASED: _release,
}
