"""The dependency of every route that needs to know who asks."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from api.login.who import Who


async def asking(request: Request) -> Who:
    """Who the door recognised; 401 for a stranger."""
    who = request.state.who
    if not isinstance(who, Who):
        raise HTTPException(401, "Log in first")
    return who


Asking = Annotated[Who, Depends(asking)]
