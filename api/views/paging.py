"""Which rows of a list a page shows, and the addresses of the other pages. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Paging:
    """Rows `first` to `last` of `total`; `links` as govuk's pagination takes them."""

    total: int
    first: int
    last: int
    links: Mapping[str, object] | None


def paging(total: int, page: int, rows: int, query: Mapping[str, str]) -> Paging:
    """Of `total` rows the `page`th (from 1); `query` is what the address holds now."""
    pages = max(1, -(-total // rows))
    first = min((page - 1) * rows + 1, total) if page <= pages else 0
    last = min(page * rows, total) if page <= pages else 0
    return Paging(total, first, last, _links(page, pages, query) if pages > 1 else None)


def sorted_by(sorts: Iterable[str], query: Mapping[str, str]) -> Mapping[str, str]:
    """The address of the same list in each of these orders, from its first row."""
    kept = {n: t for n, t in query.items() if n not in ("page", "done") and t != ""}
    return {sort: "?" + urlencode({**kept, "sort": sort}) for sort in sorts}


def _links(page: int, pages: int, query: Mapping[str, str]) -> dict[str, object]:
    kept = {n: t for n, t in query.items() if n not in ("page", "done") and t != ""}

    def to(number: int) -> str:
        return "?" + urlencode({**kept, "page": number})

    shown = [n for n in range(1, pages + 1) if n in (1, pages) or abs(n - page) <= 1]
    items: list[dict[str, object]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number > before + 1:
            items.append({"ellipsis": True})
        items.append({"number": number, "href": to(number), "current": number == page})
    links: dict[str, object] = {"items": items}
    if page > 1:
        links["previous"] = {"href": to(min(page - 1, pages))}
    if page < pages:
        links["next"] = {"href": to(page + 1)}
    return links
