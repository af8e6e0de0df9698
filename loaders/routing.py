"""WMP-5.2. The routing table: which department is told of which changes of band.

[[route]]
department = "Offender Management Unit, Northtown"
email = "omu.northtown@police.example"
force = "West Midlands"
lpu = "E1"
bands = ["HIGH", "MEDIUM"]
flags = ["MAPPA2", "MAPPA3"]

Only department must be there.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from pydantic import TypeAdapter, ValidationError

from geocorr.errors import PolicyError, UsageError
from geocorr.scoring.routing import Route
from loaders.forces import forces


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    route: tuple[Route, ...]


_FILE = TypeAdapter(_File)


def read(path: Path | None) -> tuple[Route, ...]:
    """The routes of a file in order; none without one.

    UsageError where it cannot be read; PolicyError where it is no TOML, names an
    unknown key or band, or a department or address that is none.
    """
    if path is None:
        return ()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        routes = _FILE.validate_python(told, strict=False).route
    except OSError as broken:
        raise UsageError(
            f"The routing {path} cannot be read ({broken.strerror}): give a file."
        ) from broken
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PolicyError(f"{path.name} is not a TOML file: {broken}.") from broken
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise PolicyError(f"Routing {path.name}: {key}: {first['msg']}.") from wrong
    return tuple(_checked(route, path.name) for route in routes)


def _checked(route: Route, file: str) -> Route:
    if not route.department.strip():
        raise PolicyError(f"Routing {file}: a route has a blank department.")
    address = route.email
    if address is not None and not _is_address(address):
        raise PolicyError(f"Routing {file}: {address[:80]} is no mail address.")
    known = forces().find(route.force) if route.force else None
    return replace(route, force=known.identifier) if known else route


def _is_address(text: str) -> bool:
    local, at, domain = text.partition("@")
    plain = text.isascii() and text.isprintable() and not {*" <>,;"} & {*text}
    return bool(local and at and "." in domain and plain)
