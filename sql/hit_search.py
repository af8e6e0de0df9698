"""Lists of hits: searched, sorted, counted, quick with a million of them.

`hit_listed` holds a narrow row for each hit that stands or was recalled; `hit_filed`
says the same, slowly, of every hit there ever was. Where few are asked for, all are
gathered and sorted; where very many are, an index is walked in the order asked for, in
which a page of them is soon together. Only what is asked for stands in the statement.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sql import hits, queries
from sql.db import Connection, Record
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

    Crimes of one batch, or round one place, stand together in the order of crimes:
    walking there from the first could take long, so they are always gathered.
    """
    together = asked.batch is not None or asked.around is not None
    most = None if together and asked.sort is Sort.CRIME else MANY + 1
    made = _Asked([limit, offset, most])
    made.stages(asked)
    made.narrowly(asked)
    rows = await made.fetched(conn, asked, Q["few"], ordered=_ORDERED[asked.sort])
    total, ids = rows[0]
    return (None, []) if ids is None else (total, ids)


async def _many(
    conn: Connection, asked: HitFilter, limit: int, offset: int
) -> list[int]:
    texts = {
        Sort.CRIME: Q["many_by_crime"],
        Sort.STRENGTH: Q["many_by_strength"],
        Sort.NEWEST: Q["many_newest"],
    }
    made = _Asked([limit, offset])
    if asked.sort is Sort.STRENGTH:
        made.each_stage(asked)
    else:
        if asked.sort is Sort.CRIME:
            made.parameters.append(asked.force)
        made.stages(asked)
    made.one_by_one(asked)
    rows = await made.fetched(conn, asked, texts[asked.sort])
    return [row[0] for row in rows]


async def _count(conn: Connection, asked: HitFilter) -> int:
    made = _Asked([])
    made.stages(asked)
    made.narrowly(asked)
    return int((await made.fetched(conn, asked, Q["count_many"]))[0][0])


# What parts of a filter ask of a row itself; {} is the parameter.
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
    # No letter comes after the last one that there can be.
    "starts": "reference_key >= upper({0}::text)"
    " and reference_key < upper({0}::text) || chr(1114111)",
}
_WITHIN = (
    "x_m between {0}::float8 - {2}::float8 and {0}::float8 + {2}::float8"
    " and y_m between {1}::float8 - {2}::float8 and {1}::float8 + {2}::float8"
    " and (x_m - {0}::float8) ^ 2 + (y_m - {1}::float8) ^ 2 <= {2}::float8 ^ 2"
)
_MEETS = (
    "window_to >= coalesce({0}::timestamptz, '-infinity')"
    " and window_from < coalesce({1}::timestamptz, 'infinity')"
)
# No window is longer than the longest: so it cannot have begun before that.
_BEGAN = (
    " and window_from >= coalesce({0}::timestamptz, '-infinity')"
    " - (select max(window_to - window_from) from crime_version)"
)


@dataclass(slots=True)
class _Asked:
    """Conditions with the parameters that they name; the query's own come first."""

    parameters: list[object]
    conditions: list[str] = field(default_factory=list)

    def put(self, condition: str, *values: object) -> None:
        """One condition more, its values as the next parameters."""
        first = len(self.parameters) + 1
        names = [f"${first + n}" for n in range(len(values))]
        self.conditions.append(condition.format(*names))
        self.parameters.extend(values)

    def stages(self, asked: HitFilter) -> None:
        """Ask for stages and state."""
        if asked.listed() or asked.stage is not None:
            self.put("listed.stage = any({}::text[])", asked.stages())
        self._state(asked)

    def each_stage(self, asked: HitFilter) -> None:
        """The same where each stage is read on its own, as the next parameter."""
        if asked.listed() or asked.stage is not None:
            self.parameters.append(asked.stages())
            self.conditions.append("listed.stage = asked.stage")
        else:
            self.parameters.append(["any"])
        self._state(asked)

    def _state(self, asked: HitFilter) -> None:
        if not asked.listed() and asked.state is not None:
            self.put("listed.state = {}::text", asked.state)

    def narrowly(self, asked: HitFilter) -> None:
        """Ask for the rest so that few rows can be found by any of it."""
        self._of_the_row(asked)
        self._each(asked, _OF_HITS, "listed.hit in (select id from hit where %s)")
        self._each(asked, _OF_CRIMES, "listed.crime in (select id from crime where %s)")
        of_version = (
            "(listed.crime, listed.crime_version) in"
            " (select crime, id from crime_version where %s)"
        )
        if asked.batch is not None:
            self.put(
                "(listed.crime, listed.crime_version) in (select v.crime, v.id"
                " from batch_crime join crime_version as v"
                " on v.id = batch_crime.crime_version"
                " where batch_crime.batch = {}::bigint)",
                asked.batch,
            )
        self._of_versions(asked, of_version, _MEETS + _BEGAN)

    def one_by_one(self, asked: HitFilter) -> None:
        """Ask for the rest of each row that is come by; `offset 0` keeps it so."""
        self._of_the_row(asked)
        each = "exists (select from {} where id = listed.{} and %s offset 0)"
        self._each(asked, _OF_HITS, each.format("hit", "hit"))
        self._each(asked, _OF_CRIMES, each.format("crime", "crime"))
        if asked.batch is not None:
            self.put(
                "exists (select from batch_crime where batch = {}::bigint"
                " and batch_crime.crime_version = listed.crime_version offset 0)",
                asked.batch,
            )
        of_version = each.format("crime_version", "crime_version")
        self._of_versions(asked, of_version, _MEETS)

    def _of_the_row(self, asked: HitFilter) -> None:
        self._each(asked, _OF_THE_ROW, "%s")

    def _each(self, asked: HitFilter, asks: dict[str, str], around: str) -> None:
        for name, condition in asks.items():
            if (value := getattr(asked, name)) is not None:
                self.put(around % condition, value)

    def _of_versions(self, asked: HitFilter, around: str, window: str) -> None:
        if asked.around is not None:
            self.put(around % _WITHIN, *asked.around)
        if asked.from_at is not None or asked.to_at is not None:
            self.put(around % window, asked.from_at, asked.to_at)

    async def fetched(
        self, conn: Connection, asked: HitFilter, text: str, ordered: str = ""
    ) -> list[Record]:
        """What the statement finds; prepared for this once, so planned for it."""
        source = "hit_listed" if asked.listed() else "hit_filed"
        only = " and ".join(self.conditions) or "true"
        statement = await conn.prepare(
            text.format(source=source, only=only, ordered=ordered)
        )
        rows: list[Record] = await statement.fetch(*self.parameters)
        return rows
