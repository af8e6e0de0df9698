"""What a search found: how many, which of them are shown, and other orders. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from api.views.paging import Paging, paging

# Further than this nobody turns pages: a narrower search is quicker.
PAGED = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """How many there are, in words, and the pages of those that can be paged."""

    words: str
    paging: Paging


def found(
    total: int, most: int, page: int, rows: int, query: Mapping[str, str]
) -> Found:
    """`total` were counted, to `most` and one at most; `query` is the address's."""
    shown = paging(min(total, PAGED), page, rows, query)
    if total > PAGED:
        many = f"More than {most:,}" if total > most else f"{total:,}"
        return Found(
            f"{many}. The first {PAGED:,} can be turned through: filter to see others.",
            shown,
        )
    if total <= rows:
        return Found(f"{total:,}.", shown)
    if not shown.first:
        return Found(f"{total:,}. This page is beyond them.", shown)
    return Found(f"{shown.first:,} to {shown.last:,} of {total:,}.", shown)


def address(path: str, kept: Iterable[tuple[str, str]], **more: str) -> str:
    """A page with what its address held, without what was done, and something more."""
    pairs = [(n, t) for n, t in kept if n not in ("done", *more) and t != ""]
    pairs += [(name, text) for name, text in more.items() if text]
    return f"{path}?{urlencode(pairs)}" if pairs else path
