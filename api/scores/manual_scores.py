"""WMP-6.4. Giving, reviewing and ending manual scores; each act scores anew at once."""

from dataclasses import dataclass, replace
from datetime import date

from api import clock
from api.scores import scoring
from api.scores import scoring_portions as portions
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.model import Decision
from geocorr.scoring import manual
from geocorr.scoring.bands import Band, band_of
from geocorr.scoring.manual import Ground, ManualScore
from geocorr.scoring.weights import POINT
from loaders.profile import Profiles
from sql import audit, entries, manual_scores, nominals
from sql.db import Connection, transaction
from sql.manual_scores import Given, ManualFilter, ManualStep, StoredManual


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for who gives a score."""

    nominal_id: str
    points: int
    ground: Ground
    review_due: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a nominal scores now, without and with what a person gave; micro-points.

    `profile` is the name of the profile that says so.
    """

    nominal_id: str
    force: str | None
    profile: str
    computed: int
    given: int
    band: Band


@dataclass(frozen=True, slots=True)
class Shown:
    """A manual score, whether it holds today and why, and all that was said of it."""

    manual_score: StoredManual
    holds: Decision[bool]
    steps: list[ManualStep]


async def standing(
    conn: Connection, nominal_id: str, day: date, profiles: Profiles
) -> Standing:
    """What a nominal scores on a day by what is known now.

    NotFound for somebody who is not on record.
    """
    people = await nominals.nominals(conn, [nominal_id])
    if not people:
        raise NotFound(f"There is no nominal {nominal_id} on record: load them first.")
    known = await portions.known(conn, day, await entries.known_at(conn), profiles)
    force = people[0].force
    stands = await manual_scores.standing_on(conn, day, known.at, [nominal_id])
    points = [one.points * POINT for one in stands.values()]
    found = await portions.of_some(conn, [nominal_id], known)
    computed = [int(told.computed[0]) for told in portions.scored(found, known)]
    # Somebody of whom scoring never heard has no entries.
    given = max([*computed, *points, 0])
    profile = known.profile(force)
    band = band_of(given, profile.scoring)
    return Standing(nominal_id, force, profile.name, sum(computed), given, band)


async def give(conn: Connection, asked: Asked, profiles: Profiles) -> int:
    """WMP-6.4. Append a manual score; its number.

    ConflictError where the nominal scores by entries, or has one that stands.
    """
    asked = replace(asked, by=asked.by.strip(), reason=asked.reason.strip())
    _check_said(asked.by, asked.reason)
    today = clock.today()
    async with transaction(conn):
        await manual_scores.lock(conn)
        now = await standing(conn, asked.nominal_id, today, profiles)
        await _check(conn, asked, now, profiles)
        days = (today, asked.review_due)
        told = (asked.points, asked.ground.value, asked.reason)
        given = Given(asked.nominal_id, *told, *days, now.computed, asked.by)
        number = await manual_scores.give(conn, given)
        await _note(conn, asked.by, "give manual score", asked.nominal_id, number)
    return number


async def _check(
    conn: Connection, asked: Asked, now: Standing, profiles: Profiles
) -> None:
    today = clock.today()
    score = ManualScore(asked.nominal_id, asked.points, today, asked.review_due)
    at = await entries.known_at(conn)
    stands = await manual_scores.standing_on(conn, today, at, [asked.nominal_id])
    held = [one.score for one in stands.values()]
    choices = profiles.of(now.force).scoring
    manual.check_may_be_given(score, now.computed, held[0] if held else None, choices)


async def review(
    conn: Connection, number: int, due: date, said: tuple[str, str], profiles: Profiles
) -> StoredManual:
    """WMP-6.4. Let one that stands go on until another review; `said` = who, why."""
    today = clock.today()
    async with transaction(conn):
        held = await _that_stands(conn, number, said, today)
        people = await nominals.nominals(conn, [held.nominal_id])
        choices = profiles.of(people[0].force if people else None).scoring
        manual.check_review(today, due, choices)
        await manual_scores.keep_step(conn, number, "reviewed", (today, due), said)
        await _note(conn, said[0], "review manual score", held.nominal_id, number)
        return await manual_scores.one(conn, number, today)


async def end(conn: Connection, number: int, said: tuple[str, str]) -> StoredManual:
    """End one that stands, from today on; `said` = who, why."""
    today = clock.today()
    async with transaction(conn):
        held = await _that_stands(conn, number, said, today)
        await manual_scores.keep_step(conn, number, "ended", (today, None), said)
        await _note(conn, said[0], "end manual score", held.nominal_id, number)
        return await manual_scores.one(conn, number, today)


async def _that_stands(
    conn: Connection, number: int, said: tuple[str, str], today: date
) -> StoredManual:
    _check_said(*said)
    await manual_scores.lock(conn)
    held = await manual_scores.one(conn, number, today)
    if not held.score.stands_on(today):
        raise ConflictError(
            f"Manual score {number} of {held.nominal_id} stands no longer: give "
            "another if there is still need."
        )
    return held


def _check_said(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise InputError("Give --by and --reason: a decision needs a name and words.")


async def _note(conn: Connection, by: str, act: str, nominal: str, number: int) -> None:
    """Audit the act, and have the nominal scored anew."""
    await audit.note(conn, by, act, f"nominal {nominal}", {"manual_score": number})
    await scoring.ask(conn, [nominal], f"{act} {number}")


async def show(
    conn: Connection, number: int, profiles: Profiles, by: str | None
) -> Shown:
    """One manual score with its history; the look is audited where `by` is given."""
    today = clock.today()
    held = await manual_scores.one(conn, number, today)
    now = await standing(conn, held.nominal_id, today, profiles)
    if by is not None:
        subject = f"nominal {held.nominal_id}"
        await audit.note(conn, by, "read manual score", subject)
    holds = manual.explained(held.score, today, now.computed)
    return Shown(held, holds, await manual_scores.steps(conn, number))


async def listed(
    conn: Connection, asked: ManualFilter, page: tuple[int, int] = (50, 0)
) -> tuple[int, list[StoredManual]]:
    """How many manual scores there are, and a page of them, newest first."""
    return await manual_scores.find(conn, asked, clock.today(), page)
