"""Another policy tried on stored crimes: matched, read, and undone."""

from collections.abc import Sequence

from api.matches.matching import Why, match
from geocorr.errors import UsageError
from geocorr.model import Hit
from geocorr.policy import Policy
from sql import hits
from sql.db import Connection, transaction

# Stored trails are judged and cut by these choices when they are loaded.
_OF_TRAILS = ("accuracy", "feed", "trust", "stop", "line")


class _Undo(Exception):
    """Not an error: the way out of a transaction that keeps nothing."""


def check_comparable(ours: Policy, other: Policy) -> None:
    """UsageError where the other policy would have stored the trails otherwise."""
    for name in _OF_TRAILS:
        if getattr(ours, name) != getattr(other, name):
            raise UsageError(
                f"Stored trails are judged by [{name}] as it was when they were "
                "loaded: compare policies that differ there on files, with "
                "geocorr match --policy A --policy B."
            )


async def tried(
    conn: Connection, version_ids: Sequence[int], policy: Policy
) -> tuple[Hit, ...]:
    """What a match of these crime versions by this policy finds; nothing is kept."""
    found: tuple[Hit, ...] = ()
    try:
        async with transaction(conn):
            why = Why("rematch", "a policy was tried")
            done = await match(conn, version_ids, policy, why)
            found = tuple(s.hit for s in await hits.listed(conn, run=done.run))
            raise _Undo
    except _Undo:
        return found
