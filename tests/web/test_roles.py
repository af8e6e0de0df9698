"""Every route of both tables as every role, as a stranger, and as nobody's guess."""

import re

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient

from api.login.guard import guarded
from api.login.session import Session
from api.login.who import UserRole
from api.pages.access import OPEN, PAGES
from api.rest.access import ACCESS
from tests.web.conftest import ClientAs
from tests.web.pages import HTML
from tests.web.staging import told
from tests.web.test_access import served

TABLES = {**ACCESS, **PAGES}
# Ends the session that the others need.
LAST = ("POST", "/logout")


def address(path: str) -> str:
    """The address of something that may not be there."""
    return re.sub(r"\{\w+(:path)?\}", "1", path)


def routes(client: TestClient) -> list[tuple[str, str]]:
    """Every guarded route that is served, and the one that ends the session last."""
    found = set(served(client.app)) - OPEN - {LAST}
    assert found <= set(TABLES)
    return [*sorted(found), LAST]


@pytest.mark.parametrize("role", UserRole)
def test_a_role_opens_what_its_tables_say(client_as: ClientAs, role: UserRole) -> None:
    client = client_as("one", {role}, ("Demoshire", "DEM-01"))
    csrf = {"X-CSRF-Token": Session(client.cookies["geocorr"]).csrf}
    for method, path in routes(client):
        look = HTML if (method, path) in PAGES else {}
        answer = client.request(
            method, address(path), headers={**csrf, **look}, follow_redirects=False
        )
        refused = answer.status_code in {401, 403}
        allowed = role in TABLES[method, path]
        assert refused is not allowed, (role, method, path, answer.text[:200])
        assert answer.status_code != 500, (role, method, path, answer.text[:200])


def test_a_stranger_opens_nothing(stranger: TestClient) -> None:
    for method, path in routes(stranger):
        refused = stranger.request(method, address(path), follow_redirects=False)
        told(refused, 401)
        sent = stranger.request(
            method, address(path), headers=HTML, follow_redirects=False
        )
        if path.startswith("/v1"):
            told(sent, 401)
        else:
            assert sent.status_code == 303, (method, path)
            assert sent.headers["location"].startswith("/login")


def test_a_form_without_its_sessions_word_is_refused(client: TestClient) -> None:
    for method, path in routes(client):
        if (method, path) in PAGES and method == "POST":
            for form in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
                answer = client.post(address(path), data=form, headers=HTML)
                assert answer.status_code == 403, path
                assert "This form is not of your session" in answer.text


def test_a_route_in_no_table_is_refused_to_everybody(client: TestClient) -> None:
    app = client.app
    assert isinstance(app, FastAPI)

    async def forgotten(request: Request) -> str:
        return "secret"

    app.add_api_route("/v1/forgotten", forgotten)
    app.add_api_route("/forgotten", forgotten, dependencies=[Depends(guarded)])
    for path in ("/v1/forgotten", "/forgotten"):
        answer = client.get(path)
        assert "secret" not in answer.text
        assert "nobody" in told(answer, 403)["detail"]
