"""How it works: the method as a page, for officers, the defence and the court."""

from functools import cache
from importlib import resources

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from api.login.asking import Asking
from api.pages.rendering import page
from api.views import method

router = APIRouter(include_in_schema=False)


@router.get("/method")
async def shown(request: Request, who: Asking) -> Response:
    """The method, as it is kept with the software."""
    return page(request, who, "officer/method.html", text=_text())


@cache
def _text() -> Markup:
    text = (resources.files("geocorr") / "method.md").read_text(encoding="utf-8")
    return Markup(method.html(text))  # noqa: S704  our own text, and raw HTML is off
