"""What commands share in which a person says something: who, which day, and JSON."""

import getpass
import sys
from datetime import date
from typing import Annotated

import typer
from pydantic_core import to_json

from api.clock import today
from geocorr.errors import UsageError

By = Annotated[
    str,
    typer.Option(
        default_factory=getpass.getuser,
        show_default="your log-in name",
        help="Who says so.",
    ),
]
Reason = Annotated[str, typer.Option(help="Why, in words; it is kept.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
OnDay = Annotated[
    str | None, typer.Option(metavar="YYYY-MM-DD", help="The day; today if not given.")
]


def day(text: str | None, option: str = "--day") -> date:
    """The day that an option gives, else today in London; UsageError if it is none."""
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise UsageError(f"{option} {text} is no day: write 2026-03-28.") from wrong


def tell_json(document: object) -> None:
    """One JSON document on stdout; times as UTC, days as dates."""
    sys.stdout.write(to_json(document).decode() + "\n")
