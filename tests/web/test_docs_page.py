"""/docs as a person reads it."""

from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from api.rest.docs_page import page

VOID = {"meta", "br", "link"}


class Page(HTMLParser):
    """Checks that tags close in order; collects ids, links and what is shown."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.shown: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a":
            self.links.append(str(named["href"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.shown.append(data)


@pytest.fixture
def read(client: TestClient) -> Page:
    """The page of the service."""
    return Page(client.get("/docs").text)


def test_it_is_whole_and_every_link_leads_somewhere(read: Page) -> None:
    assert read.open == []
    assert len(read.ids) == len(set(read.ids)) > 40
    inside = {link[1:] for link in read.links if link.startswith("#")}
    assert inside <= set(read.ids)
    assert {link for link in read.links if not link.startswith("#")} == {
        "/openapi.json"
    }


def test_nothing_of_markdown_is_left(read: Page) -> None:
    shown = " ".join(read.shown)
    assert "`" not in shown
    assert "\n\n" not in shown
    assert "{'" not in shown


def test_parameters_bodies_and_answers_are_told(client: TestClient) -> None:
    text = client.get("/docs").text
    article = text.partition('<article id="post-v1-zones">')[2].partition("</article>")[
        0
    ]
    assert "Send a file of zones" in article
    assert "<code>dry_run</code>" in article
    assert "multipart/form-data" in article
    assert "application/geo+json" in article
    assert "<code>201</code>" in article
    assert "<code>4xx, 5xx</code>" in article


def test_what_a_document_says_is_shown_and_never_run() -> None:
    told = {
        "info": {"title": "<b>T", "description": "A `<i>` & more.\n\nSecond."},
        "paths": {
            "/x/{y}": {
                "get": {
                    "summary": "<script>",
                    "description": "Says `a<b`.",
                    "responses": {"200": {"description": "Successful Response"}},
                }
            }
        },
    }
    text = page(told)
    assert "<script>" not in text
    assert "<code>&lt;i&gt;</code> &amp; more.</p><p>Second.</p>" in text
    assert "GET /x/{y}" in text
    assert Page(text).open == []
