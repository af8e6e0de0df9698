"""How a nominal stands to a cohort: each condition met, not met, or not known.

What is not recorded is neither: then a person looks, instead of a silent no.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from geocorr.model import Decision


class Standing(StrEnum):
    """Whether the rules put a nominal in a cohort, leave it to a person, or do not."""

    MEETS = "meets"
    MAY = "may"
    NOT = "not"


Judged = Decision[Standing]
_ANSWERS = (True, False, None)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing a rule asks for; `met` None = it is not recorded.

    `told` is a clause of the sentence; empty where another condition says it.
    """

    met: bool | None
    told: str
    rule: str


def judged(
    conditions: Sequence[Condition],
    headings: Iterable[str] = (),
    *,
    at_most: Standing = Standing.MEETS,
    priority: int = 0,
) -> Judged:
    """All conditions together: one that fails decides, one unknown leaves it open.

    `at_most` MAY: the rule only asks people to consider. Evidence: `headings`,
    `priority`, and the clauses that are `met`, `not_met` and `not_known`.
    """
    met, failed, unknown = ([c for c in conditions if c.met is m] for m in _ANSWERS)
    standing = at_most
    if failed:
        standing = Standing.NOT
    elif unknown:
        standing = Standing.MAY
    clauses = {
        "met": [c.told for c in met if c.told],
        "not_met": [c.told for c in failed],
        "not_known": [c.told for c in unknown],
    }
    decisive = [*failed, *unknown] if failed else conditions
    rules = tuple(dict.fromkeys([c.rule for c in decisive]))
    evidence = {"headings": list(headings), "priority": priority, **clauses}
    return Decision(standing, rules, evidence, _because(standing, clauses))


def any_of(found: Sequence[Judged]) -> Judged:
    """Several ways into one cohort: the strongest hold, all that hold are told.

    Where none holds, why each does not. At least one way must be given.
    """
    order = (Standing.MEETS, Standing.MAY, Standing.NOT)
    best = min((d.value for d in found), key=order.index)
    holding = [d for d in found if d.value is not Standing.NOT] or list(found)
    merged: dict[str, object] = {
        key: _joined(d.evidence[key] for d in holding)
        for key in ("headings", "met", "not_met", "not_known")
    }
    merged["priority"] = max(_number(d.evidence["priority"]) for d in holding)
    rules = tuple(dict.fromkeys(rule for d in holding for rule in d.rules))
    because = " ".join(dict.fromkeys(d.because for d in holding))
    return Decision(best, rules, merged, because)


def headings(decision: Judged) -> tuple[str, ...]:
    """The sub-headings that a decision comes under."""
    return tuple(_joined([decision.evidence["headings"]]))


def priority(decision: Judged) -> int:
    """Who comes first within a cohort: more is sooner."""
    return _number(decision.evidence["priority"])


def _joined(lists: Iterable[object]) -> list[str]:
    words = (word for found in lists if isinstance(found, list) for word in found)
    return list(dict.fromkeys(words))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _because(standing: Standing, clauses: dict[str, list[str]]) -> str:
    met, lacks, unknown = (
        "; ".join(clauses[key]) for key in ("met", "not_met", "not_known")
    )
    if standing is Standing.NOT:
        return f"Not met: {lacks}."
    head = "" if standing is Standing.MEETS else "To be considered: "
    told = f"{head}{met}." if met else ""
    return " ".join(
        x for x in (_capital(told), unknown and f"Not known: {unknown}.") if x
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
