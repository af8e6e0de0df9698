"""HANTS-GPS-3, HANTS-GPS-4. How a hit goes from the software to an officer's decision.

The central team qualifies or dismisses it and sends it; the force's officer then rules
the wearer in or out, or asks for more. What may follow what stands in one table.
"""

from collections.abc import Mapping
from enum import StrEnum


class Word(StrEnum):
    """What a person says of a hit."""

    QUALIFIED = "qualified"
    DISMISSED = "dismissed"
    SENT = "sent"
    RULED_IN = "ruled_in"
    RULED_OUT = "ruled_out"
    NEEDS_MORE = "needs_more"


class Stage(StrEnum):
    """How far people are with a hit: the last word on it, or why there is none.

    `recalled`: it was sent to a force, and the finding no longer stands.
    """

    UNREVIEWED = "unreviewed"
    QUALIFIED = "qualified"
    DISMISSED = "dismissed"
    SENT = "sent"
    RULED_IN = "ruled_in"
    RULED_OUT = "ruled_out"
    NEEDS_MORE = "needs_more"
    RECALLED = "recalled"


DECISIONS = (Word.RULED_IN, Word.RULED_OUT, Word.NEEDS_MORE)
_MAY_FOLLOW: Mapping[Stage, tuple[Word, ...]] = {
    Stage.UNREVIEWED: (Word.QUALIFIED, Word.DISMISSED),
    Stage.QUALIFIED: (Word.SENT, Word.DISMISSED),
    Stage.DISMISSED: (Word.QUALIFIED,),
    Stage.SENT: (*DECISIONS, Word.DISMISSED),
    Stage.RULED_IN: DECISIONS,
    Stage.RULED_OUT: DECISIONS,
    Stage.NEEDS_MORE: DECISIONS,
    Stage.RECALLED: (),
}
_STANDS = {
    Stage.UNREVIEWED: "has not been qualified by the central team yet",
    Stage.QUALIFIED: "is qualified, and has not been sent to the force yet",
    Stage.DISMISSED: "was dismissed by the central team",
    Stage.SENT: "was sent to the force, who decide on it now",
    Stage.RULED_IN: "was ruled in by the force",
    Stage.RULED_OUT: "was ruled out by the force",
    Stage.NEEDS_MORE: "needs more, says the force",
    Stage.RECALLED: "no longer stands, though it was sent",
}


def may_follow(stage: Stage) -> tuple[Word, ...]:
    """HANTS-GPS-4. The words that may be said of a hit at this stage."""
    return _MAY_FOLLOW[stage]


def refusal(stage: Stage, word: Word) -> str | None:
    """Why a word may not be said of a hit at this stage; None where it may."""
    may = may_follow(stage)
    if word in may:
        return None
    left = ", ".join(may) if may else "nothing"
    return f"it {_STANDS[stage]}; what can be said of it now: {left}"
