"""Every page that a role can reach by links from the first one, one of each kind."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Page

from api.pages.access import PAGES

# A parameter of a route's path, as FastAPI writes it.
_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


def kind(path: str) -> str | None:
    """The route of a page's path; None for what is no page of ours."""
    # What has an ending is a file, not a page.
    pages = [r for m, r in PAGES if m == "GET" and "." not in r]
    fits = [r for r in pages if _pattern(r).fullmatch(path)]
    # A page by its own name goes before one that takes any.
    return min(fits, key=lambda route: route.count("{"), default=None)


def crawl(page: Page, address: str) -> Iterator[tuple[str, str, int]]:
    """Open one page of each kind; its route, path and status, `page` standing on it."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        route = kind(urlsplit(path).path)
        if route is None or route in seen:
            continue
        seen.add(route)
        answer = page.goto(urljoin(address, path))
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        yield route, path, answer.status
        links = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        waiting += [_local(link) for link in links if link.startswith(address)]


def _local(link: str) -> str:
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _pattern(route: str) -> re.Pattern[str]:
    pieces = _PARAMETER.split(route)
    # Text, then for each parameter its name, its kind, and the text after it.
    made = re.escape(pieces[0])
    for i in range(1, len(pieces), 3):
        made += (".+" if pieces[i + 1] else "[^/]+") + re.escape(pieces[i + 2])
    return re.compile(made)
