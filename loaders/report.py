"""What became of a file, in one shape for every kind of file and every door.

Also the one place that makes a cell safe for a spreadsheet.
"""

import re
from dataclasses import asdict, dataclass

from geocorr.model import Fault, Outcome

# A spreadsheet takes a cell that begins with one of these for a formula, and some of
# East Asia their wide forms too.
_FORMULA_HEADS = (
    *("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"),
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),
)
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """The outcome of one file; `read` = `accepted` + `rejected`, counted in rows.

    `cause` is set for a file that FAILED as a whole. `batch_id` and `police_force`
    are None for files that have none. Warnings never change the outcome.
    """

    file: str
    outcome: Outcome
    cause: str | None
    read: int
    accepted: int
    rejected: int
    batch_id: str | None = None
    police_force: str | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The report as JSON has it, keys in their fixed order."""
        return {
            "file": self.file,
            "outcome": self.outcome.value,
            "cause": self.cause,
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "batch_id": self.batch_id,
            "police_force": self.police_force,
            "faults": [asdict(fault) for fault in self.faults],
            "warnings": [asdict(warning) for warning in self.warnings],
        }


def outcome_of(read: int, accepted: int) -> Outcome:
    """SUCCESSFUL where all rows were accepted, ERROR where none, else PARTIAL."""
    if accepted == 0:
        return Outcome.ERROR
    return Outcome.SUCCESSFUL if accepted == read else Outcome.PARTIAL


def neutralised(cell: str) -> str:
    """The cell with a quote before a formula character; plain numbers stay."""
    if cell.startswith(_FORMULA_HEADS) and not _PLAIN_NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
