"""Log-in by the organisation's own provider: OpenID Connect, code flow with PKCE.

The provider says who somebody is, and nothing more: an account must exist for them and
be enabled, and what it may be stands with the account.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.limits import LOOPBACK
from api.settings import Settings
from geocorr.errors import InputError, ServiceError, UsageError
from sql.sessions import Journey

# Signatures by a key of the provider's; never `none`, never one of a shared secret.
_ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA"]
_TIMEOUT_S = 10.0
_LEEWAY_S = 60
_AWAY = "The provider of log-ins does not answer as it should: try again in a moment."
_NOT_SO = "The provider of log-ins did not vouch for you: start again."


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where a browser goes, what it takes along, and what is agreed meanwhile."""

    url: str
    secret: str
    journey: Journey


@dataclass(slots=True)
class Provider:
    """A provider by its issuer; what it says of itself is asked for once."""

    settings: Settings
    about: dict[str, object] = field(default_factory=dict)

    async def leave(self, callback: str, next_path: str) -> Leaving:
        """Begin a journey; ServiceError where the provider does not answer."""
        secret, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        journey = Journey(nonce, secrets.token_urlsafe(48), next_path)
        async with self._client(callback) as client:
            where = await self._endpoint(client, "authorization_endpoint")
            url, _ = client.create_authorization_url(
                where,
                state=state_of(secret),
                nonce=nonce,
                code_verifier=journey.verifier,
            )
        return Leaving(url, secret, journey)

    async def arrive(self, callback: str, code: str, journey: Journey) -> str:
        """Whom the provider names; InputError where it does not vouch for them."""
        async with self._client(callback) as client:
            where = await self._endpoint(client, "token_endpoint")
            try:
                given = await client.fetch_token(
                    where, code=code, code_verifier=journey.verifier
                )
            except OAuthError as error:
                raise InputError(_NOT_SO) from error
            except httpx2.HTTPError as error:
                raise ServiceError(_AWAY) from error
            keys = await self._read(client, await self._endpoint(client, "jwks_uri"))
        return self._subject(str(given.get("id_token", "")), keys, journey.nonce)

    def _subject(self, token: str, keys: Mapping[str, object], nonce: str) -> str:
        chosen = self.settings
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": str(chosen.oidc_issuer)},
            aud={"essential": True, "value": str(chosen.oidc_client_id)},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            # The keys are asked for anew each time: a provider changes them at will.
            held = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            claims = jwt.decode(token, held, algorithms=_ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise InputError(_NOT_SO) from error
        if claims.get("azp", chosen.oidc_client_id) != chosen.oidc_client_id:
            raise InputError(_NOT_SO)
        named = claims.get(chosen.oidc_claim)
        if not isinstance(named, str) or not named:
            raise InputError(f"The provider of log-ins sent no {chosen.oidc_claim}.")
        return named

    async def _endpoint(self, client: AsyncOAuth2Client, name: str) -> str:
        if not self.about:
            issuer = str(self.settings.oidc_issuer)
            place = issuer.rstrip("/") + "/.well-known/openid-configuration"
            about = await self._read(client, place)
            if about.get("issuer") != issuer:
                raise ServiceError(_AWAY)
            self.about = about
        url = str(self.about.get(name, ""))
        if not _is_safe(url):
            raise ServiceError(_AWAY)
        return url

    async def _read(self, client: AsyncOAuth2Client, url: str) -> dict[str, object]:
        try:
            answer = await client.request("GET", url, withhold_token=True)
            answer.raise_for_status()
            found = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ServiceError(_AWAY) from error
        if not isinstance(found, dict):
            raise ServiceError(_AWAY)
        return found

    def _client(self, callback: str) -> AsyncOAuth2Client:
        secret = self.settings.oidc_client_secret
        return AsyncOAuth2Client(
            self.settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            redirect_uri=callback,
            scope="openid",
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        )


def state_of(secret: str) -> str:
    """What the provider sends back, by what only the browser that left holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


def provider_of(settings: Settings) -> Provider | None:
    """The provider in the settings, if one is; UsageError for half of one."""
    if settings.oidc_issuer is None:
        return None
    if not settings.oidc_client_id:
        raise UsageError("GEOCORR_OIDC_ISSUER needs GEOCORR_OIDC_CLIENT_ID beside it.")
    if not _is_safe(settings.oidc_issuer):
        raise UsageError("GEOCORR_OIDC_ISSUER is no https address.")
    return Provider(settings)


def _is_safe(url: str) -> bool:
    """https; plain http to this machine alone."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK
    )
