"""WMP-5.2. Scoring: everyone every night, and at once whom something touches.

A run goes over nominals in portions, each in a transaction of its own: what was done
stays done, and a run that broke off goes on with the portions that are left. A portion
is read as columns, scored as columns, and stored as arrays, with the time up to which
its entries were known; its changes of band and their notices are stored with it.
"""

import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from api import clock
from api.matches.match_files import SOFTWARE
from api.owners import owning
from api.scores import notifications
from api.scores import scoring_portions as portions
from api.scores.notifications import Desk
from api.scores.scoring_portions import Known, Portion
from geocorr.scoring.bands import BANDS, Band, band_numbers
from geocorr.scoring.routing import BandChange
from geocorr.scoring.weights import POINT
from loaders.profile import Profiles
from sql import entries, jobs, manual_scores, runs, scores
from sql.db import Connection, transaction
from sql.scores import Change, ScoreList

KIND = "score"
SCORER = "geocorr"
# Nominals in one transaction: a second or two of work, tens of megabytes of columns.
PORTION = 10_000


@dataclass(frozen=True, slots=True)
class Scored:
    """What a run came to."""

    run: int
    day: date
    nominals: int
    entries: int
    changes: int
    seconds: float


async def ask(conn: Connection, nominal_ids: Sequence[str], reason: str) -> None:
    """Ask the worker to score these nominals at once."""
    asked = sorted(set(nominal_ids))
    for first in range(0, len(asked), PORTION):
        part = asked[first : first + PORTION]
        await jobs.enqueue(conn, KIND, {"nominals": part, "reason": reason})


async def ask_everyone(conn: Connection, reason: str) -> None:
    """Ask the worker to score everyone for the day on which it gets to it."""
    await jobs.enqueue(conn, KIND, {"nominals": None, "reason": reason})


async def ask_missed(conn: Connection) -> None:
    """Ask for the scores of today, where the night passed without them."""
    if await scores.last_number(conn) and not await scores.day_is_stored(
        conn, clock.today()
    ):
        await ask_everyone(conn, "a new day")


async def score(
    conn: Connection,
    nominal_ids: Sequence[str] | None,
    day: date,
    desk: Desk,
    reason: str = "asked for",
) -> Scored:
    """WMP-5.2. Score these nominals, or everyone, for a day, and store what they got.

    A run over everyone that broke off goes on where it stopped, asked for the same
    reason: where the weights have changed, all are scored anew.
    """
    begun = time.perf_counter()
    everyone = nominal_ids is None
    run = await _begin(conn, day, desk.profiles, (everyone, reason))
    done = []
    for portion, read in enumerate(await _portions(conn, nominal_ids)):
        async with transaction(conn):
            await entries.lock(conn)
            if portion in await scores.portions_done(conn, run):
                continue
            at = await entries.known_at(conn)
            known = await portions.known(conn, day, at, desk.profiles)
            found = await read(known)
            changes = await _store(conn, (run, portion), found, known, desk)
            done.append((len(found.people), len(found.columns), changes))
    return await _finish(conn, run, day, done, begun)


Read = Callable[[Known], Awaitable[Portion]]


async def _portions(conn: Connection, nominal_ids: Sequence[str] | None) -> list[Read]:
    """How each portion is read."""
    if nominal_ids is None:
        last = await scores.last_number(conn)
        starts = range(1, last + 1, PORTION)
        return [partial(_range, conn, first) for first in starts]
    starts = range(0, len(nominal_ids), PORTION)
    return [partial(_some, conn, nominal_ids[i : i + PORTION]) for i in starts]


async def _range(conn: Connection, first: int, known: Known) -> Portion:
    return await portions.of_range(conn, (first, first + PORTION), known)


async def _some(conn: Connection, nominal_ids: Sequence[str], known: Known) -> Portion:
    await entries.number_nominals(conn, nominal_ids)
    return await portions.of_some(conn, nominal_ids, known)


async def _begin(
    conn: Connection, day: date, profiles: Profiles, what: tuple[bool, str]
) -> int:
    """The number of the run: a new one, or that of one that broke off.

    `what` = whether over everyone, and why.
    """
    everyone, reason = what
    used = [profiles.of(None), *profiles.adopted.values()]
    adopted = {force: one.hash for force, one in profiles.adopted.items()}
    choices = {"national": used[0].hash, "adopted": adopted}
    text = json.dumps(choices, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    async with transaction(conn):
        await entries.lock(conn)
        if everyone:
            broken_off = await scores.unfinished(conn, day, digest, reason)
            if broken_off is not None:
                return broken_off
        for one in used:
            await scores.keep_profile(conn, one, asdict(one))
        told = {**choices, "reason": reason}
        run = await runs.start(conn, KIND, None, (told, digest, SOFTWARE))
        await scores.start(conn, run, day, everyone)
    return run


async def _store(
    conn: Connection, which: tuple[int, int], found: Portion, known: Known, desk: Desk
) -> int:
    """Keep a portion's scores, changes of band and notices; how many changes."""
    run, portion = which
    names = {one.number: one.nominal_id for one in found.people}
    before = await scores.last_bands(conn, list(names))
    changes: list[Change] = []
    for told in portions.scored(found, known):
        await scores.keep(conn, run, portion, told)
        changes += _changes(told, before, known)
        await _end_overtaken(conn, told, found, known)
    await scores.keep_changes(conn, run, known.day, changes)
    await notifications.tell(conn, [_told(c, names, known.day) for c in changes], desk)
    high = [names[c.nominal] for c in changes if Band.HIGH in (c.was, c.band)]
    await owning.ask(conn, "a score became HIGH, or was", high)
    return len(changes)


def _changes(told: ScoreList, before: Mapping[int, str], known: Known) -> list[Change]:
    """WMP-5.2. First scores, and bands that are other than they were."""
    choices = known.profile(told.force).scoring
    bands = band_numbers(told.given, choices)
    found = []
    for number, given, band in zip(told.nominals, told.given, bands, strict=True):
        was, now = before.get(int(number)), BANDS[band].value
        if was != now and (was is not None or given > 0):
            found.append(Change(int(number), was, now, int(given)))
    return found


def _told(change: Change, names: Mapping[int, str], day: date) -> BandChange:
    was = None if change.was is None else Band(change.was)
    return BandChange(names[change.nominal], day, was, Band(change.band))


async def _end_overtaken(
    conn: Connection, told: ScoreList, found: Portion, known: Known
) -> None:
    """WMP-6.4. A manual score that the computed one has overtaken ends."""
    if not found.manual:
        return
    computed = dict(zip(told.nominals.tolist(), told.computed.tolist(), strict=True))
    over = [
        found.manual[one.nominal_id].id
        for one in found.people
        if one.nominal_id in found.manual
        and computed.get(one.number, 0) > found.manual[one.nominal_id].points * POINT
    ]
    await manual_scores.end_overtaken(conn, over, known.day, SCORER)


async def _finish(
    conn: Connection,
    run: int,
    day: date,
    done: Sequence[tuple[int, int, int]],
    begun: float,
) -> Scored:
    nominals, read, changes = (
        sum(column) for column in zip(*[*done, (0, 0, 0)], strict=True)
    )
    seconds = time.perf_counter() - begun
    counts = {"nominals": nominals, "entries": read, "changes": changes}
    await runs.finish(conn, run, {"total": seconds}, counts)
    return Scored(run, day, nominals, read, changes, seconds)
