"""Lists of hits: searched, sorted, counted, quick with a million of them.

`hit_listed` holds a narrow row for each hit that stands or was recalled; `hit_filed`
says the same, slowly, of every hit there ever was. Where few are asked for, all are
gathered and sorted; where very many are, an index is walked in the order asked for, in
which a page of them is soon together.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sql import hits, queries
from sql.asked import BEGAN, MEETS, STARTS, WITHIN, Asked
from sql.db import Connection
from sql.hits import StoredHit

Q = queries.read("hit_search")

# So many are gathered and sorted; of more a page is read in the order of an index.
MANY = 10_000
# The stages of hits that stand; what was recalled stands no more.
_LIVE = (
    "unreviewed",
    "qualified",
    "dismissed",
    "sent",
    "ruled_in",
    "ruled_out",
    "needs_more",
)
_RECALLED = "recalled"


class Sort(StrEnum):
    """In which order hits are read."""

    CRIME = "crime"
    STRENGTH = "strength"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class HitFilter:
    """Which hits are asked for, and in which order; None = any.

    `batch` is a delivery's number, `state` live, superseded or retired, `stage` how
    far people are with it: one, or one of several. `starts` is how a crime's reference
    begins, in any case; from `from_at` until before `to_at` is a time that the crime's
    window meets; `around` is x and y in metres of the working CRS, and a distance in
    metres; `nominals` are several of whom one is meant.
    """

    force: str | None = None
    reference: str | None = None
    batch: int | None = None
    device_id: str | None = None
    nominal_id: str | None = None
    verdict: str | None = None
    run: int | None = None
    state: str | None = "live"
    sort: Sort = Sort.CRIME
    stage: str | tuple[str, ...] | None = None
    starts: str | None = None
    crime_type: str | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None
    around: tuple[float, float, float] | None = None
    nominals: tuple[str, ...] | None = None

    def stages(self) -> list[str]:
        """The stages that are asked for."""
        if isinstance(self.stage, str):
            return [self.stage]
        any_of = _LIVE if self.state == "live" else (*_LIVE, _RECALLED)
        return list(self.stage or any_of)

    def listed(self) -> bool:
        """Is all that is asked for among what stands or was recalled?"""
        return self.run is None and (
            self.state == "live" or self.stages() == [_RECALLED]
        )


async def find(
    conn: Connection,
    asked: HitFilter,
    limit: int = 50,
    offset: int = 0,
    *,
    exact: bool = True,
) -> tuple[int, list[StoredHit]]:
    """How many hits there are, and a page of them in the order asked for.

    Not `exact`: where there are more than MANY, that number and one.
    """
    total, ids = await _few(conn, asked, limit, offset)
    if total is None:
        ids = await _many(conn, asked, limit, offset)
        total = await _count(conn, asked) if exact else MANY + 1
    stored = {hit.id: hit for hit in await hits.listed(conn, ids=ids)} if ids else {}
    return total, [stored[i] for i in ids]


_BY_STRENGTH = (
    "found as listed order by listed.ratio desc, listed.probability desc,"
    " listed.rank, listed.hit"
)
_BY_CRIME = (
    "found as listed cross join lateral (select force, reference from crime"
    " where id = listed.crime offset 0) as crime order by crime.force,"
    " crime.reference, listed.device_id, listed.nominal_id, listed.hit"
)
_ORDERED = {
    Sort.CRIME: _BY_CRIME,
    Sort.STRENGTH: _BY_STRENGTH,
    Sort.NEWEST: "found as listed order by listed.hit desc",
}


async def _few(
    conn: Connection, asked: HitFilter, limit: int, offset: int
) -> tuple[int | None, list[int]]:
    """How many, and a page of them; None where there are very many.

    What stands together far from the beginning of an order is always gathered.
    """
    most = None if _together(asked) else MANY + 1
    made = Asked([limit, offset, most])
    _stages(made, asked)
    _narrowly(made, asked)
    order = _ORDERED[asked.sort]
    rows = await made.fetched(conn, Q["few"], source=_source(asked), ordered=order)
    total, ids = rows[0]
    return (None, []) if ids is None else (total, ids)


def _together(asked: HitFilter) -> bool:
    """Crimes of one batch or round one place, among crimes; old ones, among hits."""
    if asked.sort is Sort.CRIME:
        return asked.batch is not None or asked.around is not None
    return asked.sort is Sort.NEWEST and asked.to_at is not None


async def _many(
    conn: Connection, asked: HitFilter, limit: int, offset: int
) -> list[int]:
    texts = {
        Sort.CRIME: Q["many_by_crime"],
        Sort.STRENGTH: Q["many_by_strength"],
        Sort.NEWEST: Q["many_newest"],
    }
    made = Asked([limit, offset])
    if asked.sort is Sort.STRENGTH:
        _each_stage(made, asked)
    else:
        if asked.sort is Sort.CRIME:
            made.parameters.append(asked.force)
        _stages(made, asked)
    _one_by_one(made, asked)
    rows = await made.fetched(conn, texts[asked.sort], source=_source(asked))
    return [row[0] for row in rows]


async def _count(conn: Connection, asked: HitFilter) -> int:
    made = Asked([])
    _stages(made, asked)
    _narrowly(made, asked)
    rows = await made.fetched(conn, Q["count_many"], source=_source(asked))
    return int(rows[0][0])


# What parts of a filter ask of a row itself.
_OF_THE_ROW = {
    "force": "listed.force = {}::text",
    "device_id": "listed.device_id = {}::text",
    # The rank is in the index of the strengths.
    "verdict": "listed.verdict = {0}::text and listed.rank = verdict_rank({0}::text)",
    "crime_type": "listed.crime_type = {}::text",
}
_OF_HITS = {
    "run": "run = {}::bigint",
    "nominal_id": "nominal_id = {}::text",
    "nominals": "nominal_id = any({}::text[])",
}
_OF_CRIMES = {
    "reference": "reference_key = upper({0}::text) and reference = {0}::text",
    "starts": STARTS,
}


def _source(asked: HitFilter) -> str:
    return "hit_listed" if asked.listed() else "hit_filed"


def _stages(made: Asked, asked: HitFilter) -> None:
    """Ask for stages and state."""
    if asked.listed() or asked.stage is not None:
        made.put("listed.stage = any({}::text[])", asked.stages())
    _state(made, asked)


def _each_stage(made: Asked, asked: HitFilter) -> None:
    """The same where each stage is read on its own, as the next parameter."""
    if asked.listed() or asked.stage is not None:
        made.parameters.append(asked.stages())
        made.conditions.append("listed.stage = asked.stage")
    else:
        made.parameters.append(["any"])
    _state(made, asked)


def _state(made: Asked, asked: HitFilter) -> None:
    if not asked.listed() and asked.state is not None:
        made.put("listed.state = {}::text", asked.state)


def _narrowly(made: Asked, asked: HitFilter) -> None:
    """Ask for the rest so that few rows can be found by any of it."""
    made.put_each(asked, _OF_THE_ROW)
    made.put_each(asked, _OF_HITS, "listed.hit in (select id from hit where %s)")
    made.put_each(asked, _OF_CRIMES, "listed.crime in (select id from crime where %s)")
    if asked.batch is not None:
        made.put(
            "(listed.crime, listed.crime_version) in (select v.crime, v.id"
            " from batch_crime join crime_version as v"
            " on v.id = batch_crime.crime_version"
            " where batch_crime.batch = {}::bigint)",
            asked.batch,
        )
    of_version = (
        "(listed.crime, listed.crime_version) in"
        " (select crime, id from crime_version where %s)"
    )
    _of_versions(made, asked, of_version, MEETS + BEGAN)


def _one_by_one(made: Asked, asked: HitFilter) -> None:
    """Ask for the rest of each row that is come by; `offset 0` keeps it so."""
    made.put_each(asked, _OF_THE_ROW)
    of = "exists (select from {0} where id = listed.{0} and %s offset 0)"
    made.put_each(asked, _OF_HITS, of.format("hit"))
    made.put_each(asked, _OF_CRIMES, of.format("crime"))
    if asked.batch is not None:
        made.put(
            "exists (select from batch_crime where batch = {}::bigint"
            " and batch_crime.crime_version = listed.crime_version offset 0)",
            asked.batch,
        )
    _of_versions(made, asked, of.format("crime_version"), MEETS)


def _of_versions(made: Asked, asked: HitFilter, around: str, window: str) -> None:
    if asked.around is not None:
        made.put(around % WITHIN, *asked.around)
    if asked.from_at is not None or asked.to_at is not None:
        made.put(around % window, asked.from_at, asked.to_at)
