"""WMP-4.3, WMP-5.10. The agencies' conversations, recorded with date and outcome."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from geocorr.errors import InputError

# A conversation between agencies has at least two.
_AGENCIES = 2


class MeetingKind(StrEnum):
    """One Day One Conversation, the Shared Assessment meeting, a tasking meeting."""

    ODOC = "odoc"
    SHARED_ASSESSMENT = "shared_assessment"
    TASKING = "tasking"


class Level(StrEnum):
    """A partner's own view of a nominal's risk, in the words of our bands."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that was held: by whom, on whom, and what came of it."""

    kind: MeetingKind
    held_on: date
    agencies: tuple[str, ...]
    nominal_ids: tuple[str, ...]
    outcome: str
    by: str


def check(meeting: Meeting, today: date) -> None:
    """WMP-4.3. InputError where it has not been held, or lacks agencies or outcome."""
    check_past(meeting.held_on, today)
    named = {agency.strip().casefold() for agency in meeting.agencies} - {""}
    if not named or not meeting.outcome.strip() or not meeting.by.strip():
        raise InputError("Give the agencies, the outcome and who records the meeting.")
    if meeting.kind is not MeetingKind.TASKING and len(named) < _AGENCIES:
        raise InputError(
            f"{meeting.kind} is a conversation of several agencies: name them all."
        )


def check_past(day: date, today: date) -> None:
    """InputError for a day that is still to come."""
    if day > today:
        raise InputError(f"{day} is still to come: record it when it has happened.")
