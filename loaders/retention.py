"""The periods of retention: the shipped `retention.toml`, and one laid over it."""

import tomllib
from functools import cache
from pathlib import Path

import geocorr
from geocorr.errors import PolicyError, UsageError
from geocorr.keeping.retention import Retention, from_mapping

_SHIPPED = Path(geocorr.__file__).parent / "retention.toml"


@cache
def shipped() -> Retention:
    """The periods that geocorr ships."""
    return from_mapping(_read(_SHIPPED))


def read(path: Path | None) -> Retention:
    """The shipped periods with those of a file laid over them.

    UsageError where it cannot be read; PolicyError where it is no TOML, names an
    unknown kind or an impossible period.
    """
    if path is None:
        return shipped()
    try:
        return from_mapping({**_read(_SHIPPED), **_read(path)})
    except PolicyError as wrong:
        raise PolicyError(f"{path.name}: {wrong}") from wrong


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as broken:
        raise UsageError(
            f"{path} cannot be read ({broken.strerror}): give a file."
        ) from broken
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PolicyError(f"It is no TOML file: {broken}.") from broken
