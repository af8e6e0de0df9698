"""Reading pages as strictly as a validator, and then as a person."""

import html5lib
from httpx2 import Response

_HTML = "{http://www.w3.org/1999/xhtml}"
HTML = {"Accept": "text/html"}


def parsed(response: Response):
    """The document; html5lib's ParseError for markup that is not well formed.

    Nothing inline may run or style: the service's content policy forbids it.
    """
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    document = html5lib.HTMLParser(strict=True).parse(response.text)
    ids = [element.get("id") for element in document.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for element in document.iter():
        inline = [n for n in element.attrib if n == "style" or n.startswith("on")]
        assert not inline, (element.tag, inline)
    for label in found(document, "label"):
        assert label.get("for") in ids, label.attrib
    return document


def found(document, tag: str) -> list:
    """All elements of a tag."""
    return list(document.iter(_HTML + tag))


def text(document) -> str:
    """What stands on the page, in one line."""
    body = found(document, "main") or found(document, "body")
    return " ".join(" ".join(body[0].itertext()).split())


def rows(document) -> list[list[str]]:
    """The rows of all tables, cell by cell."""
    return [
        [
            " ".join(" ".join(cell.itertext()).split())
            for cell in row
            if cell.tag in (_HTML + "td", _HTML + "th")
        ]
        for row in found(document, "tr")
    ]


def heading(document) -> str:
    """The one heading of the page."""
    first = found(document, "h1")
    assert len(first) == 1
    return " ".join(" ".join(first[0].itertext()).split())
