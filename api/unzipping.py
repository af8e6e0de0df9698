"""Zipped uploads: unzipped as they come, and never further than a file may be long.

A few kilobytes can hold gigabytes of one letter; such a bomb is refused at the limit.
"""

import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import FORM_BYTES
from api.problems import problem

_GZIP = zlib.MAX_WBITS + 16
_ENCODINGS = ("gzip", "x-gzip")
BROKEN = "This is not a whole gzip file: zip it and send it again"


class Unzipper:
    """The bytes of a gzip file that comes in parts; it may have several members."""

    def __init__(self, max_bytes: int, too_large: str) -> None:
        self._left = max_bytes
        self._too_large = too_large
        self._member = zlib.decompressobj(_GZIP)

    def feed(self, data: bytes) -> bytes:
        """What these bytes unzip to; HTTPException 413 too long, 400 no gzip."""
        parts = []
        while data := self._fresh(data):
            parts.append(self._some(data))
            data = self._member.unused_data
        return b"".join(parts)

    def end(self) -> None:
        """HTTPException 400 where the file ended too soon."""
        if not self._member.eof:
            raise HTTPException(400, BROKEN)

    def _fresh(self, data: bytes) -> bytes:
        """The data where a member goes on or begins; tools leave zeros behind one."""
        if self._member.eof:
            data = data.lstrip(b"\0")
            if data:
                self._member = zlib.decompressobj(_GZIP)
        return data

    def _some(self, data: bytes) -> bytes:
        try:
            part = self._member.decompress(data, self._left + 1)
        except zlib.error as broken:
            raise HTTPException(400, BROKEN) from broken
        self._left -= len(part)
        if self._left < 0:
            raise HTTPException(413, self._too_large)
        return part


def too_large(max_mb: int) -> str:
    """What a file is told that is too long when it is unzipped."""
    return f"Unzipped, a file may have {max_mb} MB: split it and send its parts"


def unzipped(data: bytes, max_mb: int) -> bytes:
    """The bytes of a whole gzip file; HTTPException as `Unzipper`."""
    unzipper = Unzipper(max_mb * 1024 * 1024, too_large(max_mb))
    found = unzipper.feed(data)
    unzipper.end()
    return found


class ZippedBody:
    """Unzip a body that says `Content-Encoding: gzip`; no other encoding is known."""

    def __init__(self, app: ASGIApp, max_mb: int) -> None:
        self.app = app
        self.max_mb = max_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        encoding = Headers(scope=scope).get("content-encoding", "identity").lower()
        if encoding == "identity":
            await self.app(scope, receive, send)
        elif encoding not in _ENCODINGS:
            detail = "A body may be zipped by gzip, and by nothing else."
            await problem(415, detail)(scope, receive, send)
        else:
            _bare(scope)
            await self.app(scope, self._unzipping(receive), send)

    def _unzipping(self, receive: Receive) -> Receive:
        most = self.max_mb * 1024 * 1024 + FORM_BYTES
        unzipper = Unzipper(most, too_large(self.max_mb))

        async def unzipped() -> Message:
            message = await receive()
            if message["type"] != "http.request":
                return message
            body = unzipper.feed(message.get("body", b""))
            if not message.get("more_body", False):
                unzipper.end()
            return {**message, "body": body}

        return unzipped


def _bare(scope: Scope) -> None:
    """Make of it the scope of a request that is not zipped; the log reads it too."""
    headers = MutableHeaders(raw=list(scope["headers"]))
    for name in ("content-encoding", "content-length"):
        if name in headers:
            del headers[name]
    scope["headers"] = headers.raw
