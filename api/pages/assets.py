"""Built files: styles, scripts, icons. A name with its hash in it never changes."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from api.pages.rendering import STATIC, manifest

router = APIRouter(include_in_schema=False)

_FOR_EVER = "public, max-age=31536000, immutable"
_AN_HOUR = "public, max-age=3600"


@router.get("/assets/{path:path}")
async def built(path: str) -> Response:
    """A built file; 404 for what is not one of them."""
    file = (STATIC / path).resolve()
    if not file.is_relative_to(STATIC.resolve()) or not file.is_file():
        raise HTTPException(404)
    kept = _FOR_EVER if path in manifest().values() else _AN_HOUR
    return FileResponse(file, headers={"Cache-Control": kept})
