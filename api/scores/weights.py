"""WMP-5.3, WMP-12.6. Weight sets: brought in as drafts, approved by a second person.

Nothing is edited: a set that is approved stays as it is until another replaces it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from api import clock
from api.scores import scoring
from geocorr.errors import ConflictError, InputError
from geocorr.model import Fault, Outcome
from geocorr.scoring import draft as drafts
from geocorr.scoring.weights import Purpose, WeightSet
from loaders import weights as weight_files
from loaders.profile import Profiles
from loaders.report import LoadReport
from loaders.weights import Draft
from sql import audit, batches, entries, weights
from sql.db import Connection, transaction
from sql.weights import SetLine, Simulation, Step, StoredSet


class SetStep(StrEnum):
    """What a person may decide on a set."""

    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a file: its report, and the number of its set (None = none)."""

    report: LoadReport
    weight_set: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A set with its simulations, newest first, and what people decided, in order.

    `clashes`: what keeps a draft from being approved beside the sets that are.
    """

    stored: StoredSet
    simulations: list[Simulation]
    steps: list[Step]
    clashes: tuple[Fault, ...]


async def bring_in(
    conn: Connection, data: bytes, file: str, by: str, profiles: Profiles
) -> Brought:
    """Store a file's set as a draft, with all its faults; the same file does nothing.

    ConflictError where its name and version belong to another file.
    """
    report, draft = weight_files.parse(data, file)
    if draft is None or not draft.weights.rows:
        return Brought(report, None)
    async with transaction(conn):
        await weights.lock(conn)
        sha256 = await batches.keep_original(conn, data, "weights", by)
        number = await _there_already(conn, draft, sha256)
        if number is None:
            months = _months(profiles, draft.weights.force)
            found = (*draft.faults, *drafts.faults(draft.weights, months))
            number = await weights.keep(conn, draft.weights, found, (sha256, by))
            await audit.note(conn, by, "import weights", f"weight set {number}")
        known = await told(conn, number)
    faults = (*known.stored.line.faults, *known.clashes)
    outcome = Outcome.PARTIAL if faults else report.outcome
    return Brought(replace(report, faults=faults, outcome=outcome), number)


async def _there_already(conn: Connection, draft: Draft, sha256: bytes) -> int | None:
    name, version = draft.weights.name, draft.weights.version
    there = await weights.named(conn, name, version)
    if there is not None and there[1] != sha256:
        raise ConflictError(
            f"{name} has a version {version} already (weight set {there[0]}), which "
            "says something else: give the file a new version."
        )
    return None if there is None else there[0]


def _months(profiles: Profiles, force: str | None) -> int:
    return profiles.of(force).scoring.weights_review_months


async def told(conn: Connection, number: int) -> Told:
    """One set with its history; NotFound where there is none."""
    (stored,) = await weights.read(conn, [number])
    whole, clashes = stored.weights, tuple[Fault, ...]()
    if stored.line.state == "draft":
        approved = await weights.approved(conn, whole.force, whole.purpose)
        clashes = drafts.clashes(whole, approved, clock.today())
    simulations = await weights.simulations(conn, number)
    return Told(stored, simulations, await weights.steps(conn, number), clashes)


async def decide(
    conn: Connection, number: int, step: SetStep, said: tuple[str, str]
) -> SetLine:
    """Append a person's decision on a set; `said` = who, why. The set as it is then.

    ConflictError for a step that cannot be taken, with what can be done instead.
    """
    by, reason = (" ".join(words.split()) for words in said)
    if not by or not reason:
        raise InputError("Give --by and --reason: a decision needs a name and words.")
    today = clock.today()
    async with transaction(conn):
        await weights.lock(conn)
        known = await told(conn, number)
        simulation = None
        if step is SetStep.APPROVED:
            simulation = await _check_approval(conn, known, by, today)
        else:
            _check_open(known.stored.line, step, today)
        await weights.keep_step(conn, number, step.value, simulation, (by, reason))
        await audit.note(conn, by, f"{step} weights", f"weight set {number}")
        if step is SetStep.APPROVED and _counts_on(known.stored.weights, today):
            await scoring.ask_everyone(conn, f"weight set {number} is approved")
        (stored,) = await weights.read(conn, [number])
    return stored.line


def _counts_on(whole: WeightSet, day: date) -> bool:
    """Whether scores of a day are by it; the acquisitive matrix is no score."""
    return whole.purpose is Purpose.SCORE and whole.effective_from <= day


async def _check_approval(conn: Connection, known: Told, by: str, today: date) -> int:
    """WMP-5.3. The simulation that an approval rests on; ConflictError without."""
    line = known.stored.line
    _check_open(line, SetStep.APPROVED, today)
    if _same_person(by, line.author):
        raise ConflictError(
            f"{line.author} brought weight set {line.id} in: a second person approves."
        )
    wrong = (*line.faults, *known.clashes)
    if wrong:
        more = f" ({len(wrong)} faults in all)" if len(wrong) > 1 else ""
        raise ConflictError(
            f"Weight set {line.id} has faults: {wrong[0].action}{more} Mend the file "
            "and import it as a new version."
        )
    return await _simulated(conn, known, today)


async def _simulated(conn: Connection, known: Told, today: date) -> int:
    line, whole = known.stored.line, known.stored.weights
    if not known.simulations:
        raise ConflictError(
            f"Weight set {line.id} was not simulated: run `geocorr weights simulate "
            f"{line.id}` and look at what it changes."
        )
    last = known.simulations[0]
    day = max(today, whole.effective_from)
    now = await entries.known_at(conn)
    rival = (await weights.in_force(conn, day, now, whole.purpose)).of(whole.force)
    if last.against != (rival and rival.id):
        raise ConflictError(
            f"Weight set {line.id} was simulated against another set than it would "
            f"replace: run `geocorr weights simulate {line.id}` again."
        )
    return last.id


def _check_open(line: SetLine, step: SetStep, today: date) -> None:
    """ConflictError for what is no draft; an approved set may go before its day."""
    if line.state == "draft":
        return
    if line.state == "approved" and step is SetStep.WITHDRAWN:
        if line.effective_from > today:
            return
        raise ConflictError(
            f"Weight set {line.id} is in force since {line.effective_from}: import and "
            "approve another, which replaces it."
        )
    raise ConflictError(f"Weight set {line.id} is {line.state}: that stays so.")


def _same_person(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
