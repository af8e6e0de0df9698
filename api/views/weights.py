"""Weight sets in words, and what a simulation says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.scores.weights import SetStep
from sql.weights import SetLine, Simulation

STATES = [(word, word) for word in ("draft", "approved", "rejected", "withdrawn")]
_STEPS = {
    SetStep.APPROVED: ("Approve", "Holds from its day on; a second person decides."),
    SetStep.REJECTED: ("Reject", "It stays on record, and never holds."),
    SetStep.WITHDRAWN: ("Withdraw", "By who brought it in, or before its day."),
}


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a draft would change: bands, by group, and who moves farthest."""

    day: date
    by: str
    at: datetime
    against: int | None
    moves: Mapping[str, int]
    bands: Sequence[str]
    flows: Sequence[tuple[str, Sequence[int]]]
    groups: Sequence[tuple[str, str, Mapping[str, int]]]
    movers: Sequence[Mapping[str, Any]]
    warnings: Sequence[str]


def simulated(one: Simulation) -> Simulated:
    """A kept simulation as a page shows it."""
    told: Mapping[str, Any] = one.result
    flows: Mapping[str, Mapping[str, int]] = told["flows"]
    bands = list(next(iter(flows.values()), {}))
    return Simulated(
        one.day,
        one.by,
        one.simulated_at,
        one.against,
        told["moves"],
        bands,
        [(band, [row[to] for to in bands]) for band, row in flows.items()],
        [
            (name, value, moves)
            for name, found in told["groups"].items()
            for value, moves in found.items()
        ],
        told["movers"],
        told["warnings"],
    )


def steps(line: SetLine, day: date) -> list[tuple[str, str, str]]:
    """What can be decided of a set as it stands."""
    if line.state == "draft":
        return [(step.value, *told) for step, told in _STEPS.items()]
    if line.state == "approved" and line.effective_from > day:
        return [(SetStep.WITHDRAWN.value, *_STEPS[SetStep.WITHDRAWN])]
    return []


def overdue(line: SetLine, day: date) -> bool:
    """Whether a set that holds was to be reviewed before a day."""
    return line.state == "approved" and line.review_due < day
