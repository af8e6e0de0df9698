"""Parameters that routes share, and the page that every list comes in."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Generic, TypeVar

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict

from geocorr.dates import LONDON
from geocorr.errors import UsageError
from loaders.forces import forces

T = TypeVar("T")
_LARGEST_ID = 2**63 - 1
_YEARS = range(1970, 2200)


def _text(value: str) -> str:
    if "\0" in value:
        raise ValueError("it holds a NUL character")
    # JSON can escape half of a surrogate pair, which no database stores.
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("it holds half a character")
    return value


def _in_reach(at: date) -> date:
    if at.year not in _YEARS:
        raise ValueError(f"give a year from {_YEARS[0]} to {_YEARS[-1]}")
    return at


def _utc(at: datetime) -> datetime:
    _in_reach(at)
    return at.astimezone(UTC)


Text = Annotated[str, AfterValidator(_text)]
Word = Annotated[Text | None, Query(max_length=200)]
Number = Annotated[int, Path(ge=1, le=_LARGEST_ID)]
SomeNumber = Annotated[int | None, Query(ge=1, le=_LARGEST_ID)]
Day = Annotated[date, AfterValidator(_in_reach)]
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Limit = Annotated[int, Query(ge=1, le=1000, description="Rows on a page.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000, description="Rows before it.")]


class Asked(BaseModel):
    """What a list may be asked for. A misspelt name is refused, never passed over."""

    model_config = ConfigDict(extra="forbid")

    offset: Offset = 0


class AskedPage(Asked):
    """A list of which pages are read."""

    limit: Limit = 50


class Page(BaseModel, Generic[T]):
    """A page of a list: how many there are in all, where it begins, and its rows."""

    total: int
    limit: int
    offset: int
    items: list[T]


def force_named(name: str | None) -> str | None:
    """The identifier of a force by any of its names; what is unknown stays."""
    known = None if name is None else forces().find(name)
    return known.identifier if known else name


def crime_named(crime: str | None, force: str | None) -> tuple[str | None, str | None]:
    """Force and reference of FORCE/REF; without it the force that was asked for.

    UsageError for a reference alone (two forces may use the same one), and for a
    crime of another force than was asked for.
    """
    asked = force_named(force)
    if crime is None:
        return asked, None
    name, slash, reference = crime.partition("/")
    if not (slash and name and reference):
        raise UsageError("Give the crime as FORCE/REF.")
    if asked not in (None, force_named(name)):
        raise UsageError("The crime is of another force than was asked for.")
    return force_named(name), reference


def london_midnight(day: date | None, days_later: int = 0) -> datetime | None:
    """The UTC instant at which a day begins in London, or some days after."""
    if day is None:
        return None
    begins = datetime.combine(day + timedelta(days_later), time(), LONDON)
    return begins.astimezone(UTC)
