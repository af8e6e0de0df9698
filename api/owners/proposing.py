"""WMP-6.3-ALLOCATE. Proposals for nominals that nobody owns; a person allocates.

Read every source of all of them, weigh, and write down what is new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from api.owners import owning_acts
from api.owners.nights import nights
from api.owners.owning_acts import Words
from api.owners.owning_known import Known, end_of, ground_on, known_on
from api.owners.proposal_sources import of_addresses, of_nights, of_offences
from geocorr.ownership.nights import Rest
from geocorr.ownership.owner import Queue
from geocorr.ownership.places import Address, AddressKind, How, place
from geocorr.ownership.proposals import RULE, Source, propose
from geocorr.policy import Policy
from geocorr.profile import Profile
from loaders.profile import Profiles
from sql import audit, nominals, owners, proposals
from sql.db import Connection, transaction
from sql.owners import OwnedFilter
from sql.proposals import Proposed, StoredProposal

# Who waits for a person; an address that is merely unplaced waits for an operator.
FOR_A_PERSON = frozenset(Queue) - {Queue.TO_BE_PLACED}
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Made:
    """How many wait for a person, and for how many the proposal is new."""

    day: date
    waiting: int
    changed: int


async def propose_all(
    conn: Connection,
    day: date,
    profiles: Profiles,
    policy: Policy,
    nominal_ids: Sequence[str] | None = None,
) -> Made:
    """Propose to whom everyone of these who waits might be allocated, or everyone."""
    async with transaction(conn):
        await owners.lock(conn)
        ids = await _waiting(conn, day)
        if nominal_ids is not None:
            ids = sorted(set(ids) & set(nominal_ids))
        made = await _proposed(conn, day, ids, profiles, policy)
        before = await proposals.last(conn, ids, day)
        new = [p for p in made if _says_more(p, before.get(p.nominal_id))]
        await proposals.append(conn, new, day, policy.hash)
    return Made(day, len(ids), len(new))


async def listed(
    conn: Connection, day: date, who: str, force: str | None = None
) -> list[StoredProposal]:
    """The last proposals for those who still wait; the look is audited."""
    async with transaction(conn):
        ids = await _waiting(conn, day, force)
        await audit.note(conn, who, "read proposals", f"{len(ids)} nominals")
        found = await proposals.last(conn, ids, day)
    return [found[nominal] for nominal in ids if nominal in found]


async def not_decided(conn: Connection, day: date) -> int:
    """How many nominals nobody has looked at by a day: they are in no list."""
    asked = OwnedFilter(queue="not_decided")
    return (await owners.find(conn, day, asked, (1, 0)))[0]


async def allocate(
    conn: Connection, nominal_id: str, lpu: str, words: Words, day: date
) -> int:
    """WMP-6.3-ALLOCATE. A person allocates; the proposal stands beside it."""
    return await owning_acts.decide_for(
        conn, nominal_id, ("allocated", lpu), words, day, (RULE,)
    )


async def _waiting(conn: Connection, day: date, force: str | None = None) -> list[str]:
    """Who has no owner and waits for a person, by id; of a force by its records."""
    _, found = await owners.find(conn, day, OwnedFilter(waiting=True), (_ALL, 0))
    ids = [o.nominal_id for o in found if o.queue in FOR_A_PERSON]
    if force is None:
        return ids
    return [f.nominal_id for f in await nominals.flags(conn, ids) if f.force == force]


async def _proposed(
    conn: Connection,
    day: date,
    ids: Sequence[str],
    profiles: Profiles,
    policy: Policy,
) -> list[Proposed]:
    ground = await ground_on(conn, day)
    known = await known_on(conn, day, profiles, ground, ids)
    held = await nominals.addresses_at(conn, end_of(day), ids, True)
    mine = {i: list(told) for i, told in groupby(held, lambda a: a.nominal_id)}
    slept = await _nights(conn, day, known, mine, profiles, policy)
    made = []
    for flags in known.flags:
        whose, profile = flags.nominal_id, profiles.of(flags.force)
        rests = slept.get(whose, [])
        sources = [
            *of_nights(rests, ground.own, day),
            *of_addresses(mine.get(whose, ()), ground.own, profile.ownership, day),
            *of_offences(known.offences.get(whose, ()), day),
        ]
        made.append(_row(whose, sources, rests, profile))
    return made


async def _nights(
    conn: Connection,
    day: date,
    known: Known,
    mine: Mapping[str, Sequence[Address]],
    profiles: Profiles,
    policy: Policy,
) -> Mapping[str, list[Rest]]:
    """The nights of all, by the choices of each force."""
    found: dict[str, list[Rest]] = {}
    by_hash: dict[str, list[str]] = {}
    chosen = {f.nominal_id: profiles.of(f.force) for f in known.flags}
    for nominal_id, profile in chosen.items():
        by_hash.setdefault(profile.hash, []).append(nominal_id)
    for ids in by_hash.values():
        profile = chosen[ids[0]]
        premises = {i: _premises(mine.get(i, ()), profile) for i in ids}
        found |= await nights(conn, day, premises, profile.allocation, policy)
    return found


def _premises(
    addresses: Sequence[Address], profile: Profile
) -> list[tuple[float, float]]:
    """Where the approved premises of a nominal lie, as far as that is known."""
    kind = AddressKind.APPROVED_PREMISES
    placed = [place(a, profile.ownership) for a in addresses if a.kind is kind]
    return [(p.x_m or 0.0, p.y_m or 0.0) for p in placed if p.how is not How.NONE]


def _row(
    nominal_id: str,
    sources: Sequence[Source],
    rests: Sequence[Rest],
    profile: Profile,
) -> Proposed:
    told = propose(sources, profile.allocation)
    first = told.value[0] if told.value else None
    candidates = told.evidence["candidates"]
    assert isinstance(candidates, list)
    return Proposed(
        nominal_id,
        None if first is None else first.force,
        None if first is None else first.lpu,
        bool(told.evidence["conflict"]),
        candidates,
        [_night(rest) for rest in rests],
        told.rules,
        told.because,
        profile.name,
        profile.hash,
    )


def _night(rest: Rest) -> dict[str, object]:
    """A night without its place: the area stands in the candidates."""
    return {
        "night": rest.night.isoformat(),
        "rest_h": round(rest.rest_s / 3600, 1),
        "left_out": rest.left_out,
    }


def _says_more(now: Proposed, before: StoredProposal | None) -> bool:
    """Whether a proposal names other areas or weights than the last one."""
    if before is None:
        return True
    was = (before.force, before.lpu, list(before.candidates), list(before.nights))
    return was != (now.force, now.lpu, list(now.candidates), list(now.nights))
