"""A case is what people said of it, in order; nothing is edited, only added.

HANTS-RAG, HANTS-END. `state` folds the entries of a case into how it stands;
`admit` refuses what cannot be said of it now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from geocorr.errors import ConflictError, InputError


class CaseKind(StrEnum):
    """Why a nominal is managed."""

    IOM = "iom"
    YOUTH = "youth"
    ARMS = "arms"


class Step(StrEnum):
    """What can be said of a case."""

    OPENED = "opened"
    GRADED = "graded"
    LED = "led"
    NEED = "need"
    INTERVENTION = "intervention"
    DECISION = "decision"
    MEETING = "meeting"
    REVIEWED = "reviewed"
    ORDER = "order"
    PLAN = "plan"
    PANEL = "panel"
    ASSESSED = "assessed"
    CLOSED = "closed"
    REOPENED = "reopened"


class Grade(StrEnum):
    """HANTS-RAG. The risk of re-offending."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """One thing said of a case: on which day it held, by whom, in words.

    `detail` holds what the step needs: grade, lead, pathway, ends, facts.
    """

    step: Step
    on: date
    by: str
    words: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseState:
    """How a case stands after all that was said of it."""

    kind: CaseKind
    is_open: bool = False
    opened_on: date | None = None
    closed_on: date | None = None
    lead: str = ""
    grade: Grade | None = None
    graded_on: date | None = None
    reviewed_on: date | None = None
    met_on: date | None = None
    order_ends: date | None = None
    plan_on: date | None = None
    panel: str = ""
    assessed_on: date | None = None
    needs: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


# What a step must tell beside its words.
NEEDED: Mapping[Step, tuple[str, ...]] = {
    Step.GRADED: ("grade",),
    Step.LED: ("lead",),
    Step.NEED: ("pathway",),
    Step.ORDER: ("ends",),
    Step.PANEL: ("manage_by",),
}
# ... and with what a case of a kind is opened.
OPENED_WITH: Mapping[CaseKind, tuple[str, ...]] = {
    CaseKind.IOM: ("lead", "grade"),
    CaseKind.YOUTH: ("born",),
    CaseKind.ARMS: ("sex",),
}
_DAYS = ("ends", "born", "order_ends", "convicted_on", "released_on", "registered_on")
# HANTS-YOUTH. What the youth-to-adult panel may agree on.
MANAGE_BY = ("MAPPA", "IOM", "neither")


def state(kind: CaseKind, entries: Iterable[CaseEntry]) -> CaseState:
    """How a case stands; entries in the order in which they were said."""
    stands = CaseState(kind)
    for entry in entries:
        stands = _after(stands, entry)
    return stands


def admit(stands: CaseState, entry: CaseEntry, pathways: tuple[str, ...]) -> None:
    """Refuse what cannot be said of a case as it stands.

    InputError where words or a detail are missing or unknown, ConflictError where the
    case is not in the state for it. HANTS-RAG: nobody reviews the cases they lead.
    """
    _whole(stands.kind, entry, pathways)
    if entry.step in (Step.OPENED, Step.REOPENED):
        _may_open(stands, entry.step)
    elif not stands.is_open:
        raise ConflictError("The case is closed: reopen it, with the reason.")
    if entry.step is Step.REVIEWED and entry.by == stands.lead:
        raise ConflictError(
            f"{entry.by} leads the case: the lead officer's supervisor reviews it."
        )
    if stands.opened_on is not None and entry.on < stands.opened_on:
        raise ConflictError(f"The case was opened on {stands.opened_on}, after that.")


def _may_open(stands: CaseState, step: Step) -> None:
    if step is Step.OPENED and stands.opened_on is not None:
        raise ConflictError("The case was opened before: reopen it if it is closed.")
    if step is Step.REOPENED and (stands.is_open or stands.opened_on is None):
        raise ConflictError("Only a closed case can be reopened.")


def _whole(kind: CaseKind, entry: CaseEntry, pathways: tuple[str, ...]) -> None:
    if not entry.by.strip() or not entry.words.strip():
        raise InputError("Say who and why: a case keeps the reason of every step.")
    opening = OPENED_WITH[kind] if entry.step is Step.OPENED else ()
    for name in (*opening, *NEEDED.get(entry.step, ())):
        if not entry.detail.get(name, "").strip():
            raise InputError(f"The step {entry.step} needs {name}.")
    for name, known in (
        ("grade", tuple(Grade)),
        ("pathway", pathways),
        ("manage_by", MANAGE_BY),
    ):
        if name in entry.detail and entry.detail[name] not in known:
            raise InputError(f"{name} is one of {', '.join(known)}.")
    for name in _DAYS:
        if name in entry.detail:
            _day(entry.detail[name])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise InputError(f"{text} is no date: write it as 2026-03-28.") from wrong


def _after(was: CaseState, entry: CaseEntry) -> CaseState:
    """How a case stands after one more entry."""
    told = entry.detail
    if entry.step is Step.OPENED:
        was = replace(was, is_open=True, opened_on=entry.on, facts=told)
    elif entry.step is Step.REOPENED:
        was = replace(was, is_open=True, closed_on=None, order_ends=None, plan_on=None)
        was = replace(was, reviewed_on=entry.on)
    elif entry.step is Step.CLOSED:
        was = replace(was, is_open=False, closed_on=entry.on)
    else:
        was = _noted(was, entry)
    if "grade" in told:
        was = replace(was, grade=Grade(told["grade"]), graded_on=entry.on)
    return replace(was, lead=told.get("lead", was.lead))


def _noted(was: CaseState, entry: CaseEntry) -> CaseState:
    """What a step within an open case leaves behind."""
    told = entry.detail
    match entry.step:
        case Step.REVIEWED:
            return replace(was, reviewed_on=entry.on)
        case Step.MEETING:
            return replace(was, met_on=entry.on)
        case Step.ORDER:
            return replace(was, order_ends=_day(told["ends"]), plan_on=None)
        case Step.PLAN:
            return replace(was, plan_on=entry.on)
        case Step.PANEL:
            return replace(was, panel=told["manage_by"])
        case Step.ASSESSED:
            return replace(was, assessed_on=entry.on)
        case Step.NEED:
            return replace(was, needs=(*was.needs, told["pathway"]))
        case _:
            return was
