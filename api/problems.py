"""Problem documents (RFC 9457): what went wrong, in one shape for every error.

Nothing of what was sent stands in them but the names of what is wrong.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from geocorr.errors import (
    ConflictError,
    GeocorrError,
    InputError,
    NotFound,
    ServiceError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 10

STATUSES: dict[type[GeocorrError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    UsageError: HTTPStatus.BAD_REQUEST,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ConflictError: HTTPStatus.CONFLICT,
    ServiceError: HTTPStatus.SERVICE_UNAVAILABLE,
}

# What OpenAPI says of every error of every route.
SCHEMA: dict[str, object] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:geocorr:problem:not-found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, what to do."},
        "errors": {
            "type": "array",
            "description": "Each parameter that is wrong, and why.",
            "items": {
                "type": "object",
                "properties": {
                    "where": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def problem(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    """The problem of a status, with the parameters that are wrong if there are any."""
    title = HTTPStatus(status).phrase
    document: dict[str, object] = {
        "type": "urn:geocorr:problem:" + title.lower().replace(" ", "-"),
        "title": title,
        "status": int(status),
        "detail": detail,
    }
    if errors:
        document["errors"] = list(errors)
    body = json.dumps(document, ensure_ascii=False)
    return Response(body.encode(), int(status), dict(headers or {}), MEDIA_TYPE)


def status_of(error: GeocorrError) -> HTTPStatus:
    """The status of an error: that of the nearest class in the table."""
    kinds = (kind for kind in type(error).__mro__ if kind in STATUSES)
    return next((STATUSES[kind] for kind in kinds), HTTPStatus.INTERNAL_SERVER_ERROR)


def of_error(request: Request, error: Exception) -> Response:
    """An error of ours; trouble of the service says when to try again."""
    if not isinstance(error, GeocorrError):
        raise error
    status = status_of(error)
    retry = {"Retry-After": str(RETRY_AFTER_S)}
    return problem(status, str(error), retry if status >= 500 else None)


def of_http(request: Request, error: Exception) -> Response:
    """An unknown route, a wrong method, a body that is no form."""
    if not isinstance(error, HTTPException):
        raise error
    details = {404: "There is no such page; /docs lists what there is."}
    detail = details.get(error.status_code, f"{error.detail}.")
    return problem(error.status_code, detail, error.headers)


def of_validation(request: Request, error: Exception) -> Response:
    """Parameters that are not what the route takes, each with its place."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        {"where": ".".join(map(str, fault["loc"])), "detail": str(fault["msg"])}
        for fault in error.errors()
    ]
    detail = "These parameters are wrong: " + ", ".join(e["where"] for e in errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(status, f"{detail}.", errors=errors)
