"""What the search forms of hits and crimes ask, out of the address of the page."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from fastapi import Request

from api.pages import typed
from api.pages.forms import Form, Wrong
from api.rest.parameters import force_named, london_midnight
from api.views.batches import OUTCOMES
from api.views.words import said
from geocorr.geo import WorkingCrs
from geocorr.model import Verdict
from geocorr.performance.review import Stage
from loaders.forces import crime_types, forces
from sql import crime_search, waiting
from sql.crime_search import CrimeFilter
from sql.db import Connection
from sql.hit_search import HitFilter, Sort

# Of more people who are called alike a search does not tell.
_NAMESAKES = 200
_LARGEST_ID = 2**63 - 1
DISTANCES = (100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000)
_VERDICTS = (Verdict.HIT, Verdict.PASSED, Verdict.POSSIBLE)

Around = tuple[float, float, float]


class State(StrEnum):
    """Of a crime: does it stand, or did its force take it back?"""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"


def form_of(request: Request) -> Form:
    """What stands in the address, as if it had been typed into the form."""
    found: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        found.setdefault(name, []).append(text)
    return Form(found)


def page_of(form: Form) -> int:
    """Which page of the list, from 1."""
    text = form.value("page", "1")
    return max(1, int(text)) if digits(text) else 1


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the search forms offer: value and words."""
    types = crime_types().items()
    return {
        "forces": [(one.identifier, one.label) for one in forces().forces],
        "types": [(code, f"{code}, {meaning}") for code, meaning in types],
        "distances": [(str(d), f"{d:,} m") for d in DISTANCES],
        "verdicts": [(one.value, said(one.value)) for one in _VERDICTS],
        "stages": [(one.value, said(one.value)) for one in Stage],
        "states": [(one.value, said(one.value)) for one in State],
        "outcomes": list(OUTCOMES.items()),
    }


async def hits_asked(conn: Connection, form: Form, crs: WorkingCrs) -> HitFilter:
    """Which hits; Wrong at a field that cannot be read."""
    stage = one_of(form, "stage", Stage)
    begin, end = _days(form)
    return HitFilter(
        force=force_named(form.maybe("force") or None),
        batch=_number(form, "batch"),
        device_id=form.maybe("device") or None,
        verdict=one_of(form, "verdict", Verdict),
        state=None if stage == Stage.RECALLED else "live",
        sort=Sort(one_of(form, "sort", Sort) or Sort.STRENGTH),
        stage=stage,
        starts=form.maybe("reference") or None,
        crime_type=form.maybe("type").upper() or None,
        from_at=begin,
        to_at=end,
        around=await _around(conn, form, crs),
        nominals=await _people(conn, form),
    )


async def crimes_asked(conn: Connection, form: Form, crs: WorkingCrs) -> CrimeFilter:
    """Which crimes; Wrong at a field that cannot be read."""
    begin, end = _days(form)
    return CrimeFilter(
        force=force_named(form.maybe("force") or None),
        crime_type=form.maybe("type").upper() or None,
        from_at=begin,
        to_at=end,
        state=one_of(form, "state", State),
        starts=form.maybe("reference") or None,
        around=await _around(conn, form, crs),
        nominals=await _people(conn, form),
        batch=_number(form, "batch"),
        sort=crime_search.Sort(
            one_of(form, "sort", crime_search.Sort) or crime_search.Sort.NEWEST
        ),
    )


def asked_terms(form: Form) -> dict[str, object]:
    """What the audit keeps of a search: which terms, and no name and no place."""
    told = ("force", "batch", "reference", "type", "verdict", "stage", "from", "to")
    named = {name: text for name in told if (text := form.value(name))}
    hidden = [name for name in ("person", "device", "place") if form.value(name)]
    hidden += ["map"] if form.value("easting") else []
    return {**named, "also": hidden} if hidden else dict(named)


def _days(form: Form) -> tuple[datetime | None, datetime | None]:
    """London's days, the last one included, as instants."""
    first, last = form.maybe_day("from"), form.maybe_day("to")
    if first and last and last < first:
        raise Wrong("to", "The last day comes before the first.")
    return london_midnight(first), london_midnight(last, 1)


def _number(form: Form, name: str) -> int | None:
    text = form.maybe(name)
    if not text:
        return None
    if not (digits(text) and 0 < int(text) <= _LARGEST_ID):
        raise Wrong(name, "Give the number of a batch, as it stands in its address.")
    return int(text)


def digits(text: str) -> bool:
    """Is it a whole number of ours, as it stands in an address?"""
    return text.isascii() and text.isdigit() and len(text) < 20


def one_of(form: Form, name: str, kind: type[StrEnum]) -> str | None:
    """A word of a list, None for none; Wrong for one that is not in it."""
    text = form.maybe(name)
    if not text:
        return None
    try:
        return kind(text).value
    except ValueError as unknown:
        known = ", ".join(kind)
        raise Wrong(name, f"There is no such {name}: one of {known}.") from unknown


async def _around(conn: Connection, form: Form, crs: WorkingCrs) -> Around | None:
    east, north = form.maybe("easting"), form.maybe("northing")
    if not form.maybe("place"):
        if not (east or north):
            return None
        # Chosen on the map.
        form = replace(form, typed={**form.typed, "place": [f"{east}, {north}"]})
    within_m = form.number("within", "Give a distance in metres.")
    if not 0 < within_m <= DISTANCES[-1]:
        raise Wrong("within", f"Give a distance up to {DISTANCES[-1]:,} m.")
    return (*await typed.place(conn, form, "place", crs), within_m)


async def _people(conn: Connection, form: Form) -> tuple[str, ...] | None:
    """The identifiers that are meant; what is typed is one of them."""
    name = form.maybe("person")
    if not name:
        return None
    found = await waiting.people_named(conn, name, _NAMESAKES + 1)
    if len(found) > _NAMESAKES:
        raise Wrong(
            "person", f"More than {_NAMESAKES} people are called so: type more."
        )
    return (name, *found)
