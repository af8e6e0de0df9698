"""WMP-5.3. What a draft of weights would change, before anybody approves it.

Every nominal whom the draft concerns is scored twice from the same entries: under the
set that it would replace and under the draft, by the very code that scores them every
night.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import numpy as np

from api.matches.match_files import SOFTWARE
from api.scores import scoring
from api.scores import scoring_portions as portions
from api.scores.scoring_portions import NO_SET, Known, Portion
from geocorr.arrays import Ints
from geocorr.dates import age_on
from geocorr.errors import ConflictError
from geocorr.scoring import movers
from geocorr.scoring.bands import BANDS, band_numbers
from geocorr.scoring.choices import Scoring
from geocorr.scoring.movers import Bands, Twice
from geocorr.scoring.score import contributions
from geocorr.scoring.weights import POINT, Kind, Purpose, WeightSet, told
from loaders.profile import Profiles
from sql import audit, entries, scores, weights
from sql.db import Connection, transaction
from sql.weights import Grouped, SetsInForce, Simulation, StoredSet

# Of what moves a nominal, so much is named in the sentence.
_NAMED = 3
_ALL_NUMBERS = (0, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class _Scored:
    """The nominals concerned, scored twice; positions go with `numbers`."""

    numbers: Ints
    twice: Twice
    without_weight: tuple[int, int]


async def simulate(
    conn: Connection, number: int, day: date, profiles: Profiles, by: str
) -> Simulation:
    """WMP-5.3. Score everyone concerned under the draft, and store what would change.

    ConflictError where the set is no draft.
    """
    async with transaction(conn):
        (draft,) = await weights.read(conn, [number])
        if draft.line.state != "draft":
            raise ConflictError(f"Weight set {number} is {draft.line.state}: no draft.")
        before, after = await _both(conn, draft, day, profiles)
        groups = await weights.grouped(conn, day, _ALL_NUMBERS)
        scored = await _score_twice(conn, before, after, draft)
        against = before.weight_set(draft.weights.force)
        result = _result(scored, groups, before, draft)
        result["movers"] = await _movers(conn, scored, (before, after), draft)
        sets = number, None if against is None else against.id
        await weights.keep_simulation(conn, sets, day, (SOFTWARE, result), by)
        detail = {"day": day.isoformat(), "nominals": len(scored.numbers)}
        await audit.note(conn, by, "simulate weights", f"weight set {number}", detail)
        return (await weights.simulations(conn, number))[0]


async def _both(
    conn: Connection, draft: StoredSet, day: date, profiles: Profiles
) -> tuple[Known, Known]:
    """What scoring rests on as it is, and with the draft in its place.

    As it is: by the sets that will be in force when the draft takes effect.
    """
    at, kinds = await entries.known_at(conn), await entries.kinds(conn)
    begins = max(day, draft.weights.effective_from)
    sets = await weights.in_force(conn, begins, at, draft.weights.purpose)
    before = Known(day, at, kinds, sets, profiles)
    tried = SetsInForce({**sets.sets, draft.weights.force: draft})
    return before, replace(before, sets=tried)


async def _score_twice(
    conn: Connection, before: Known, after: Known, draft: StoredSet
) -> _Scored:
    found: list[tuple[Ints, Ints, Ints, Bands, Bands]] = []
    ids: list[str] = []
    unknown = np.zeros(2, np.int64)
    last = await scores.last_number(conn)
    for first in range(1, last + 1, scoring.PORTION):
        numbers = (first, first + scoring.PORTION)
        portion = _with_manual(await portions.of_range(conn, numbers, before), draft)
        names = {one.number: one.nominal_id for one in portion.people}
        lists = (portions.scored(portion, known) for known in (before, after))
        for old, new in zip(*lists, strict=True):
            if new.weight_set != draft.id:
                continue
            starts = before.profile(old.force).scoring
            bands = (band_numbers(one.given, starts) for one in (old, new))
            found.append((old.nominals, old.given, new.given, *bands))
            ids += [names[number] for number in old.nominals.tolist()]
            unknown += (int(old.unknown.sum()), int(new.unknown.sum()))
    columns = [np.concatenate(c) for c in zip(*found, strict=True)] or _nobody()
    twice = Twice(ids, *columns[1:])
    return _Scored(columns[0], twice, (int(unknown[0]), int(unknown[1])))


def _with_manual(portion: Portion, draft: StoredSet) -> Portion:
    """Manual scores are of the score; the acquisitive matrix knows none."""
    is_score = draft.weights.purpose is Purpose.SCORE
    return portion if is_score else replace(portion, manual={})


def _nobody() -> list[Ints]:
    return [np.zeros(0, kind) for kind in ("i4", "i8", "i8", "i2", "i2")]


def _result(
    scored: _Scored, groups: Sequence[Grouped], before: Known, draft: StoredSet
) -> dict[str, object]:
    by_number = {one.number: one for one in groups}
    people = [by_number[number] for number in scored.numbers.tolist()]
    profile = before.profile(draft.weights.force)
    starts = profile.scoring.age_bands
    values: dict[str, Sequence[Sequence[str]]] = {
        "lpu": [_one(one.lpu) for one in people],
        "cohort": [one.cohorts for one in people],
        "sex": [_one(one.sex) for one in people],
        "age": [_one(_age(one, before.day, starts)) for one in people],
    }
    grouped = movers.by_group(scored.twice, values)
    without = dict(zip(("before", "after"), scored.without_weight, strict=True))
    return {
        "rules": ["WMP-5.3"],
        "profile": {"name": profile.name, "hash": profile.hash},
        "moves": asdict(movers.moves(scored.twice)),
        "flows": movers.flows(scored.twice),
        "groups": {
            name: {value: asdict(moves) for value, moves in found.items()}
            for name, found in grouped.items()
        },
        "entries_without_weight": without,
        "warnings": _warnings(scored, draft),
    }


def _one(value: str | None) -> tuple[str]:
    return (value or movers.UNKNOWN,)


def _age(one: Grouped, day: date, starts: Sequence[int]) -> str:
    if one.date_of_birth is None:
        return movers.UNKNOWN
    return movers.age_band(age_on(date.fromisoformat(one.date_of_birth), day), starts)


def _warnings(scored: _Scored, draft: StoredSet) -> list[str]:
    told = []
    if not len(scored.numbers):
        whose = draft.weights.force or "a force without a set of its own"
        told.append(f"Nobody of {whose} has an entry: nothing could be tried.")
    if scored.without_weight[1] > scored.without_weight[0]:
        more = scored.without_weight[1] - scored.without_weight[0]
        told.append(f"{more:,} more entries would have no weight than now.")
    return told


async def _movers(
    conn: Connection, scored: _Scored, both: tuple[Known, Known], draft: StoredSet
) -> list[dict[str, object]]:
    """The nominals who move farthest, each with what moves them."""
    twice, before = scored.twice, both[0]
    most = before.profile(draft.weights.force).scoring.largest_movers
    places = movers.largest(twice, most).tolist()
    ids = [twice.nominal_ids[i] for i in places]
    portion = await portions.of_some(conn, ids, before)
    force = {one.nominal_id: one.force for one in portion.people}
    return [
        _mover(twice, i, _parts(portion, int(scored.numbers[i]), both, force[who]))
        for i, who in zip(places, ids, strict=True)
    ]


Parts = Mapping[str, tuple[int, int]]


def _parts(
    portion: Portion, number: int, both: tuple[Known, Known], force: str | None
) -> Parts:
    """Micro-points before and after by kind of entry, what differs most first."""
    choices = both[0].profile(force).scoring
    own = portion.columns.nominal == number
    columns = portion.columns.of(own, choices.ending_outcomes, both[0].kinds)
    sums: dict[str, list[int]] = {}
    for which, known in enumerate(both):
        stored = known.weight_set(force)
        whole = stored.weights if stored else NO_SET
        counted = contributions(columns, known.day, whole, choices)
        given = zip(counted.columns.kind, counted.contribution, strict=True)
        for kind, micropoints in given:
            name = _name(columns.kinds[kind], both[1], force, choices)
            sums.setdefault(name, [0, 0])[which] += int(micropoints)
    order = sorted(sums.items(), key=lambda item: -abs(item[1][1] - item[1][0]))
    return {name: (was, now) for name, (was, now) in order if was != now}


def _name(kind: Kind, known: Known, force: str | None, choices: Scoring) -> str:
    """A kind in words; intelligence by its data set alone."""
    if kind.data_set in choices.by_data_set_only:
        return kind.data_set
    stored = known.weight_set(force)
    label = _label(stored.weights, kind) if stored else ""
    return f"{told(kind)} ({label})" if label else told(kind)


def _label(whole: WeightSet, kind: Kind) -> str:
    row = whole.find(kind)
    return row.label if row else ""


def _mover(twice: Twice, i: int, parts: Parts) -> dict[str, object]:
    was, now = int(twice.before[i]), int(twice.after[i])
    bands = [BANDS[int(b[i])].value for b in (twice.band_before, twice.band_after)]
    return {
        "nominal_id": twice.nominal_ids[i],
        "before": was / POINT,
        "after": now / POINT,
        "band_before": bands[0],
        "band_after": bands[1],
        "parts": {
            name: {"before": old / POINT, "after": new / POINT}
            for name, (old, new) in parts.items()
        },
        "because": _because(was, now, parts.items()),
    }


def _because(was: int, now: int, parts: Iterable[tuple[str, tuple[int, int]]]) -> str:
    way = "rises" if now > was else "falls"
    named = [f"{name} {(new - old) / POINT:+,.1f}" for name, (old, new) in parts]
    more = f", and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    why = f": {', '.join(named[:_NAMED])}{more}." if named else "."
    return f"The score {way} by {abs(now - was) / POINT:,.1f}{why}"
