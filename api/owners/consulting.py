"""WMP-6.6. Other areas are asked: on bail addresses, and to take a nominal over."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from api.owners.owning_acts import Words, lpu_on
from api.owners.owning_known import end_of, ground_on
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.ownership.areas import Area, Areas, locate
from geocorr.ownership.choices import Ownership
from geocorr.ownership.consultation import BAIL, RULE, Answer, Bail, answer, consult
from geocorr.ownership.owner import Owner
from geocorr.ownership.places import Address, place
from loaders.profile import Profiles
from sql import audit, boundaries, consultations, nominals, owners
from sql.consultations import Asking, Consultation
from sql.db import Connection, transaction
from sql.owners import OwnedFilter, Said

_ALL = 1_000_000


async def ask_due(
    conn: Connection,
    day: date,
    profiles: Profiles,
    nominal_ids: Sequence[str] | None = None,
) -> int:
    """WMP-6.6. Ask about every bail address that lies elsewhere and was not asked of.

    Returns how many were asked now. Where the owner changes, it is asked anew.
    """
    asked = 0
    async with transaction(conn):
        await consultations.lock(conn)
        held = await nominals.addresses_at(conn, end_of(day), nominal_ids)
        bail = [a for a in held if a.kind in BAIL]
        if not bail:
            return 0
        own = await _owners(conn, day)
        areas = (await ground_on(conn, day)).own
        force = {f.nominal_id: f.force for f in await nominals.flags(conn, nominal_ids)}
        choices = [profiles.of(force.get(a.nominal_id)).ownership for a in bail]
        there = _areas(bail, choices, areas)
        for address, area in zip(bail, there, strict=True):
            owner = own.get(address.nominal_id)
            found = Bail(address.number, address.kind, area)
            told = owner and consult(owner, found)
            if owner and told:
                asked += await _ask(conn, address, owner, told.value, told.because)
    return asked


async def transfer(
    conn: Connection, nominal_id: str, force: str, words: Words, day: date
) -> int:
    """Ask another force to take a nominal over; the number of the question.

    ConflictError where it owns the nominal, or is asked already; NotFound for a force
    of which no boundary is loaded.
    """
    async with transaction(conn):
        await consultations.lock(conn)
        standing = await owners.standing(conn, nominal_id, day)
        if standing.force is None:
            raise ConflictError(f"Nobody owns {nominal_id}: allocate it first.")
        if standing.force == force:
            raise ConflictError(f"{force} owns {nominal_id} already.")
        await _known_force(conn, force, day)
        pending = await consultations.find(conn, Asking(None, nominal_id, force))
        if any(c.kind == "transfer" and c.answer is None for c in pending):
            raise ConflictError(f"{force} is asked already: wait for its answer.")
        because = f"{words.by} asks {force} to take over: {words.reason}"
        areas = ((standing.force, standing.lpu), (force, None))
        told = ((RULE,), because)
        number = await consultations.ask_transfer(
            conn, nominal_id, areas, told, words.by
        )
        await _noted(conn, words.by, "ask transfer", nominal_id, number)
    return number


async def say(
    conn: Connection,
    number: int,
    said: Answer,
    words: Words,
    day: date,
    lpu: str | None = None,
) -> Consultation:
    """Answer a consultation or transfer. Agreed, the area that was asked owns from now.

    `lpu`: which of the force's LPUs takes over, where the question names none.
    NotFound where there is none, ConflictError where it was answered.
    """
    async with transaction(conn):
        await consultations.lock(conn)
        asked = await _one(conn, number)
        answer(Answer(asked.answer) if asked.answer else None, words.by, words.reason)
        # Who is asked sees the nominal until the answer is there, or owns from then on.
        if said is Answer.AGREED:
            await _hand_over(conn, asked, words, day, asked.lpu or lpu)
        reason = (words.by, words.reason)
        await consultations.answer(conn, number, said.value, reason)
        await _noted(conn, words.by, f"consultation {said}", asked.nominal_id, number)
        return await _one(conn, number)


async def listed(conn: Connection, asked: Asking, who: str) -> list[Consultation]:
    """Consultations, what is pending first; the look is audited."""
    async with transaction(conn):
        await audit.note(conn, who, "read consultations", "consultations")
        return await consultations.find(conn, asked)


async def _hand_over(
    conn: Connection, asked: Consultation, words: Words, day: date, lpu: str | None
) -> None:
    """The area that agreed owns; ConflictError where the owner is another by now."""
    await owners.lock(conn)
    standing = await owners.standing(conn, asked.nominal_id, day)
    if (standing.force, standing.lpu) != (asked.owner_force, asked.owner_lpu):
        raise ConflictError(
            f"Since that was asked, {asked.nominal_id} has another owner: ask anew."
        )
    if lpu is not None and (await lpu_on(conn, lpu, day)).force != asked.force:
        raise InputError(f"{lpu} is no LPU of {asked.force}, which was asked.")
    because = f"{words.by} agreed for {lpu or asked.force}: {words.reason}"
    evidence = {"consultation": asked.id, "stood": standing.decision}
    what = (asked.force, lpu, None, (RULE,), evidence, because, words.by)
    await owners.append(conn, Said(asked.nominal_id, day, "transferred", *what))


async def _ask(
    conn: Connection, address: Address, owner: Owner, area: Area, because: str
) -> int:
    of = (address.nominal_id, address.number)
    lpu = area.code if area.kind == "lpu" else None
    areas = ((owner.force, owner.lpu), (area.force, lpu))
    number = await consultations.ask_bail(conn, of, areas, ((RULE,), because))
    if number is None:
        return 0
    await _noted(conn, "geocorr", "ask consultation", address.nominal_id, number)
    return 1


async def _owners(conn: Connection, day: date) -> dict[str, Owner]:
    _, found = await owners.find(conn, day, OwnedFilter(waiting=False), (_ALL, 0))
    return {o.nominal_id: Owner(o.force, o.lpu) for o in found if o.force is not None}


def _areas(
    addresses: Sequence[Address], choices: Sequence[Ownership], areas: Areas
) -> list[Area | None]:
    """The one area of each address; None outside all, on a line, or not placed."""
    placed = [place(a, chosen) for a, chosen in zip(addresses, choices, strict=True)]
    nan = float("nan")
    x_m = np.array([nan if p.x_m is None else p.x_m for p in placed])
    y_m = np.array([nan if p.y_m is None else p.y_m for p in placed])
    known = np.isfinite(x_m)
    found = iter(locate(areas, x_m[known], y_m[known], np.zeros(known.sum())))
    inside = [next(found).inside if is_known else () for is_known in known]
    return [at[0] if len(at) == 1 else None for at in inside]


async def _known_force(conn: Connection, force: str, day: date) -> None:
    held = await boundaries.boundaries(conn, "force", end_of(day))
    names = sorted({area.force for area in held})
    if force not in names:
        told = ", ".join(names) or "none: load boundaries"
        raise NotFound(f"No boundary of {force} is loaded. Known forces: {told}.")


async def _one(conn: Connection, number: int) -> Consultation:
    found = await consultations.find(conn, Asking(number))
    if not found:
        raise NotFound(f"There is no consultation {number}.")
    return found[0]


async def _noted(
    conn: Connection, who: str, action: str, nominal_id: str, number: int
) -> None:
    detail = {"consultation": number}
    await audit.note(conn, who, action, f"nominal {nominal_id}", detail)
