"""One line a request: method, route, status, time; no query, no name, no place.

An error that nobody foresaw is logged as its kind and the lines it came through, since
its message may hold what was sent; who asked gets a problem document.
"""

import time
import traceback

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages import errors
from api.problems import problem

log = structlog.get_logger()


class AccessLog:
    """The outermost layer, which every request passes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:  # noqa: BLE001  the last place to answer
            _unforeseen(error)
            if status:
                raise ConnectionResetError("the answer was broken off") from None
            detail = "Something went wrong in geocorr; its log says where."
            asked = Request(scope)
            told = errors.told if errors.is_page(asked) else _problem
            await told(asked, 500, detail)(scope, receive, noted)
        finally:
            _note(scope, status, time.perf_counter() - began)


def _problem(request: Request, status: int, detail: str) -> Response:
    return problem(status, detail)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", None)
    log.info(
        "request",
        method=scope["method"],
        route=route,
        status=status,
        ms=round(1000 * seconds, 1),
    )


def _unforeseen(error: Exception) -> None:
    came = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in frame.filename
    ]
    log.error("unforeseen", error=type(error).__name__, came_through=came)
