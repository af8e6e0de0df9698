"""What a search asks: conditions with their parameters, put together as they are given.

Only what is asked for stands in the statement, and it is planned anew each time: how
many rows a filter lets through decides by which index to go. Conditions are ours, word
for word; what people typed goes in as parameters alone.
"""

from dataclasses import dataclass, field

from sql.db import Connection, Record

# How a crime's reference begins, in any case. No letter comes after the last there is.
STARTS = (
    "reference_key >= upper({0}::text)"
    " and reference_key < upper({0}::text) || chr(1114111)"
)
# Within so many metres of a place: x, y, distance.
WITHIN = (
    "x_m between {0}::float8 - {2}::float8 and {0}::float8 + {2}::float8"
    " and y_m between {1}::float8 - {2}::float8 and {1}::float8 + {2}::float8"
    " and (x_m - {0}::float8) ^ 2 + (y_m - {1}::float8) ^ 2 <= {2}::float8 ^ 2"
)
# A window that meets a time, half-open; either end may be missing.
MEETS = (
    "window_to >= coalesce({0}::timestamptz, '-infinity')"
    " and window_from < coalesce({1}::timestamptz, 'infinity')"
)
# No window is longer than the longest: so it cannot have begun before that.
BEGAN = (
    " and window_from >= coalesce({0}::timestamptz, '-infinity')"
    " - (select max(window_to - window_from) from crime_version)"
)


@dataclass(slots=True)
class Asked:
    """Conditions with the parameters that they name; a query's own come first."""

    parameters: list[object]
    conditions: list[str] = field(default_factory=list)

    def put(self, condition: str, *values: object) -> None:
        """One condition more; {} or {0}, {1} in it are its values."""
        first = len(self.parameters) + 1
        names = [f"${first + n}" for n in range(len(values))]
        self.conditions.append(condition.format(*names))
        self.parameters.extend(values)

    def put_each(self, asked: object, asks: dict[str, str], around: str = "%s") -> None:
        """The conditions of those fields of `asked` that are given."""
        for name, condition in asks.items():
            if (value := getattr(asked, name)) is not None:
                self.put(around % condition, value)

    async def fetched(self, conn: Connection, text: str, **parts: str) -> list[Record]:
        """What a statement finds; {only} in it are the conditions."""
        only = " and ".join(self.conditions) or "true"
        statement = await conn.prepare(text.format(only=only, **parts))
        rows: list[Record] = await statement.fetch(*self.parameters)
        return rows
