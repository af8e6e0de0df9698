"""A TOML table that knows which of its keys were asked for.

So a reader of a map can refuse the rest by name: a misspelt key must not change
results in silence. Every error is a UsageError that names the map and the key.
"""

from collections.abc import Mapping

from geocorr.errors import UsageError


class TomlTable:
    """One table of a map, `name` as errors call it."""

    def __init__(self, name: str, data: Mapping[str, object]) -> None:
        self.name = name
        self._data = data
        self._asked: set[str] = set()

    def get(self, key: str) -> object:
        """The value of a key as it is, None where it is left out."""
        self._asked.add(key)
        return self._data.get(key)

    def maybe_text(self, key: str) -> str | None:
        """A text, None where the key is left out."""
        value = self.get(key)
        if value is not None and (not isinstance(value, str) or not value):
            raise self.wrong(key, "a text")
        return value

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.maybe_text(key)
        if value is None:
            raise UsageError(f"The map {self.name} lacks {key}.")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them; empty where the key is left out."""
        value = self.get(key)
        listed = value if isinstance(value, list) else [] if value is None else [value]
        if not all(isinstance(item, str) and item for item in listed):
            raise self.wrong(key, "a text or a list of texts")
        return tuple(listed)

    def number(self, key: str, default: float) -> float:
        """A number, or the default where the key is left out."""
        value = self.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, "a number")
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false; false where the key is left out."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return bool(value)

    def table(self, key: str) -> "TomlTable | None":
        """A table inside this one, None where the key is left out."""
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return TomlTable(f"{self.name} ({key})", value)

    def keys(self) -> tuple[str, ...]:
        """The keys that were given."""
        return tuple(self._data)

    def wrong(self, key: str, wanted: str) -> UsageError:
        """The error that says what a key must be."""
        return UsageError(f"The map {self.name}: {key} must be {wanted}.")

    def done(self) -> None:
        """UsageError where a key was never asked for."""
        unknown = [key for key in self._data if key not in self._asked]
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise UsageError(
                f"The map {self.name} has an unknown key {unknown[0]}; "
                f"known are {known}."
            )
