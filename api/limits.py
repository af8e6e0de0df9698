"""What is turned away at the door: strangers, and bodies that are too large.

Until log-in exists the service trusts whoever is on this machine. So that a web page
in somebody's browser is not "on this machine" too, a request must name this machine as
its host, and a change may not come from another site.
"""

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
NO_LOGIN = (
    "Log-in does not exist yet, so geocorr answers to this machine only: "
    "127.0.0.1, ::1 or localhost."
)
# What a form has round the file that it carries.
FORM_BYTES = 64 * 1024


class ThisMachineOnly:
    """Refuse what was addressed to another host, or asked for by another site."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = _stranger(Headers(scope=scope)) if scope["type"] == "http" else None
        await (refused or self.app)(scope, receive, send)


def _stranger(headers: Headers) -> Response | None:
    if _host(headers.get("host", "")) not in LOOPBACK:
        return problem(421, NO_LOGIN)
    site = headers.get("sec-fetch-site", "none")
    origin = headers.get("origin")
    foreign = origin is not None and _host(origin.partition("://")[2]) not in LOOPBACK
    if site not in {"none", "same-origin"} or foreign:
        return problem(403, "Another site may not ask in your name.")
    return None


def _host(named: str) -> str:
    """The host of `host:port` or `[host]:port`."""
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.partition(":")[0].lower()


class BodyLimit:
    """Refuse a body of more than `max_mb` megabytes, as soon as that is known."""

    def __init__(self, app: ASGIApp, max_mb: int) -> None:
        self.app = app
        self.max_bytes = max_mb * 1024 * 1024 + FORM_BYTES
        self.detail = f"A file may have {max_mb} MB: split it and send its parts"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif _length(Headers(scope=scope).getlist("content-length")) > self.max_bytes:
            await problem(413, f"{self.detail}.")(scope, receive, send)
        else:
            await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_bytes:
                raise HTTPException(413, self.detail)
            return message

        return counted


def _length(said: Iterable[str]) -> int:
    return max((int(n) for n in said if n.isascii() and n.isdigit()), default=0)
