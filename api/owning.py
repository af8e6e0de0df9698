"""WMP-6.1, WMP-6.2, WMP-6.5 on the database: who owns each nominal on a day.

Read, decide, write, in one transaction, over all nominals at once. A finding is
appended only where it says something new; what a person decided stands beside it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from time import perf_counter

from api.matching import SOFTWARE
from api.owning_known import Known, ground_on, known_on
from geocorr.dates import years_later
from geocorr.ownership.joint import joint
from geocorr.ownership.owner import Owner, owner
from geocorr.profile import Profile
from loaders.profile import Profiles
from sql import jobs, owners, runs
from sql.db import Connection, transaction
from sql.nominals import Flags
from sql.owners import Found

KIND = "own"
_IN_ONE_JOB = 5_000


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
    """WMP-6.1, WMP-6.2, WMP-6.5. Decide who owns each nominal on a day."""
    begun = perf_counter()
    async with transaction(conn):
        await owners.lock(conn)
        ground = await ground_on(conn, day)
        known = await known_on(conn, day, profiles, ground, nominal_ids)
        found = [_found(f, known, profiles.of(f.force), day) for f in known.flags]
        new = [f for f in found if _says_more(f, known.before.get(f.nominal_id))]
        held = await owners.held_by_people(conn, day, nominal_ids)
        lapsed = [h for h in held if h.lpu not in ground.codes]
        run = None
        if new or lapsed:
            run = await _append(conn, day, profiles, known, (new, lapsed))
    spent = perf_counter() - begun
    return Decided(run, day, len(found), len(new), len(lapsed), spent)


async def _append(
    conn: Connection,
    day: date,
    profiles: Profiles,
    known: Known,
    made: tuple[Sequence[Found], Sequence[owners.Held]],
) -> int:
    """Append what is new, by profile, under one run."""
    new, lapsed = made
    of = {flags.nominal_id: profiles.of(flags.force) for flags in known.flags}
    used = {chosen.hash: chosen for chosen in of.values()}
    choices = {chosen.name: asdict(chosen) for chosen in used.values()}
    decided_by = (choices, "+".join(sorted(used)), SOFTWARE)
    run = await runs.start(conn, KIND, None, decided_by)
    for hash_, chosen in sorted(used.items()):
        part = [
            (finding, _number(known.before.get(finding.nominal_id)))
            for finding in new
            if of[finding.nominal_id].hash == hash_
        ]
        ended = [h for h in lapsed if of[h.nominal_id].hash == hash_]
        await owners.append_found(conn, part, ended, day, (run, chosen.name, hash_))
    counts = {"nominals": len(known.flags), "changed": len(new), "lapsed": len(lapsed)}
    await runs.finish(conn, run, {}, counts)
    return run


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
