"""What every answer tells the browser: load nothing from elsewhere, keep nothing."""

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data: blob:{tiles}",
        "font-src 'self'",
        "connect-src 'self'{tiles}",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), usb=()",
}
_A_YEAR = "max-age=31536000"


class SafeHeaders:
    """Set them; `state.csp_nonce` is what a page's own scripts must carry.

    `tile_host` is where maps may fetch tiles from, besides us; "" = nowhere.
    """

    def __init__(self, app: ASGIApp, over_https: bool, tile_host: str = "") -> None:
        self.app, self.over_https = app, over_https
        self.tiles = tile_host and f" {tile_host}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["csp_nonce"] = nonce

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._set(MutableHeaders(scope=message), nonce)
            await send(message)

        await self.app(scope, receive, safe)

    def _set(self, headers: MutableHeaders, nonce: str) -> None:
        headers["Content-Security-Policy"] = _POLICY.format(
            nonce=nonce, tiles=self.tiles
        )
        headers.update(_ALWAYS)
        headers.setdefault("Cache-Control", "no-store")
        if self.over_https:
            headers["Strict-Transport-Security"] = _A_YEAR
