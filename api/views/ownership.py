"""What is said of owners on a page, and addresses as far as a role may see. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.login.who import UserRole, Who
from api.owners.answering import Act
from api.owners.owning_acts import ShownAddress

FOR_AN_LPU = frozenset({Act.ACCEPTED, Act.DISPUTED, Act.CLAIMED, Act.ALLOCATED})

# What the radio says, and what comes of it.
ACTS: Mapping[Act, tuple[str, str]] = {
    Act.ACCEPTED: ("Accept", "The LPU takes the nominal."),
    Act.DISPUTED: ("Dispute", "Back to the central team, with your reason."),
    Act.CLAIMED: ("Claim", "The nominal becomes that of your LPU."),
    Act.ALLOCATED: ("Allocate", "It goes to the inbox of the LPU that you choose."),
    Act.MADE_OWNER: ("Make the affected area owner", "Of HIGH risk alone (WMP-6.1)."),
    Act.TRANSFER: ("Ask another force", "The owner stays until it agrees (WMP-6.6)."),
    Act.RELEASED: ("Release", "What the software finds holds again."),
}
# Who works with the nominal sees the postcode; others the area of it.
_CLOSE = frozenset({UserRole.LPU_TEAM, UserRole.INTELLIGENCE})
_HOW = {
    "exact": "its coordinates",
    "operator": "an operator",
    "postcode": "its postcode",
    "none": "not placed yet",
}


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address on a page: no line, no coordinates."""

    kind: str
    postcode: str | None
    how: str
    source: str | None

    @property
    def told(self) -> str:
        """In one line, to choose it by."""
        unplaced = self.how == _HOW["none"]
        how = self.how if unplaced else f"placed by {self.how}"
        return f"{self.kind}, {self.postcode or 'no postcode'}: {how}"


def address(one: ShownAddress, who: Who) -> AddressLine:
    """What somebody of these roles sees of an address."""
    postcode = one.postcode
    if postcode and not who.may_be(_CLOSE):
        postcode = postcode.strip()[:-3].strip() + " …"
    how = _HOW.get(one.how, one.how)
    return AddressLine(one.kind.replace("_", " "), postcode, how, one.source)
