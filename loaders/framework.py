"""The performance framework's choices, and totals that others have published.

A file of totals holds any of the tables, as they were published:

    source = "West Midlands Police board paper, paragraph 44"
    [[idiom]]                 # WMP2-44; `printed` are figures to be checked
    cohort = "currently managed"
    nominals = 2246
    male = 2124
    female = 115
    offences_a_year = { pre = 13640, during_post = 6264, printed = { ... } }
    cost_a_year = { pre = 61008367, during_post = 26581071 }
    [lead_agencies]           # LEICS-5; cases by agency
    NPS = 183
    [growth]                  # LEICS-12; nominals by day
    2019-09-20 = 389
    [reduction]               # LEICS-10; offences
    before = { first = 2018-04-01, last = 2018-09-30, offences = 1000 }
    after = { first = 2019-04-01, last = 2019-09-30, offences = 625 }
    [[housing]]               # LEICS-23
    area = "City"
    type = "single room"
    nominals = 12
"""

import tomllib
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

import geocorr
from geocorr.errors import PolicyError, UsageError
from geocorr.performance.choices import Framework
from geocorr.performance.idiom import Totals

_SHIPPED = Path(geocorr.__file__).parent / "performance/framework.toml"
Made = TypeVar("Made")
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class Counted:
    """Offences in the days from the first to the last."""

    first: date
    last: date
    offences: int


@dataclass(frozen=True, config=_STRICT)
class Reduction:
    """LEICS-10. What is compared."""

    before: Counted
    after: Counted


@dataclass(frozen=True, config=_STRICT)
class Need:
    """LEICS-23. How many nominals of an area need housing of a type."""

    area: str
    type: str
    nominals: int


@dataclass(frozen=True, config=_STRICT)
class Published:
    """What a file of totals holds, and whose figures they are."""

    source: str
    idiom: tuple[Totals, ...] = ()
    lead_agencies: Mapping[str, int] = field(default_factory=dict)
    growth: Mapping[date, int] = field(default_factory=dict)
    reduction: Reduction | None = None
    housing: tuple[Need, ...] = ()
    managed: int = 0


_FRAMEWORK = TypeAdapter(Framework)
_PUBLISHED = TypeAdapter(Published)


@cache
def shipped() -> Framework:
    """The choices that geocorr ships."""
    return _made(_FRAMEWORK, _SHIPPED.name, _read(_SHIPPED))


def framework(path: Path | None) -> Framework:
    """The choices of a file, laid over the shipped ones key by key.

    UsageError where it cannot be read; PolicyError where it is no TOML, names an
    unknown choice or an impossible number.
    """
    if path is None:
        return shipped()
    return _made(_FRAMEWORK, path.name, {**_read(_SHIPPED), **_read(path)})


def published(path: Path) -> Published:
    """Totals that others have published; UsageError and PolicyError as above."""
    return _made(_PUBLISHED, path.name, _read(path))


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as broken:
        raise UsageError(
            f"{path} cannot be read ({broken.strerror}): give a file."
        ) from broken
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PolicyError(f"{path.name} is not a TOML file: {broken}.") from broken


def _made(kind: TypeAdapter[Made], name: str, table: Mapping[str, object]) -> Made:
    try:
        return kind.validate_python(dict(table), strict=False)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"{name}: {key}: {first['msg']}.") from wrong
