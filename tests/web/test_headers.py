"""What every answer tells a browser, and how often one may ask."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.responses import Response

from api import app as service
from api.login.session import Session, hand_out
from api.settings import Settings
from sql.db import Database
from tests.web.accounts import entered
from tests.web.pages import HTML
from tests.web.staging import told

PUBLIC = "https://geocorr.police.example"


@pytest.mark.parametrize("path", ["/", "/login", "/v1/batches", "/nowhere", "/docs"])
def test_every_answer_is_guarded(client: TestClient, path: str) -> None:
    headers = client.get(path, headers=HTML, follow_redirects=False).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


def test_scripts_of_one_answer_run_in_no_other(client: TestClient) -> None:
    policies = {client.get("/login").headers["content-security-policy"] for _ in "ab"}
    assert len(policies) == 2


def serving(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, **chosen
) -> TestClient:
    monkeypatch.setattr(service, "database_of", lambda settings: database)
    app = service.create_app(settings.model_copy(update=chosen))
    return TestClient(app, base_url=PUBLIC)


@pytest.fixture
def public(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """The service behind a proxy that ends TLS."""
    with serving(database, settings, monkeypatch, public_url=PUBLIC) as client:
        yield client


def test_behind_a_proxy_the_cookie_is_for_https_alone(
    public: TestClient, database: Database
) -> None:
    answer = public.get("/login", headers=HTML)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    given = Response()
    settings = Settings(public_url=PUBLIC)
    hand_out(given, Session("x"), settings)
    cookie = given.headers["set-cookie"]
    assert cookie == "__Host-geocorr=x; HttpOnly; Path=/; SameSite=lax; Secure"


def test_a_cookie_of_plain_http_is_none_behind_https(
    public: TestClient, database: Database
) -> None:
    entered(public, database)
    told(public.get("/v1/batches", headers={"origin": PUBLIC}), 401)
    public.cookies.set("__Host-geocorr", public.cookies["geocorr"])
    assert public.get("/v1/batches", headers={"origin": PUBLIC}).status_code == 200


def test_only_its_own_name_and_site(public: TestClient) -> None:
    told(public.get("/login", headers={"host": "evil.example"}), 421)
    other = ("http://geocorr.police.example.evil", "https://police.example")
    for origin in (*other, PUBLIC.replace("https", "http")):
        told(public.get("/login", headers={"origin": origin}), 403)


def test_a_link_from_elsewhere_opens_a_page_and_changes_nothing(
    client: TestClient,
) -> None:
    client.headers.pop("origin")
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", **HTML}
    assert client.get("/password", headers=link).status_code == 200
    told(client.get("/v1/batches", headers={**link, "accept": "*/*"}), 403)
    assert client.post("/logout", headers=link).status_code == 403


@pytest.fixture
def slow(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A service that answers twenty times a minute, and a stranger twice."""
    with serving(database, settings, monkeypatch, requests_per_min=20) as client:
        client.base_url = "http://127.0.0.1"
        yield client


def test_who_asks_too_often_waits(slow: TestClient, database: Database) -> None:
    strangers = [slow.get("/login").status_code for _ in range(3)]
    assert strangers == [200, 200, 429]
    entered(slow, database)
    known = [slow.get("/v1/runs").status_code for _ in range(21)]
    assert known == [200] * 20 + [429]
    answer = slow.get("/v1/runs")
    assert "wait" in told(answer, 429)["detail"]
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert slow.get("/assets/none.css").status_code == 404
    entered(slow, database, "another")
    assert slow.get("/v1/runs").status_code == 200
