"""Nominals on a page: how they are called, and who owns them. Pure."""

from collections.abc import Iterable, Mapping

from geocorr.model import Nominal
from sql.owners import Owned
from sql.people import Listed

_QUEUES = {
    "not_decided": "not looked at yet",
    "to_be_placed": "address to be placed",
    "contradictory": "contradictory addresses",
    "on_the_line": "on the line between two areas",
    "outside": "outside all areas",
    "not_aligned": "no fixed abode",
    "disputed": "disputed",
}


def names(found: Iterable[Nominal]) -> Mapping[str, str]:
    """How each nominal is called, by id."""
    return {one.nominal_id: called(one) for one in found}


def called(one: Nominal | Listed) -> str:
    """Given names, then family name."""
    return f"{one.given_names} {one.family_name}".strip()


def owner(one: Owned | Listed) -> str:
    """Who owns, or as what the nominal waits."""
    if one.queue is not None:
        return f"nobody: {_QUEUES.get(one.queue, one.queue)}"
    return ", ".join(word for word in (one.lpu, one.force) if word)


def shared(one: Owned | Listed) -> str:
    """The areas that share a nominal; nothing where none does."""
    return ", ".join(str(area.get("lpu") or area.get("force")) for area in one.joint)
