"""Known forces and crime types: data files beside this one, read once."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geocorr.errors import UsageError

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Force:
    """A police force: its identifier, display label and batch prefix."""

    identifier: str
    label: str
    prefix: str


class Forces:
    """Forces found by identifier, label or prefix, in any case."""

    def __init__(self, forces: tuple[Force, ...]) -> None:
        self.forces = forces
        self._by_name = {
            name.casefold(): force
            for force in forces
            for name in (force.identifier, force.label, force.prefix)
        }

    def find(self, name: str) -> Force | None:
        """The force of this name, None where there is none."""
        return self._by_name.get(name.strip().casefold())

    def named(self, name: str) -> Force:
        """The force of this name; UsageError where there is none."""
        found = self.find(name)
        if found is None:
            known = ", ".join(force.identifier for force in self.forces)
            raise UsageError(f"{name} is not a known force; known are {known}.")
        return found


@cache
def forces() -> Forces:
    """The forces of `forces.toml`."""
    table = tomllib.loads((_FOLDER / "forces.toml").read_text(encoding="utf-8"))
    return Forces(tuple(Force(k, v["label"], v["prefix"]) for k, v in table.items()))


@cache
def crime_types() -> Mapping[str, str]:
    """The crime types of `crime_types.toml`: code to meaning."""
    text = (_FOLDER / "crime_types.toml").read_text(encoding="utf-8")
    return {code.upper(): meaning for code, meaning in tomllib.loads(text).items()}
