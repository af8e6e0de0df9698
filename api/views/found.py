"""What a search found: how many, which of them are shown, and other orders. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from api.views.paging import Paging, paging

# Further than this nobody turns pages: a narrower search is quicker.
PAGED = 1_000
ROWS = 50
_PLURAL = {"hit": "hits", "crime": "crimes", "file": "files"}


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, in words, and the pages of those that can be paged."""

    words: str
    paging: Paging


def found(
    total: int, most: int, page: int, query: Mapping[str, str], what: str
) -> Found:
    """`total` of `what` were counted, to `most` and one at most.

    `query` is what the address holds; a page has ROWS.
    """
    shown = paging(min(total, PAGED), page, ROWS, query)
    called = what if total == 1 else _PLURAL[what]
    many = f"More than {most:,}" if total > most else f"{total:,}"
    if total <= ROWS:
        words = f"{total:,} {called}."
    elif not shown.first:
        words = f"{many} {called}. This page is beyond them."
    elif total > PAGED:
        words = f"{many} {called}, of which the first {PAGED:,} can be turned through."
    else:
        words = f"{shown.first:,} to {shown.last:,} of {total:,} {called}."
    return Found(words, shown)


def address(path: str, kept: Iterable[tuple[str, str]], **more: str) -> str:
    """A page with what its address held, without what was done, and something more."""
    pairs = [(n, t) for n, t in kept if n not in ("done", *more) and t != ""]
    pairs += [(name, text) for name, text in more.items() if text]
    return f"{path}?{urlencode(pairs)}" if pairs else path
