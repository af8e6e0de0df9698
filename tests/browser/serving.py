"""A small host for built assets: one page, its data, and a strict content policy."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Route

STATIC = Path(__file__).parents[2] / "api" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en" class="govuk-template"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/static/{icon}">
<link rel="stylesheet" href="/static/{app_css}">
<link rel="stylesheet" href="/static/{map_css}">
<script type="module" src="/static/{app_js}"></script>
<script type="module" src="/static/{map_js}"></script>
</head><body class="govuk-template__body"><div class="govuk-width-container">
<main class="govuk-main-wrapper"><h1 class="govuk-heading-l">{title}</h1>
{body}
</main></div></body></html>"""


def page(title: str, body: str) -> str:
    names = json.loads((STATIC / "manifest.json").read_text())
    return _PAGE.format(
        title=escape(title),
        body=body,
        icon=names["favicon.svg"],
        app_css=names["app.css"],
        map_css=names["map.css"],
        app_js=names["app.js"],
        map_js=names["map.js"],
    )


def application(pages: Mapping[str, str], data: Mapping[str, object]) -> Starlette:
    """Pages, and JSON documents or files by how their address begins."""

    async def shown(request: Request) -> Response:
        origin = str(request.base_url).rstrip("/")
        html = page("Hit 7", pages[request.url.path].replace("ORIGIN", origin))
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    async def given(request: Request) -> Response:
        path = request.url.path
        found = next((data[name] for name in data if path.startswith(name)), None)
        if found is None:
            return Response(status_code=404)
        if isinstance(found, Path):
            return FileResponse(found)
        return JSONResponse(found)

    async def static(request: Request) -> Response:
        return FileResponse(STATIC / request.path_params["name"])

    return Starlette(
        routes=[
            Route("/static/{name}", static),
            *(Route(path, shown) for path in pages),
            Route("/{path:path}", given),
        ]
    )


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address at which an application answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
