"""What people say of ownership: where an address lies, who is to own, who leads.

Each is appended, with who, when and why; what the software finds stands beside it.
Every look at a person is audited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from api.owners import owning
from api.owners.owning_known import end_of
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.geo import WorkingCrs
from geocorr.ownership.places import place
from loaders.places import area_of_use
from loaders.profile import Profiles
from sql import audit, boundaries, joint_plans, nominals, owners
from sql.boundaries import StoredBoundary
from sql.db import Connection, transaction
from sql.joint_plans import Plan
from sql.nominals import Placing
from sql.owners import Owned, Said, Step

_NO_AREA = (None, None)


@dataclass(frozen=True, slots=True)
class Words:
    """Who says it and why; InputError where either is blank."""

    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.reason.strip():
            raise InputError("Say who decides (by) and why (reason): both are kept.")


@dataclass(frozen=True, slots=True)
class ShownAddress:
    """An address that holds, and how its place is known; no coordinates."""

    number: int
    kind: str
    postcode: str | None
    source: str | None
    how: str
    quality: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """How a nominal stands on a day, and all that led there."""

    standing: Owned
    addresses: Sequence[ShownAddress]
    history: Sequence[Step]
    plans: Sequence[Plan]


async def show(
    conn: Connection, nominal_id: str, day: date, who: str, profiles: Profiles
) -> Shown:
    """A nominal's owner, addresses, history and joint plans; the look is audited."""
    async with transaction(conn):
        standing = await owners.standing(conn, nominal_id, day)
        await audit.note(conn, who, "read ownership", f"nominal {nominal_id}")
        (flags,) = await nominals.flags(conn, [nominal_id])
        choices = profiles.of(flags.force).ownership
        shown = []
        for address in await nominals.addresses_at(conn, end_of(day), [nominal_id]):
            placed = place(address, choices)
            words = (address.kind.value, address.postcode, address.source)
            shown.append(
                ShownAddress(address.number, *words, placed.how.value, placed.quality)
            )
        history = await owners.history(conn, nominal_id)
        return Shown(
            standing, shown, history, await joint_plans.plans(conn, nominal_id)
        )


async def place_address(
    conn: Connection,
    nominal_id: str,
    address: int,
    at: tuple[float, float],
    words: Words,
    crs: WorkingCrs,
) -> None:
    """Say where an address lies (working-CRS metres); the worker decides anew.

    NotFound for an address that is not the nominal's, InputError for no place.
    """
    if not _is_place(at, crs):
        raise InputError(f"{at[0]:.0f}, {at[1]:.0f} is no place in {crs.code}.")
    async with transaction(conn):
        placing = Placing(*at, words.by, words.reason)
        await nominals.place_address(conn, nominal_id, address, placing)
        detail = {"address": address}
        await audit.note(
            conn, words.by, "place address", f"nominal {nominal_id}", detail
        )
        await owning.ask(conn, "an operator placed an address", [nominal_id])


def _is_place(at: tuple[float, float], crs: WorkingCrs) -> bool:
    x_m, y_m = np.array([at[0]]), np.array([at[1]])
    return bool(area_of_use(crs).covers(*crs.to_wgs84(x_m, y_m), x_m, y_m)[0])


async def make_owner(
    conn: Connection, nominal_id: str, area: str, words: Words, day: date
) -> int:
    """WMP-6.1. The area that suffers most of a nominal of HIGH risk becomes owner.

    `area` is an LPU, or a force of which no LPU is known. ConflictError for any other.
    """
    async with transaction(conn):
        await owners.lock(conn)
        standing = await owners.standing(conn, nominal_id, day)
        affected = {a["lpu"] or a["force"]: a for a in standing.joint if a["affected"]}
        if area not in affected:
            told = ", ".join(sorted(map(str, affected))) or "none"
            raise ConflictError(
                "WMP-6.1 lets an area own that suffers most of a nominal of HIGH risk; "
                f"of {nominal_id} that is {told}, not {area}."
            )
        found = affected[area]
        to = (str(found["force"]), _text(found["lpu"]))
        return await _say(conn, standing, ("made_owner", *to), words, day, ("WMP-6.1",))


async def decide_for(
    conn: Connection,
    nominal_id: str,
    to: tuple[str, str],
    words: Words,
    day: date,
    rules: Sequence[str],
) -> int:
    """A person's decision for an LPU; `to` = act (`allocated`, `claimed`), its code.

    NotFound where there is no such nominal or, that day, no such LPU.
    """
    async with transaction(conn):
        await owners.lock(conn)
        standing = await owners.standing(conn, nominal_id, day)
        area = await lpu_on(conn, to[1], day)
        what = (to[0], area.force, area.code)
        return await _say(conn, standing, what, words, day, rules)


async def release(conn: Connection, nominal_id: str, words: Words, day: date) -> int:
    """End what a person decided: what the software finds holds again.

    ConflictError where nothing that a person decided holds.
    """
    async with transaction(conn):
        await owners.lock(conn)
        standing = await owners.standing(conn, nominal_id, day)
        if standing.decided_by is None:
            raise ConflictError(
                f"No person decided who owns {nominal_id}: there is nothing to release."
            )
        return await _say(
            conn, standing, ("released", *_NO_AREA), words, day, ("WMP-6.5",)
        )


async def keep_plan(
    conn: Connection,
    nominal_id: str,
    leads: Mapping[str, str],
    review_on: date,
    words: Words,
    day: date,
) -> int:
    """WMP-6.5. Keep a joint case plan: a lead for the owner and each area that shares.

    ConflictError where nobody shares the nominal; InputError where an area has no lead,
    a lead has no area, or the review is not after the day.
    """
    async with transaction(conn):
        standing = await owners.standing(conn, nominal_id, day)
        areas = {str(a["lpu"] or a["force"]) for a in standing.joint}
        if standing.force is None or not areas:
            raise ConflictError(f"{nominal_id} is not jointly managed: no plan is due.")
        areas |= {standing.lpu or standing.force}
        _check_plan(areas, leads, review_on, day)
        told = [{"area": area, "lead": lead} for area, lead in sorted(leads.items())]
        who = (words.by, words.reason)
        number = await joint_plans.keep_plan(conn, nominal_id, told, review_on, who)
        await audit.note(conn, words.by, "joint plan", f"nominal {nominal_id}")
        return number


def _check_plan(
    areas: set[str], leads: Mapping[str, str], review_on: date, day: date
) -> None:
    missing = sorted(areas - {area for area, lead in leads.items() if lead.strip()})
    if missing or set(leads) - areas:
        raise InputError(
            f"A joint plan names a lead for each of {', '.join(sorted(areas))} and for "
            f"nobody else; {', '.join(missing) or 'more'} is what is wrong."
        )
    if review_on <= day:
        raise InputError(f"The review is to be after {day}: {review_on} is not.")


async def lpu_on(conn: Connection, code: str, day: date) -> StoredBoundary:
    """The LPU of this code on a day; NotFound where there is none."""
    held = await boundaries.boundaries(conn, "lpu", end_of(day))
    found = next((area for area in held if area.code == code), None)
    if found is None:
        codes = ", ".join(area.code for area in held) or "none: load boundaries"
        raise NotFound(f"There is no LPU {code} on {day}. Those of that day: {codes}.")
    return found


async def _say(
    conn: Connection,
    standing: Owned,
    what: tuple[str, str | None, str | None],
    words: Words,
    day: date,
    rules: Sequence[str],
) -> int:
    act, force, lpu = what
    verb = act.replace("_", " ")
    to = f" {lpu or force}" if force else ""
    because = f"{words.by} ({verb}{to}): {words.reason}"
    evidence = {"stood": standing.decision, "found": standing.found}
    nominal_id = standing.nominal_id
    said = Said(
        nominal_id, day, act, force, lpu, None, rules, evidence, because, words.by
    )
    number = await owners.append(conn, said)
    detail = {"decision": number, "act": act, "lpu": lpu}
    await audit.note(conn, words.by, "decide on owner", f"nominal {nominal_id}", detail)
    return number


def _text(value: object) -> str | None:
    return None if value is None else str(value)
