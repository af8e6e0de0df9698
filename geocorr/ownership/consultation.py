"""WMP-6.6. Consultations on bail addresses, and transfers between forces.

Both are asked, then answered once; ownership stays as it is until the answer is yes.
"""

from dataclasses import dataclass
from enum import StrEnum

from geocorr.errors import ConflictError, InputError
from geocorr.model import Decision
from geocorr.ownership.areas import Area
from geocorr.ownership.owner import Owner
from geocorr.ownership.places import AddressKind

RULE = "WMP-6.6"
BAIL = (AddressKind.POLICE_BAIL, AddressKind.COURT_BAIL)


class Answer(StrEnum):
    """What became of a question; it is pending until one of these is said."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Bail:
    """A bail address that holds, and the one area it lies in (None: not known)."""

    address: int
    kind: AddressKind
    area: Area | None


def consult(owner: Owner, bail: Bail) -> Decision[Area] | None:
    """WMP-6.6. The area to be consulted; None where the bail address is the owner's.

    An LPU's OM Inspector is asked; of another force its Offender Management Unit.
    """
    area = bail.area
    if area is None or (area.force == owner.force and area.kind != "lpu"):
        return None
    if (area.force, area.code) == (owner.force, owner.lpu):
        return None
    kind = "police bail" if bail.kind is AddressKind.POLICE_BAIL else "court bail"
    within = area.force == owner.force
    who = "the OM Inspector" if within else "the Offender Management Unit"
    because = (
        f"Address {bail.address} ({kind}) lies in {area.name}, the owner is "
        f"{owner.lpu or owner.force}: {who} there is to agree. "
        "Until then the owner stays."
    )
    evidence: dict[str, object] = {
        "address": bail.address,
        "kind": bail.kind.value,
        "owner": owner.lpu or owner.force,
    }
    return Decision(area, (RULE,), evidence, because)


def answer(before: Answer | None, by: str, reason: str) -> None:
    """Refuse a second answer (ConflictError), and one without who and why."""
    if not by.strip() or not reason.strip():
        raise InputError("Say who and why: both are kept.")
    if before is not None:
        raise ConflictError(f"It was {before} already: ask anew.")
