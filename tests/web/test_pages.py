"""What every page has in common: its frame, its errors, and names that are checked."""

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from api.pages import rendering
from tests.web.pages import HTML, found, heading, parsed, text


def request(client: TestClient) -> Request:
    asked = {"path": "/", "query_string": b"", "headers": []}
    return Request({"type": "http", "app": client.app, **asked})


def test_home_is_a_page_that_a_validator_takes(client: TestClient) -> None:
    document = parsed(client.get("/", headers=HTML))
    assert heading(document)
    assert [n.get("lang") for n in found(document, "html")] == ["en"]


def test_a_page_that_is_missing_says_so_to_a_person(client: TestClient) -> None:
    answer = client.get("/nowhere", headers=HTML)
    assert answer.status_code == 404
    assert heading(parsed(answer)) == "Page not found"


def test_a_script_gets_a_problem(client: TestClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_what_is_given_to_a_page_stays_text(client: TestClient) -> None:
    answer = rendering.page(
        request(client),
        None,
        "error.html",
        400,
        title="<script>",
        detail="{{ 7 * 7 }} <b>",
    )
    body = answer.body.decode()
    assert "&lt;script&gt;" in body
    assert "{{ 7 * 7 }} &lt;b&gt;" in body


def test_a_name_that_a_page_needs_cannot_be_forgotten(client: TestClient) -> None:
    with pytest.raises(KeyError, match="detail"):
        rendering.page(request(client), None, "error.html", 400, title="only this")


def test_an_asset_outside_the_folder_is_not_served(client: TestClient) -> None:
    for path in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "none.css"):
        assert client.get(f"/assets/{path}").status_code == 404


def test_the_frame_says_of_whom_nothing_is_said(client: TestClient) -> None:
    answer = client.get("/", headers=HTML)
    assert "of the tag, never of the person" in answer.text
    assert "GOV.UK" not in answer.text
    assert text(parsed(answer))
