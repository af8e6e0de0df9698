"""HANTS-MACC. Referrals: made on the standard form, decided by a panel, jointly."""

from datetime import date

from api.cohorts import casework, cohort_decisions
from api.cohorts.cohort_decisions import Capacity, Said
from api.cohorts.cohort_decisions import Step as CohortStep
from geocorr.cohorts.case import CaseEntry, CaseKind, Step
from geocorr.cohorts.facts import Cohort
from geocorr.cohorts.referral import (
    Referral,
    ReferralStep,
    Ruling,
    check,
    judge,
    next_panel,
)
from geocorr.errors import InputError, NotFound
from loaders.profile import Profiles
from sql import audit, cohorts, referrals
from sql.cases import NewCase
from sql.db import Connection, transaction
from sql.referrals import Panel, ReferralFilter, StoredReferral

PANELS = ("selection", "youth")


async def make(conn: Connection, form: Referral, force: str, lpu: str) -> int:
    """Store a referral and return its number.

    InputError where it is not filled in, NotFound for a nominal not on record.
    """
    check(form)
    async with transaction(conn):
        await casework.known(conn, form.nominal_id)
        number = await referrals.make(conn, form, force, lpu)
        await _noted(conn, form.made_by, "make referral", number, form.nominal_id)
    return number


async def decide(
    conn: Connection, number: int, ruling: Ruling, on: date, profiles: Profiles
) -> int | None:
    """Say what became of a referral; an acceptance opens the case: its number.

    NotFound for no such referral or panel; else as `geocorr.cohorts.referral.judge`.
    """
    async with transaction(conn):
        if not await referrals.lock(conn, number):
            raise NotFound(f"There is no referral {number}.")
        found = await _one(conn, number)
        before = None if found.step is None else ReferralStep(found.step)
        judge(_form(found), before, ruling)
        await _sat(conn, ruling, found.force)
        await referrals.rule(conn, number, ruling)
        action = f"referral {ruling.step}"
        await _noted(conn, ruling.by, action, number, found.nominal_id)
        if ruling.step is not ReferralStep.ACCEPTED:
            return None
        new = NewCase(found.nominal_id, CaseKind.IOM, found.force, found.lpu, found.id)
        detail = {"lead": ruling.lead, "grade": ruling.grade, "cohort": found.cohort}
        entry = CaseEntry(Step.OPENED, on, ruling.by, ruling.reason, detail)
        await _enter(conn, found, ruling, on, profiles)
        return await casework.open_case(conn, new, entry, profiles)


async def _enter(
    conn: Connection,
    found: StoredReferral,
    ruling: Ruling,
    on: date,
    profiles: Profiles,
) -> None:
    """HANTS-MACC. Who is accepted is in the cohort, unless they are in it already.

    WMP2-35: on gangs the local responsible officer decides, whatever a panel says.
    """
    cohort = Cohort(found.cohort)
    stands = await cohorts.standings_of(conn, [found.nominal_id])
    stand = stands.get(found.nominal_id, {}).get(cohort)
    if cohort is Cohort.GANGS or (stand is not None and stand.membership is not None):
        return
    words = (ruling.reason, ruling.by, cohort, Capacity.PANEL)
    said = Said(CohortStep.ENTER, *words)
    await cohort_decisions.decide(conn, found.nominal_id, said, on, profiles)


async def show(conn: Connection, number: int, who: str) -> StoredReferral:
    """A referral with what became of it; the look is audited."""
    async with transaction(conn):
        found = await _one(conn, number)
        await _noted(conn, who, "read referral", number, found.nominal_id)
    return found


async def hold(
    conn: Connection,
    panel: tuple[str, str, date],
    chair: str,
    said: tuple[list[str], str],
) -> Panel:
    """Record a panel that sat: kind, force, day; chair; agencies and who says so."""
    kind, force, day = panel
    if kind not in PANELS or not all((force, chair.strip(), said[0], said[1].strip())):
        raise InputError(
            f"A panel has a kind ({', '.join(PANELS)}), force, chair and agencies."
        )
    async with transaction(conn):
        await referrals.hold(conn, panel, chair, said)
        held = await referrals.panels(conn, force, kind)
    return next(found for found in held if found.held_on == day)


async def next_due(
    conn: Connection, force: str, kind: str, today: date, profiles: Profiles
) -> date:
    """HANTS-MACC, HANTS-YOUTH. By when the next panel of a force sits."""
    choices = profiles.of(force).casework
    months = choices.panel_months if kind == "selection" else choices.youth_panel_months
    held = await referrals.panels(conn, force, kind)
    return next_panel(held[0].held_on if held else None, today, months)


async def _one(conn: Connection, number: int) -> StoredReferral:
    _, found = await referrals.find(conn, ReferralFilter(referral=number))
    if not found:
        raise NotFound(f"There is no referral {number}.")
    return found[0]


async def _sat(conn: Connection, ruling: Ruling, force: str) -> None:
    """NotFound where the panel that is named never sat in this force."""
    if ruling.panel is None:
        return
    if not await referrals.panels(conn, force, "selection", ruling.panel):
        raise NotFound(f"{force} had no selection panel {ruling.panel}.")


def _form(found: StoredReferral) -> Referral:
    return Referral(
        found.nominal_id,
        found.cohort,
        tuple(found.criteria),
        found.reason,
        found.agency,
        found.urgent,
        found.made_by,
    )


async def _noted(
    conn: Connection, who: str, action: str, number: int, nominal: str
) -> None:
    await audit.note(conn, who, action, f"nominal {nominal}", {"referral": number})
