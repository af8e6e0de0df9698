"""What is turned away at the door: other hosts, other sites, bodies too large.

A request must name this service as its host, so that no web page elsewhere is let in by
a name of its own, and a change may not come from another site.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What a form has round the file that it carries.
FORM_BYTES = 64 * 1024
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OTHER_HOST = (
    "geocorr does not answer to this name: use 127.0.0.1, ::1 or localhost, or the "
    "address in GEOCORR_PUBLIC_URL."
)
_OTHER_SITE = "Another site may not ask in your name."


class OwnHosts:
    """Refuse what was addressed to another host, or asked for by another site."""

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self.app = app
        public = urlsplit(public_url or "")
        self.hosts = LOOPBACK | ({public.hostname} if public.hostname else set())
        self.origin = f"{public.scheme}://{public.netloc}".lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refused(scope) if scope["type"] == "http" else None
        await (refused or self.app)(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if _host(host) not in self.hosts:
            return problem(421, _OTHER_HOST)
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in self._ours(host):
            return problem(403, _OTHER_SITE)
        site = headers.get("sec-fetch-site", "none")
        if site in {"none", "same-origin"} or _is_link(scope, headers):
            return None
        return problem(403, _OTHER_SITE)

    def _ours(self, host: str) -> set[str]:
        """Where our own pages come from; by plain http from this machine alone."""
        near = {f"http://{host}"} if _host(host) in LOOPBACK else set()
        return {self.origin} | near


def _is_link(scope: Scope, headers: Headers) -> bool:
    """A page that somebody opens by a link elsewhere, which shows the other nothing."""
    opens = headers.get("sec-fetch-mode") == "navigate"
    return opens and scope["method"] in _SAFE and not scope["path"].startswith("/v1")


def _host(named: str) -> str:
    """The host of `host:port` or `[host]:port`."""
    if named.startswith("["):
        return named[1:].partition("]")[0]
    return named.partition(":")[0]


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
