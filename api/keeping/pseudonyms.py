"""Numbers in place of people whom a hit is not of, the same throughout an archive.

In another archive the same person has another number: two archives laid side by side
tell nobody who was where else.
"""

import hmac
import re
from collections.abc import Iterable

from geocorr.wording import counted


class Pseudonyms:
    """What stands for each nominal and device of an archive; those of `shown` as is.

    Their numbers follow no order that could be reckoned back: that of hashes with a
    secret of the database (`key`) and the archive's own name in them.
    """

    def __init__(
        self,
        key: bytes,
        archive: str,
        shown: Iterable[str],
        nominals: Iterable[str],
        devices: Iterable[str],
    ) -> None:
        shown = set(shown)
        self._names = {
            **_numbered(key, f"{archive} person", set(nominals) - shown),
            **_numbered(key, f"{archive} tag", set(devices) - shown - set(nominals)),
        }
        longest = sorted(self._names, key=len, reverse=True)
        whole = "|".join(re.escape(name) for name in longest)
        self._in_text = re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])")

    def __call__(self, name: str) -> str:
        """What stands for a nominal or a device."""
        return self._names.get(name, name)

    def in_text(self, text: str) -> str:
        """A text with what stands for each of them where their identifiers were."""
        if not self._names:
            return text
        return self._in_text.sub(lambda found: self._names[found[0]], text)

    @property
    def told(self) -> str:
        """How many people are hidden so."""
        people = sum(name.startswith("person ") for name in self._names.values())
        return counted(people, "other person", "other people")


def _numbered(key: bytes, of: str, names: set[str]) -> dict[str, str]:
    """What stands for each: the last word of what they are of, and a number."""

    def place(name: str) -> bytes:
        return hmac.digest(key, f"{of}\0{name}".encode(), "sha256")

    kind = of.rsplit(" ", 1)[-1]
    ordered = sorted(names, key=place)
    return {name: f"{kind} {number}" for number, name in enumerate(ordered, 1)}
