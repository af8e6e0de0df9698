"""The policy file: the shipped `policy.toml`, and one laid over it by path or name."""

import tomllib
from functools import cache
from pathlib import Path

import geocorr
from geocorr.errors import PolicyError, UsageError
from geocorr.policy import Policy, from_mapping, overlay

_PACKAGE = Path(geocorr.__file__).parent


@cache
def shipped() -> Policy:
    """The policy that geocorr ships."""
    return from_mapping(tomllib.loads((_PACKAGE / "policy.toml").read_text()))


@cache
def named() -> dict[str, Path]:
    """The choices that have a name, such as `national_hub`; each laid over ours."""
    found = sorted((_PACKAGE / "policies").glob("*.toml"))
    return {path.stem: path for path in found}


def read(path: Path | None) -> Policy:
    """The shipped policy with the choices of a file, or of a name, laid over it.

    PolicyError where the file is no TOML, has an unknown key or an impossible number;
    UsageError where there is no such file and no such name.
    """
    if path is None:
        return shipped()
    try:
        text = named().get(str(path), path).read_text(encoding="utf-8-sig")
    except OSError as broken:
        raise UsageError(
            f"The policy {path} cannot be read ({broken.strerror}): give a file, or "
            f"one of {', '.join(named())}."
        ) from broken
    except UnicodeDecodeError as broken:
        raise PolicyError(f"{path.name} is not a TOML file: {broken}.") from broken
    return _laid(path.name, text)


def _laid(name: str, text: str) -> Policy:
    try:
        return overlay(shipped(), tomllib.loads(text))
    except tomllib.TOMLDecodeError as broken:
        raise PolicyError(f"{name} is not a TOML file: {broken}.") from broken
    except PolicyError as wrong:
        raise PolicyError(f"{name}: {wrong}") from wrong


@cache
def rules() -> dict[str, dict[str, str]]:
    """Every rule id with its source and meaning."""
    return tomllib.loads((_PACKAGE / "rules.toml").read_text())
