"""What went wrong, as a page for people and as a problem for scripts."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.responses import Response

from api.pages.rendering import page

Handler = Callable[[Request, Exception], Response]
_TITLES = {
    403: "You may not open this page",
    404: "Page not found",
    409: "Somebody else was quicker",
    422: "There is a problem with what was sent",
    500: "Something went wrong in geocorr",
    503: "The service is not available just now",
}


def is_page(request: Request) -> bool:
    """Does a person with a browser ask, rather than a script?"""
    accepts = request.headers.get("accept", "")
    return not request.url.path.startswith("/v1") and "text/html" in accepts


def for_people(of: Handler) -> Handler:
    """The same handler, answering with a page where a person asks."""

    def handled(request: Request, error: Exception) -> Response:
        problem = of(request, error)
        if not is_page(request):
            return problem
        return told(request, problem.status_code, _detail(problem), problem.headers)

    return handled


def told(request: Request, status: int, detail: str, headers: Any = None) -> Response:
    """The page of an error: what is wrong and what to do."""
    title = _TITLES.get(status, HTTPStatus(status).phrase)
    who = getattr(request.state, "who", None)
    answer = page(request, who, "error.html", status, title=title, detail=detail)
    if headers and "retry-after" in headers:
        answer.headers["retry-after"] = headers["retry-after"]
    return answer


def _detail(problem: Response) -> str:
    return str(json.loads(bytes(problem.body))["detail"])
