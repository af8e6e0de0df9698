"""WMP-6.1, WMP-6.2, WMP-6.5 on the database: who owns each nominal on a day.

Read, decide, write, in one transaction, over all nominals at once. A finding is
appended only where it says something new; what a person decided stands beside it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from time import perf_counter

from api.clock import today
from api.matches.matching import SOFTWARE
from api.owners.owning_known import Known, ground_on, known_on
from geocorr.dates import years_later
from geocorr.ownership.joint import joint
from geocorr.ownership.owner import Owner, owner
from geocorr.profile import Profile
from loaders.profile import NATIONAL, Profiles, shipped
from sql import jobs, nominals, owners, runs
from sql.db import Connection, transaction
from sql.nominals import Flags
from sql.owners import Found

KIND = "own"
_IN_ONE_JOB = 5_000
# Nominals that are read and decided on at once.
_PORTION = 20_000


@dataclass(frozen=True, slots=True)
class Decided:
    """What a look at the owners came to: `changed` findings are new ones."""

    run: int | None
    day: date
    nominals: int
    changed: int
    lapsed: int
    seconds: float


async def ask(
    conn: Connection, reason: str, nominal_ids: Sequence[str] | None = None
) -> None:
    """Ask the worker to decide anew on these nominals, or on all of them."""
    if nominal_ids is None:
        await jobs.enqueue(conn, KIND, {"nominals": None, "reason": reason})
        return
    asked = sorted(set(nominal_ids))
    for first in range(0, len(asked), _IN_ONE_JOB):
        part = asked[first : first + _IN_ONE_JOB]
        await jobs.enqueue(conn, KIND, {"nominals": part, "reason": reason})


async def decide(
    conn: Connection,
    day: date,
    profiles: Profiles,
    nominal_ids: Sequence[str] | None = None,
) -> Decided:
    """WMP-6.1, WMP-6.2, WMP-6.5. Decide who owns each nominal on a day.

    A finding holds until the next one: what is found anew of a day that is over is
    followed by a look at today, lest it hold for today too.
    """
    begun = perf_counter()
    async with transaction(conn):
        await owners.lock(conn)
        ground = await ground_on(conn, day)
        flags = await nominals.flags(conn, nominal_ids)
        looked = _Look(conn, day, profiles)
        for first in range(0, len(flags), _PORTION):
            part = [f.nominal_id for f in flags[first : first + _PORTION]]
            known = await known_on(conn, day, profiles, ground, part)
            await looked.over(known, ground.codes)
        if looked.run is not None:
            counts = {"nominals": len(flags), "changed": looked.changed}
            await runs.finish(conn, looked.run, {}, {**counts, "lapsed": looked.lapsed})
            if looked.changed and day < today():
                await ask(conn, f"{day} was decided anew", nominal_ids)
    spent = perf_counter() - begun
    made = (looked.changed, looked.lapsed, spent)
    return Decided(looked.run, day, len(flags), *made)


@dataclass(slots=True)
class _Look:
    """One look at the owners, portion by portion; its run begins with what is new."""

    conn: Connection
    day: date
    profiles: Profiles
    run: int | None = None
    changed: int = 0
    lapsed: int = 0

    async def over(self, known: Known, codes: frozenset[str]) -> None:
        """Decide on some nominals and append what is new of them."""
        of = {f.nominal_id: self.profiles.of(f.force) for f in known.flags}
        found = [_found(f, known, of[f.nominal_id], self.day) for f in known.flags]
        new = [f for f in found if _says_more(f, known.before.get(f.nominal_id))]
        held = await owners.held_by_people(self.conn, self.day, list(of))
        lapsed = [h for h in held if h.lpu not in codes]
        used = {chosen.hash: chosen for chosen in of.values()}
        for chosen in used.values() if new or lapsed else ():
            part = [
                (finding, _number(known.before.get(finding.nominal_id)))
                for finding in new
                if of[finding.nominal_id] is chosen
            ]
            ended = [h for h in lapsed if of[h.nominal_id] is chosen]
            by = (await self._begun(), chosen.name, chosen.hash)
            await owners.append_found(self.conn, part, ended, self.day, by)
        self.changed += len(new)
        self.lapsed += len(lapsed)

    async def _begun(self) -> int:
        """The run, begun with the first finding: all profiles stand on it."""
        if self.run is None:
            used = [*self.profiles.adopted.values(), shipped(NATIONAL)]
            choices = {chosen.hash: asdict(chosen) for chosen in used}
            decided_by = (choices, "+".join(sorted(choices)), SOFTWARE)
            self.run = await runs.start(self.conn, KIND, None, decided_by)
        return self.run


def _number(before: Found | None) -> int | None:
    return None if before is None else before.id


def _found(flags: Flags, known: Known, profile: Profile, day: date) -> Found:
    """The decision on one nominal, as a row."""
    nominal_id, choices = flags.nominal_id, profile.ownership
    told = owner(known.abodes[nominal_id])
    rules, because, evidence = set(told.rules), told.because, dict(told.evidence)
    shared: list[dict[str, object]] = []
    force = lpu = queue = None
    if isinstance(told.value, Owner):
        force, lpu = told.value.force, told.value.lpu
        years = choices.joint_years
        listed = known.offences.get(nominal_id, ())
        offences = [o for on, o in listed if years_later(on, years) > day]
        more = joint(told.value, offences, nominal_id in known.high, choices)
        rules |= set(more.rules)
        evidence |= {"offending": dict(more.evidence)}
        shared = [{**asdict(area), "rules": list(area.rules)} for area in more.value]
        because = f"{because} {more.because}".rstrip()
    else:
        queue = told.value.queue.value
    unit = told.value.unit.value
    row = (force, lpu, queue, unit, shared, sorted(rules), evidence, because)
    return _moved(Found(nominal_id, *row), known.before.get(nominal_id))


def _moved(now: Found, before: Found | None) -> Found:
    """The same with a word on boundaries, where they moved and the home did not."""
    if before is None or (before.force, before.lpu) == (now.force, now.lpu):
        return now
    if before.force is None or _houses(before) != _houses(now):
        return now
    was = before.lpu or before.force
    told = f"{now.because} It lay in {was} until the boundaries changed."
    return replace(now, because=told)


def _houses(found: Found) -> list[object]:
    homes = found.evidence.get("homes")
    assert isinstance(homes, list)
    return [(home["address"], home["how"]) for home in homes]


def _says_more(now: Found, before: Found | None) -> bool:
    """Whether a finding differs from the last one in anything but its words."""
    if before is None:
        return True
    return replace(now, because="", id=None) != replace(before, because="", id=None)
