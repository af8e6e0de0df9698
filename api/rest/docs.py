"""/docs: the API as a page to read, made from its OpenAPI document."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.rest.docs_page import page

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Every route with its parameters, its answers, and their fields."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    headers = {"Content-Security-Policy": policy}
    return HTMLResponse(page(request.app.openapi()), headers=headers)
