"""The `geocorr` command, one file per group of commands; `api.cli` joins them."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum

import structlog

from geocorr.errors import UsageError
from geocorr.model import Outcome
from loaders.report import LoadReport


class Exit(IntEnum):
    """What scripts may rely on."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    SERVICE = 3
    PARTIAL = 4


def log_to_stderr() -> None:
    """Send log lines to whatever stderr is when they are written."""
    structlog.configure(logger_factory=lambda *args: structlog.PrintLogger(sys.stderr))


def exit_of(reports: Sequence[LoadReport]) -> Exit:
    """0 where every file is SUCCESSFUL, 1 where all are refused, else 4."""
    outcomes = {report.outcome for report in reports}
    if outcomes == {Outcome.SUCCESSFUL}:
        return Exit.DONE
    if outcomes <= {Outcome.ERROR, Outcome.FAILED}:
        return Exit.REFUSED
    return Exit.PARTIAL


def exit_of_asked(asked: LoadReport, beside: Sequence[LoadReport]) -> Exit:
    """The exit code where one file is asked of and orders and events stand beside it.

    1 if nothing of it could be taken. 4 if a row was refused, there or beside: the tag
    of a refused order is looked for nowhere, that of a refused event passes for sound.
    Refused fixes are told, and change nothing here.
    """
    if asked.outcome in (Outcome.ERROR, Outcome.FAILED):
        return Exit.REFUSED
    refused = any(report.rejected for report in (asked, *beside))
    return Exit.PARTIAL if refused else Exit.DONE


def exit_beside(beside: Sequence[LoadReport]) -> Exit:
    """The same where no file but trails is asked of."""
    refused = any(report.rejected for report in beside)
    return Exit.PARTIAL if refused else Exit.DONE


def moment(text: str | None, option: str = "--now") -> datetime:
    """The time that an option gives, else the clock; UsageError without an offset."""
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise UsageError(f"{option} {text} is no ISO 8601 time.") from wrong
    if at.tzinfo is None:
        raise UsageError(f"{option} {text} has no offset: write {text}Z or +01:00.")
    return at
