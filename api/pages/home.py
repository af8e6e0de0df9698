"""The first page: what waits for whoever came in."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.login.asking import Asking
from api.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home(request: Request, who: Asking) -> Response:
    """What waits, by role."""
    return page(request, who, "home.html")
