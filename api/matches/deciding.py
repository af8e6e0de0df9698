"""HANTS-GPS-3, HANTS-GPS-4. What people say of hits: qualify, dismiss, send, decide.

Read, decide, write, in one transaction: all the hits that are named, or none. Nothing
is edited, and nothing but words is written: a hit never becomes an entry.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from geocorr.errors import ConflictError, InputError, NotFound, UsageError
from geocorr.performance.review import DECISIONS, Word, refusal
from sql import audit, hit_decisions
from sql.db import Connection, transaction
from sql.hit_decisions import Said, Staged

# In one go: each has a row of its own in the audit.
MOST_AT_ONCE = 1_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class By:
    """Who says it, why, and what else there is to say."""

    who: str
    reason: str = ""
    note: str = ""


async def qualify(
    conn: Connection, hits: Collection[int], by: By, *, send: bool = False
) -> list[int]:
    """HANTS-GPS-3. The central team qualifies hits, and may send them in one go."""
    async with transaction(conn):
        said = await _say(conn, hits, Word.QUALIFIED, by)
        if send:
            await _say(conn, hits, Word.SENT, By(by.who))
        return said


async def dismiss(conn: Connection, hits: Collection[int], by: By) -> list[int]:
    """HANTS-GPS-3. The central team dismisses hits; the finding stays as it is."""
    async with transaction(conn):
        return await _say(conn, hits, Word.DISMISSED, by)


async def send(
    conn: Connection, hits: Collection[int] | None, force: str | None, by: By
) -> list[int]:
    """HANTS-GPS-3. Send qualified hits to their forces: those named, or all that wait.

    They stand on the force's work list from the commit on. Of many that wait the
    first thousand, so that the rest is sent by asking again.
    """
    async with transaction(conn):
        if hits is None:
            await hit_decisions.lock(conn)
            hits = (await hit_decisions.to_send(conn, force))[:MOST_AT_ONCE]
        return await _say(conn, hits, Word.SENT, by) if hits else []


async def decide(conn: Connection, hit: int, word: Word, by: By) -> list[int]:
    """HANTS-GPS-4. The force's officer decides, beside the software's finding."""
    if word not in DECISIONS:
        raise UsageError(f"{word} is no decision: one of {', '.join(DECISIONS)}.")
    async with transaction(conn):
        return await _say(conn, [hit], word, by)


async def history(conn: Connection, hit: int) -> tuple[Staged, list[Said]]:
    """How far people are with a hit, and all they said; NotFound without the hit."""
    found = (await hit_decisions.stages(conn, [hit])).get(hit)
    if found is None:
        raise NotFound(f"There is no hit {hit}.")
    return found, await hit_decisions.words(conn, hit)


async def _say(
    conn: Connection, hits: Collection[int], word: Word, by: By
) -> list[int]:
    numbers = sorted(set(hits))
    said = _checked(numbers, word, by)
    await hit_decisions.lock(conn)
    staged = await hit_decisions.stages(conn, numbers)
    _check_there(numbers, staged)
    _check_stands(staged)
    _check_may_follow(staged, word)
    await hit_decisions.say(conn, numbers, word, said)
    for number in numbers:
        await audit.note(conn, said[0], f"hit {word.value}", f"hit {number}")
    return numbers


def _checked(numbers: Sequence[int], word: Word, by: By) -> tuple[str, str, str]:
    who, reason, note = (text.strip() for text in (by.who, by.reason, by.note))
    if not numbers:
        raise UsageError("Name at least one hit by its number.")
    if len(numbers) > MOST_AT_ONCE:
        raise UsageError(f"At most {MOST_AT_ONCE:,} hits in one go: say it in parts.")
    if not who or not (reason or word is Word.SENT):
        raise InputError(f"To say {word} takes a name and a reason: give both.")
    return who, reason, note


def _check_there(numbers: Sequence[int], staged: Mapping[int, Staged]) -> None:
    if missing := [number for number in numbers if number not in staged]:
        raise NotFound(f"There is no hit {_named(missing)}: nothing was recorded.")


def _check_stands(staged: Mapping[int, Staged]) -> None:
    gone = [s for s in staged.values() if not s.live]
    if gone:
        raise ConflictError(
            f"Hit {_named([s.hit for s in gone])} no longer stands "
            f"({gone[0].state_reason}): look at the crime's live hits. "
            "Nothing was recorded."
        )


def _check_may_follow(staged: Mapping[int, Staged], word: Word) -> None:
    refused = {n: refusal(s.stage, word) for n, s in staged.items()}
    wrong = [f"hit {n}: {why}" for n, why in refused.items() if why is not None]
    if wrong:
        told = "; ".join(wrong[:_SHOWN])
        more = f"; and {len(wrong) - _SHOWN:,} more" if len(wrong) > _SHOWN else ""
        raise ConflictError(f"Not {word}: {told}{more}. Nothing was recorded.")


def _named(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - _SHOWN:,} more" if len(numbers) > _SHOWN else ""
    return ", ".join(map(str, numbers[:_SHOWN])) + more
