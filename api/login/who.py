"""Who is asking: an account, what it may be, of which force and LPU."""

from dataclasses import dataclass
from enum import StrEnum


class UserRole(StrEnum):
    """What a person may be; each of their own force and LPU where they have one."""

    CENTRAL_TEAM = "central_team"
    INVESTIGATOR = "investigator"
    LPU_TEAM = "lpu_team"
    INTELLIGENCE = "intelligence"
    AUDITOR = "auditor"
    ADMIN = "admin"
    OM_INSPECTOR = "om_inspector"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Who:
    """A person who is let in.

    `name` is the log-in name, which is unique and is what the audit log and every
    decision record; `shown` is how pages greet the person. `force` is an identifier
    as crimes have it, `lpu` a code of a boundary; None where the role needs none.
    """

    account: int
    name: str
    shown: str
    roles: frozenset[UserRole]
    force: str | None = None
    lpu: str | None = None

    def may_be(self, allowed: frozenset[UserRole]) -> bool:
        """Does the person have one of these roles?"""
        return not self.roles.isdisjoint(allowed)
