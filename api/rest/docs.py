"""/docs: the API as a page to read, made from its OpenAPI document."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse

from api.rest.docs_page import page

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Every route with its parameters, its answers, and their fields."""
    return HTMLResponse(page(request.app.openapi(), request.state.csp_nonce))


@router.get("/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """The same for programs."""
    return JSONResponse(request.app.openapi())
