"""`geocorr verdict`: what is asked wrongly is said before any database is touched."""

import pytest
from typer.testing import CliRunner

from api import cli
from geocorr.errors import UsageError

PLACE = ("--place", "450000,250000", "--from", "2026-03-10T10:00Z")
WHOLE = (*PLACE, "--to", "2026-03-10T11:00Z")
RUN = CliRunner()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "one nominal"),
        (("--all", "--nominal", "N1", "--crime", "Kent/A"), "one nominal"),
        (("--all",), "Give --crime FORCE/REF"),
        (("--all", "--crime", "A"), "is no crime"),
        (("--all", "--crime", "Kent/A", *WHOLE), "its own place and window"),
        (("--all", *PLACE), "--from and --to"),
        (("--all", *WHOLE[:-1], "2026-03-10T11:00"), "has no offset"),
        (("--all", "--place", "1,2,3", *WHOLE[2:]), "is no place"),
        (("--all", *WHOLE, "--top-speed-kmh", "-5"), "no top speed"),
    ],
)
def test_what_is_asked_wrongly_is_said(options: tuple[str, ...], told: str) -> None:
    result = RUN.invoke(cli.app, ["verdict", *options])
    assert isinstance(result.exception, UsageError)
    assert told in str(result.exception)
