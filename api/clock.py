"""The day that it is: the one place of the doors out that asks for it."""

from datetime import UTC, date, datetime

from geocorr.dates import LONDON


def today() -> date:
    """Today in London."""
    return datetime.now(UTC).astimezone(LONDON).date()
