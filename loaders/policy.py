"""The policy file: the shipped `policy.toml`, and one laid over it."""

import tomllib
from functools import cache
from pathlib import Path

import geocorr
from geocorr.errors import PolicyError
from geocorr.policy import Policy, from_mapping, overlay

_PACKAGE = Path(geocorr.__file__).parent


@cache
def shipped() -> Policy:
    """The policy that geocorr ships."""
    return from_mapping(tomllib.loads((_PACKAGE / "policy.toml").read_text()))


def read(path: Path | None) -> Policy:
    """The shipped policy with the choices of `path` laid over it.

    PolicyError where the file is no TOML, has an unknown key or an impossible number.
    """
    if path is None:
        return shipped()
    try:
        changes = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise PolicyError(f"{path.name} is not a TOML file: {broken}.") from broken
    return overlay(shipped(), changes)


@cache
def rules() -> dict[str, dict[str, str]]:
    """Every rule id with its source and meaning."""
    return tomllib.loads((_PACKAGE / "rules.toml").read_text())
