"""Accounts as whoever manages them makes, changes, disables and opens them."""

import asyncio
import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.commands import database as commands
from api.login import passwords
from geocorr.errors import ConflictError, NotFound, UsageError
from sql import audit
from sql.audit import Entry
from sql.db import Database, Role, connection

Run = Callable[..., Result]
ADD = ("user", "add", "ann", "--shown", "Ann A", "--by", "root")


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command on the test's database; an error of ours is raised."""
    monkeypatch.setattr(commands, "database_of", lambda settings: database)

    def invoke(*words: str, typed: str | None = None) -> Result:
        done = CliRunner().invoke(app, list(words), input=typed)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return invoke


def told(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def kept_hash(database: Database, name: str) -> str | None:
    return asyncio.run(_kept_hash(database, name))


async def _kept_hash(database: Database, name: str) -> str | None:
    async with connection(database, Role.OWNER) as conn:
        sql = "select password_hash from account where name = $1"
        return await conn.fetchval(sql, name)


def latest(database: Database) -> Entry:
    """The last entry of the audit log."""

    async def read() -> Entry:
        async with connection(database, Role.OWNER) as conn:
            return (await audit.entries(conn, 1))[0]

    return asyncio.run(read())


def fits(password: str, kept: str | None) -> bool:
    return asyncio.run(passwords.matches(password, kept))


def test_an_account_is_made_with_a_password_for_once(
    run: Run, database: Database
) -> None:
    made = told(run(*ADD, "--role", "admin", "--json"))
    assert made["account"]["roles"] == ["admin"]
    assert made["account"]["must_change"]
    kept = kept_hash(database, "ann")
    assert kept.startswith("$argon2id$")
    assert fits(made["password"], kept)
    assert not fits(made["password"] + "x", kept)
    entry = latest(database)
    assert (entry.actor, entry.action) == ("root", "account made")
    assert made["password"] not in str(entry)


def test_what_a_person_reads(run: Run) -> None:
    said = run(*ADD, "--role", "investigator", "--force", "dem").stdout
    assert "ann may come in as investigator of Demoshire" in said
    assert "Password, for once:" in said
    listed = run("user", "list").stdout
    assert "ann" in listed
    assert "1 account." in listed


def test_a_password_may_be_typed(run: Run, database: Database) -> None:
    typed = "three green bottles\n" * 2
    made = told(run(*ADD, "--role", "admin", "--ask", "--json", typed=typed))
    assert made["password"] is None
    kept = kept_hash(database, "ann")
    assert fits("three green bottles", kept)


def test_who_comes_in_by_the_provider_has_no_password(
    run: Run, database: Database
) -> None:
    words = ("--role", "admin", "--no-password", "--subject", "8F-Xy")
    made = told(run(*ADD, *words, "--json"))
    assert made["password"] is None
    assert made["account"]["subject"] == "8F-Xy"
    assert not made["account"]["must_change"]
    assert kept_hash(database, "ann") is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--role", "investigator"), "needs --force"),
        (("--role", "lpu_team", "--force", "dem"), "needs --lpu"),
        (("--role", "supervisor", "--force", "dem"), "needs --lpu"),
        (("--role", "admin", "--force", "Atlantis"), "not a known force"),
    ],
)
def test_a_role_says_what_it_needs(run: Run, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run(*ADD, *words)


@pytest.mark.parametrize("name", ["Ann", "a", "an n", "ann\n", "../ann", "-ann", "änn"])
def test_a_name_to_log_in_by_is_plain(run: Run, name: str) -> None:
    with pytest.raises(UsageError, match="no name"):
        run("user", "add", "--shown", "A", "--role", "admin", "--", name)


@pytest.mark.parametrize(
    "password",
    ["short", "elevenchars", "x" * 201, "password1234", "Pass-Word-2026!",
     "aaaaaaaaaaaa", "ann-ann-2026!", "111222333111", "PoliceOfficer1"],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(UsageError):
        passwords.check(password, "ann")


@pytest.mark.parametrize(
    "password",
    ["three green bottles", "kitten-on-the-keys", "lautstarkeÜbung", "x7!" * 5],
)
def test_any_other_password_will_do(password: str) -> None:
    if len(set(password)) >= 5:
        assert passwords.check(password, "ann")


def test_a_name_is_taken_once(run: Run) -> None:
    run(*ADD, "--role", "admin")
    with pytest.raises(ConflictError, match="taken"):
        run(*ADD, "--role", "auditor")
    with pytest.raises(ConflictError, match="taken"):
        run("user", "add", "bob", "--shown", "B", "--role", "admin", "--subject", "ann")


def test_rights_are_said_anew(run: Run) -> None:
    run(*ADD, "--role", "admin")
    words = ("--role", "lpu_team", "--force", "Demoshire", "--lpu", "DEM-03")
    held = told(run("user", "roles", "ann", *words, "--json"))
    assert (held["roles"], held["force"], held["lpu"]) == (
        ["lpu_team"],
        "Demoshire",
        "DEM-03",
    )
    with pytest.raises(NotFound):
        run("user", "roles", "bob", "--role", "admin")


def test_nobody_says_what_they_may_be_themselves(run: Run) -> None:
    run(*ADD, "--role", "admin")
    for words in (("roles", "ann", "--role", "auditor"), ("password", "ann")):
        with pytest.raises(ConflictError, match="your own account"):
            run("user", *words, "--by", "ann")
    assert told(run("user", "list", "--json"))["accounts"][0]["roles"] == ["admin"]


def test_disabled_and_let_in_again(run: Run) -> None:
    run(*ADD, "--role", "admin")
    run("user", "token", "ann", "--days", "30")
    held = told(run("user", "disable", "ann", "--reason", "left", "--json"))
    assert held["disabled_at"]
    assert all(
        key["ended_at"]
        for key in told(run("user", "sessions", "ann", "--json"))["tokens"]
    )
    with pytest.raises(ConflictError, match="disabled"):
        run("user", "token", "ann", "--days", "30")
    held = told(run("user", "enable", "ann", "--reason", "back", "--json"))
    assert held["disabled_at"] is None


def test_a_token_is_shown_once_and_ends(run: Run) -> None:
    run(*ADD, "--role", "admin")
    key = told(
        run("user", "token", "ann", "--days", "30", "--for", "nightly", "--json")
    )
    assert key["token"].startswith("geocorr_")
    held = run("user", "sessions", "ann")
    assert "(nightly) until" in held.stdout
    assert key["token"] not in held.stdout
    ended = told(run("user", "end", "ann", "--tokens", "--json"))
    assert (ended["sessions"], ended["tokens"]) == (0, 1)
    assert "(nightly) ended" in run("user", "sessions", "ann").stdout


@pytest.mark.parametrize("days", ["0", "-1", "367"])
def test_a_token_lasts_a_year_at_most(run: Run, days: str) -> None:
    run(*ADD, "--role", "admin")
    with pytest.raises(UsageError, match="366"):
        run("user", "token", "ann", f"--days={days}")


def test_a_new_password_is_for_once(run: Run, database: Database) -> None:
    first = told(run(*ADD, "--role", "admin", "--json"))["password"]
    then = told(run("user", "password", "ann", "--json"))["password"]
    kept = kept_hash(database, "ann")
    assert first != then
    assert fits(then, kept)
    assert "every session of theirs has ended" in run("user", "password", "ann").stdout
