"""The policy in force as rows of a page. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from geocorr.keeping.retention import Kind, Retention
from loaders.profile import Profiles
from sql.boundaries import Name

Row = tuple[str, str]


def sections(choices: Mapping[str, object]) -> list[tuple[str, list[Row]]]:
    """Each section of the policy with its choices, as the file names them."""
    return [
        (name, _rows(table))
        for name, table in choices.items()
        if isinstance(table, Mapping)
    ]


def _rows(table: Mapping[str, object], before: str = "") -> list[Row]:
    found: list[Row] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            found += _rows(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", _told(value)))
    return found


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(_told, value)) or "none"
    return str(value)


def profiles(adopted: Profiles) -> list[tuple[str, str, str]]:
    """Which force has adopted which profile, and its hash; the rest last."""
    told = [(force, one.name, one.hash) for force, one in adopted.adopted.items()]
    national = adopted.of(None)
    return [*sorted(told), ("all others", national.name, national.hash)]


def periods(kept: Retention) -> list[tuple[str, int | None]]:
    """How many days each kind of thing is kept; None where a rule says it."""
    return [
        (kind.value.replace("_", " "), kept.days(kind))
        for kind in Kind
        if hasattr(kept, kind.value)
    ]


def rules(table: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """Each rule with its meaning and source."""
    return [(name, told["meaning"], told["source"]) for name, told in table.items()]


def areas(forces: Sequence[Name], lpus: Sequence[Name]) -> list[tuple[str, str, int]]:
    """Each force with a boundary, its code, and how many LPUs it has."""
    count = Counter(one.force for one in lpus)
    named = {one.force: one.code for one in forces}
    return [
        (force, named.get(force, "–"), count[force])
        for force in sorted({*named, *count})
    ]
