"""What the worker answers of is first looked at as who asks: theirs, or not there."""

from collections.abc import Iterable, Sequence

from api.rest.services import Services
from geocorr.errors import NotFound
from sql import crimes, orders


async def must_see_crimes(parts: Services, asked: Iterable[tuple[str, str]]) -> None:
    """NotFound for a crime, by force and reference, that who asks may not see."""
    async with parts.reading() as conn:
        for crime in asked:
            await crimes.versions(conn, *crime)


async def must_see_nominals(parts: Services, asked: Sequence[str]) -> None:
    """NotFound for a nominal whose tag orders who asks may not see."""
    async with parts.reading() as conn:
        held = await orders.of_nominals(conn, asked)
    if hidden := sorted(set(asked) - {order.nominal_id for order in held}):
        raise NotFound(
            f"No tag order names {', '.join(hidden)}, or it is not yours to see: "
            "look at how the id is spelt."
        )
