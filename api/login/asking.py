"""The dependency of every route that needs to know who asks."""

from typing import Annotated

from fastapi import Depends

from api.login.who import UserRole, Who

_THIS_MACHINE = Who(0, "this machine", "This machine", frozenset(UserRole))


async def asking() -> Who:
    """Whoever is on this machine, until accounts exist."""
    return _THIS_MACHINE


Asking = Annotated[Who, Depends(asking)]
