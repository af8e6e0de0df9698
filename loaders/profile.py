"""Profiles: the shipped ones by name, and which force has adopted which.

A file of adoptions names, for each force, a profile and what it overrides:

    ["West Midlands"]
    profile = "wmp"
    scoring.decay = "step"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import geocorr
from geocorr.errors import PolicyError, UsageError
from geocorr.profile import Profile
from loaders.forces import forces

_FOLDER = Path(geocorr.__file__).parent / "profiles"
_PROFILE = TypeAdapter(Profile)
NATIONAL = "national"

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profile of each force that has adopted one; all others are national."""

    adopted: Mapping[str, Profile]

    def of(self, force: str | None) -> Profile:
        """The profile of a force, by whichever of its names; else the national one."""
        known = forces().find(force) if force else None
        names = (known.identifier, known.label, known.prefix) if known else ()
        adopted = (name for name in (force, *names) if name in self.adopted)
        named = next(adopted, None)
        return shipped(NATIONAL) if named is None else self.adopted[named]


@cache
def names() -> tuple[str, ...]:
    """The profiles that geocorr ships."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def shipped(name: str) -> Profile:
    """A shipped profile; PolicyError where there is none of this name."""
    return _made(name, _table(name))


def read(path: Path | None) -> Profiles:
    """Who adopted what, by a file; nobody anything without one.

    UsageError where it cannot be read; PolicyError where it is no TOML, names a
    profile that is not there, an unknown choice or an impossible number.
    """
    if path is None:
        return Profiles({})
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as broken:
        raise UsageError(
            f"The profiles {path} cannot be read ({broken.strerror}): give a file."
        ) from broken
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PolicyError(f"{path.name} is not a TOML file: {broken}.") from broken
    return Profiles({force: _adopted(force, table) for force, table in told.items()})


def kept(choices: Table) -> Profile:
    """A profile as it was kept with a result; what has been added since is national."""
    return _made("what was kept", _laid(_table(NATIONAL), choices))


def _adopted(force: str, table: object) -> Profile:
    if not isinstance(table, dict) or "profile" not in table:
        raise PolicyError(f'["{force}"] must name a profile: {", ".join(names())}.')
    changes = {key: value for key, value in table.items() if key != "profile"}
    return _made(force, _laid(_table(str(table["profile"])), changes))


def _table(name: str) -> Table:
    """A shipped profile as a table, laid over the national one."""
    if name not in names():
        raise PolicyError(f"There is no profile {name}: take {', '.join(names())}.")
    ours = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return ours if name == NATIONAL else _laid(_table(NATIONAL), ours)


def _laid(base: Table, changes: Table) -> Table:
    """`changes` over `base`, section by section; neither is altered."""
    laid = dict(base)
    for key, value in changes.items():
        old = laid.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        laid[key] = _laid(old, value) if both else value  # type: ignore[arg-type]
    return laid


def _made(where: str, table: Table) -> Profile:
    try:
        return _PROFILE.validate_python(dict(table), strict=False)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"Profile of {where}: {key}: {first['msg']}.") from wrong
