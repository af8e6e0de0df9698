"""A session: an opaque id that the browser alone holds, and what follows from it."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from starlette.responses import Response

from api.settings import Settings

_BYTES = 32
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Session:
    """A session that goes on. `must_change`: a password is to be chosen first."""

    id: str
    must_change: bool = False

    @property
    def sha256(self) -> bytes:
        """What the database knows it by."""
        return digest(self.id)

    @property
    def csrf(self) -> str:
        """What every form of this session says; nobody without the id can make it."""
        return hmac.new(self.id.encode(), b"csrf", "sha256").hexdigest()

    def vouches(self, token: str) -> bool:
        """Does a form, or a header, come from a page of this session?"""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


def new_secret() -> str:
    """An id of a session, or a token, that nobody guesses."""
    return secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """SHA-256; a secret of this length needs nothing slower."""
    return hashlib.sha256(secret[:_LONGEST].encode()).digest()


def cookie_name(settings: Settings) -> str:
    """`__Host-`: no other host and no plain http can set it; needs https."""
    return "__Host-geocorr" if settings.over_https else "geocorr"


def hand_out(response: Response, session: Session, settings: Settings) -> None:
    """Give the browser its session; it forgets it when it is closed."""
    response.set_cookie(
        cookie_name(settings),
        session.id,
        secure=settings.over_https,
        httponly=True,
        samesite="lax",
    )


def take_back(response: Response, settings: Settings) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(
        cookie_name(settings),
        secure=settings.over_https,
        httponly=True,
        samesite="lax",
    )
