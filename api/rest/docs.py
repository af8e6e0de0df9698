"""/docs: the API as one plain page made from its OpenAPI document.

No scripts and nothing fetched from elsewhere: it works where there is no internet.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import TypeAlias

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

Json: TypeAlias = Mapping[str, "Json"] | list["Json"] | str | int | float | bool | None
_METHODS = ("get", "post", "put", "patch", "delete")
_STYLE = (
    "body{font:1rem/1.5 arial,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem}code{font-size:1rem}dt{margin-top:1rem}"
)


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """Every route with its summary and parameters."""
    document = request.app.openapi()
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"
    }
    return HTMLResponse(page(document), headers=headers)


def page(document: Mapping[str, Mapping[str, Json]]) -> str:
    """The page of an OpenAPI document."""
    info = document["info"]
    title, about = escape(str(info["title"])), escape(str(info["description"]))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{title}</h1><p>{about}</p>"
        '<p>For machines: <a href="/openapi.json">openapi.json</a></p>'
        f"<dl>{''.join(_routes(document['paths']))}</dl></main></body></html>"
    )


def _routes(paths: Mapping[str, Json]) -> Iterator[str]:
    for path, methods in paths.items():
        for method in _METHODS:
            route = methods.get(method) if isinstance(methods, Mapping) else None
            if isinstance(route, Mapping):
                yield from _route(f"{method.upper()} {path}", route)


def _route(name: str, route: Mapping[str, Json]) -> Iterator[str]:
    summary, about = (str(route.get(key, "")) for key in ("summary", "description"))
    yield f"<dt><code>{escape(name)}</code> {escape(summary)}</dt>"
    yield f"<dd><p>{escape(about)}</p>"
    parameters = route.get("parameters")
    named = [p for p in parameters or () if isinstance(p, Mapping)]  # type: ignore[union-attr]
    if named:
        listed = ", ".join(f"<code>{escape(str(p['name']))}</code>" for p in named)
        yield f"<p>Parameters: {listed}</p>"
    yield "</dd>"
