"""Log-in by a provider that runs beside the test, over real HTTP."""

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from pydantic import SecretStr

from api import app as service
from api.login.provider import Provider, provider_of
from api.settings import Settings
from geocorr.errors import InputError, ServiceError, UsageError
from sql.db import Database, Role, connection
from sql.sessions import Journey
from tests.web.accounts import BASE, made
from tests.web.pages import HTML, found, heading, parsed, text


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider, in a process of its own, that vouches for whoever is typed in."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    # It stands on what its own library calls old.
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    words = ["--port", str(port), "--host", "localhost", "--require-nonce", "true"]
    process = subprocess.Popen([*command, *words], stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    try:
        _wait_for(f"{address}/.well-known/openid-configuration")
        yield address
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            assert time.monotonic() < until, "the provider did not come up"
            time.sleep(0.1)


@pytest.fixture
def by_provider(settings: Settings, issuer: str) -> Settings:
    """Settings with that provider in them."""
    chosen = {
        "oidc_issuer": issuer,
        "oidc_client_id": "geocorr",
        "oidc_client_secret": SecretStr("secret"),
        "oidc_shown": "your Demoshire account",
    }
    return settings.model_copy(update=chosen)


@pytest.fixture
def visitor(
    by_provider: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A browser of somebody who has an account and no password."""
    monkeypatch.setattr(service, "database_of", lambda settings: database)
    asyncio.run(made(database, "ann"))
    app = service.create_app(by_provider)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        client.headers.update(HTML)
        yield client


def at_provider(url: str, who: str) -> str:
    """What somebody does there: say who they are. Where they are sent back to."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    data = f"sub={who}".encode()
    try:
        urllib.request.build_opener(Stay).open(url, data)
    except urllib.error.HTTPError as sent:
        return sent.headers["location"]
    raise AssertionError("the provider kept them")


def come_in(client: TestClient, who: str, next_path: str = "/") -> Response:
    leaving = client.get("/login/oidc", params={"next": next_path})
    assert leaving.status_code == 303
    back = urlsplit(at_provider(leaving.headers["location"], who))
    # As a browser says it of a page that another site sent it to.
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    return client.get(f"{back.path}?{back.query}", headers=link)


def test_the_provider_is_offered(visitor: TestClient) -> None:
    document = parsed(visitor.get("/login?next=/password"))
    (link,) = [a for a in found(document, "a") if "oidc" in a.get("href", "")]
    assert link.get("href") == "/login/oidc?next=/password"
    assert "your Demoshire account" in "".join(link.itertext())


def test_from_the_form_to_the_page_that_was_asked_for(
    visitor: TestClient, database: Database
) -> None:
    answer = come_in(visitor, "ann", "/password")
    assert (answer.status_code, answer.headers["location"]) == (303, "/password")
    assert "geocorr-way" not in visitor.cookies
    assert "csrf" in visitor.get("/password").text
    assert asyncio.run(kept(database))[0]["way"] == "oidc"


async def kept(database: Database) -> list[dict[str, object]]:
    async with connection(database, Role.OWNER) as conn:
        return [dict(row) for row in await conn.fetch("select * from session")]


def test_no_account_no_entry(visitor: TestClient, database: Database) -> None:
    for who in ("nobody", "Ann", "ann@evil.example"):
        answer = come_in(visitor, who)
        assert answer.status_code == 403
        assert "no account for you" in text(parsed(answer))
    assert asyncio.run(kept(database)) == []

    async def disable() -> None:
        async with connection(database, Role.OWNER) as conn:
            await conn.execute("update account set disabled_at = now()")

    asyncio.run(disable())
    assert come_in(visitor, "ann").status_code == 403


def test_what_is_agreed_is_agreed_with_one_browser(visitor: TestClient) -> None:
    asked = visitor.get("/login/oidc").headers["location"]
    words = parse_qs(urlsplit(asked).query)
    assert words["code_challenge_method"] == ["S256"]
    assert words["response_type"] == ["code"]
    assert words["scope"] == ["openid"]
    assert len(words["nonce"][0]) > 40
    back = urlsplit(at_provider(asked, "ann"))
    path = f"{back.path}?{back.query}"
    mine = visitor.cookies["geocorr-way"]
    visitor.cookies.clear()
    assert visitor.get(path).status_code == 403
    visitor.cookies.set("geocorr-way", "another")
    assert visitor.get(path).status_code == 403
    visitor.cookies.set("geocorr-way", mine)
    assert visitor.get(path).status_code == 303
    visitor.cookies.set("geocorr-way", mine)
    assert "took too long" in text(parsed(visitor.get(path)))


def test_a_code_that_is_not_the_providers(visitor: TestClient) -> None:
    asked = visitor.get("/login/oidc").headers["location"]
    (state,) = parse_qs(urlsplit(asked).query)["state"]
    answer = visitor.get("/login/oidc/callback", params={"state": state, "code": "x"})
    assert answer.status_code == 422
    assert "did not vouch for you" in text(parsed(answer))
    refused = visitor.get("/login/oidc").headers["location"]
    (state,) = parse_qs(urlsplit(refused).query)["state"]
    denied = {"state": state, "error": "access_denied"}
    assert visitor.get("/login/oidc/callback", params=denied).status_code == 422


def test_the_way_back_leads_nowhere_else(visitor: TestClient) -> None:
    answer = come_in(visitor, "ann", "https://evil.example/")
    assert answer.headers["location"] == "/"


def test_without_a_provider_there_is_no_such_way(stranger: TestClient) -> None:
    assert stranger.get("/login/oidc").status_code == 404
    answer = stranger.get("/login/oidc/callback", headers=HTML)
    assert heading(parsed(answer)) == "Page not found"


def test_a_provider_that_is_away(stranger: TestClient, by_provider: Settings) -> None:
    away = by_provider.model_copy(update={"oidc_issuer": "http://localhost:9"})
    stranger.app.state.provider = Provider(away)
    assert stranger.get("/login/oidc").status_code == 503


@pytest.mark.parametrize(
    "issuer", ["http://idp.example", "ftp://idp.example", "idp.example", ""]
)
def test_a_provider_is_reached_by_https(issuer: str) -> None:
    with pytest.raises(UsageError):
        provider_of(Settings(oidc_issuer=issuer, oidc_client_id="geocorr"))


def test_half_a_provider_does_not_start() -> None:
    with pytest.raises(UsageError, match="CLIENT_ID"):
        provider_of(Settings(oidc_issuer="https://idp.example"))


KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
JWKS = KeySet([KEY]).as_dict(private=False)
CHOSEN = Settings(oidc_issuer="https://idp.example", oidc_client_id="geocorr")
CLAIMS = {
    "iss": "https://idp.example",
    "aud": "geocorr",
    "sub": "ann",
    "nonce": "n",
    "exp": int(time.time()) + 600,
}


def signed(claims: dict[str, object], key: object = KEY, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg, "kid": "1"}, claims, key)


def test_a_token_that_is_right() -> None:
    assert Provider(CHOSEN)._subject(signed(CLAIMS), JWKS, "n") == "ann"
    both = signed({**CLAIMS, "aud": ["other", "geocorr"], "azp": "geocorr"})
    assert Provider(CHOSEN)._subject(both, JWKS, "n") == "ann"


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://evil.example"}, {"aud": "other"}, {"nonce": "m"},
     {"exp": int(time.time()) - 600}, {"azp": "other"}, {"sub": ""}, {"sub": 7},
     {"aud": ["other"]}, {"iss": None}],
)  # fmt: skip
def test_a_token_that_says_something_else(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Provider(CHOSEN)._subject(signed({**CLAIMS, **wrong}), JWKS, "n")


@pytest.mark.parametrize("lacks", ["iss", "aud", "nonce", "exp", "sub"])
def test_a_token_that_says_too_little(lacks: str) -> None:
    claims = {k: v for k, v in CLAIMS.items() if k != lacks}
    with pytest.raises(InputError):
        Provider(CHOSEN)._subject(signed(claims), JWKS, "n")


def test_a_token_that_somebody_else_signed() -> None:
    public = json.dumps(KEY.as_dict(private=False)).encode()
    forged = signed(CLAIMS, OctKey.import_key(public), "HS256")
    nobody = signed(CLAIMS).rpartition(".")[0] + "."
    for token in (signed(CLAIMS, OTHER), forged, nobody, "", "a.b.c"):
        with pytest.raises(InputError):
            Provider(CHOSEN)._subject(token, JWKS, "n")
    with pytest.raises(InputError):
        Provider(CHOSEN)._subject(signed(CLAIMS), {"keys": []}, "n")


async def test_a_provider_that_calls_itself_otherwise(issuer: str) -> None:
    chosen = Settings(oidc_issuer=issuer + "/", oidc_client_id="geocorr")
    with pytest.raises(ServiceError):
        await Provider(chosen).leave("http://127.0.0.1/x", "/")
    with pytest.raises(ServiceError):
        await Provider(chosen).arrive("http://127.0.0.1/x", "c", Journey("n", "v", "/"))
