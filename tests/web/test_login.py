"""Coming in and going out, in a browser that runs no script, and as a script."""

import asyncio
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.login import passwords
from api.login.session import Session
from api.login.who import UserRole
from api.pages.login import local
from sql import accounts, audit, sessions
from sql.audit import Entry
from sql.db import Connection, Database, Role, connection
from tests.web.accounts import made, token
from tests.web.pages import found, heading, parsed, text
from tests.web.staging import told
from tests.web.visitors import HASH, PASSWORD, choose, enter, later, on_database


def entries(database: Database) -> list[Entry]:
    async def read() -> list[Entry]:
        async with connection(database, Role.OWNER) as conn:
            return await audit.entries(conn, 20)

    return asyncio.run(read())


def field(answer: Response, name: str) -> str:
    inputs = found(parsed(answer), "input")
    return next(i.get("value") for i in inputs if i.get("name") == name)


def test_a_stranger_is_sent_to_log_in_and_comes_back(visitor: TestClient) -> None:
    asked = visitor.get("/password?a=b%26c")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=%2Fpassword%3Fa%3Db%2526c"
    form = visitor.get(asked.headers["location"])
    assert heading(parsed(form)) == "Sign in"
    assert field(form, "next") == "/password?a=b%26c"
    answer = enter(visitor, next=field(form, "next"))
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/password?a=b%26c",
    )
    assert visitor.get("/password").status_code == 200
    assert visitor.get("/login?next=/password").headers["location"] == "/password"


def test_a_script_without_a_name_gets_a_problem(stranger: TestClient) -> None:
    answer = stranger.get("/v1/batches")
    assert "/login" in told(answer, 401)["detail"]
    assert answer.headers["www-authenticate"] == "Bearer"
    told(stranger.get("/"), 401)
    told(stranger.get("/v1/no/such/thing"), 401)
    told(stranger.post("/v1/batches", content="x"), 401)


def test_the_cookie_tells_nothing_and_is_kept_from_scripts(visitor: TestClient) -> None:
    cookie = enter(visitor).headers["set-cookie"]
    assert re.match(r"geocorr=[\w-]{43}; HttpOnly; Path=/; SameSite=lax$", cookie)


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "another password"), ("nobody", PASSWORD), ("ann", ""), ("", ""),
     ("ann' or 1=1 --", PASSWORD), ("ann", PASSWORD * 60), ("ann\x00", PASSWORD)],
)  # fmt: skip
def test_who_is_wrong_is_told_no_more_than_that(
    visitor: TestClient, name: str, password: str
) -> None:
    answer = enter(visitor, name, password)
    assert "set-cookie" not in answer.headers
    if answer.status_code != 422:
        assert answer.status_code == 403
        assert "The name or the password is wrong." in text(parsed(answer))
        assert password == "" or password not in answer.text


def test_an_unknown_name_takes_the_same_work(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    verify = passwords._hasher().verify

    def counted(password: str, held: str) -> bool:
        compared.append(held)
        return verify(password, held)

    monkeypatch.setattr(passwords._hasher(), "verify", counted)
    enter(visitor, "ann", "wrong")
    enter(visitor, "nobody", "wrong")
    assert len(compared) == 2
    assert all(held.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for held in compared)


def test_names_and_letters_as_people_type_them(visitor: TestClient) -> None:
    assert enter(visitor, " ANN ").status_code == 303


def test_a_session_ends_when_it_is_idle_and_at_the_end_of_a_shift(
    visitor: TestClient, database: Database
) -> None:
    enter(visitor)
    asyncio.run(later(database, "29 minutes"))
    assert visitor.get("/").status_code == 200
    asyncio.run(later(database, "31 minutes"))
    assert visitor.get("/").status_code == 303
    enter(visitor)

    async def over() -> None:
        async with connection(database, Role.OWNER) as conn:
            await conn.execute("update session set expires_at = now()")

    asyncio.run(over())
    assert visitor.get("/").status_code == 303


def test_logging_out_ends_the_session_itself(
    visitor: TestClient, database: Database
) -> None:
    enter(visitor)
    held = visitor.cookies["geocorr"]
    csrf = field(visitor.get("/password"), "csrf")
    assert csrf == Session(held).csrf
    assert visitor.post("/logout", data={"csrf": "f" * 64}).status_code == 403
    answer = visitor.post("/logout", data={"csrf": csrf})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "geocorr" not in visitor.cookies
    visitor.cookies.set("geocorr", held)
    assert visitor.get("/").status_code == 303
    assert [e.action for e in entries(database)][:2] == ["log out", "log in"]


def test_each_log_in_has_an_id_of_its_own(visitor: TestClient) -> None:
    visitor.cookies.set("geocorr", "chosen-by-somebody-else")
    enter(visitor)
    ids = set(visitor.cookies.jar._cookies["127.0.0.1"]["/"])
    assert ids == {"geocorr"}
    first = next(c.value for c in visitor.cookies.jar if c.domain)
    enter(visitor)
    second = next(c.value for c in visitor.cookies.jar if c.domain)
    assert len({"chosen-by-somebody-else", first, second}) == 3
    # The one before is over.
    visitor.cookies.clear()
    visitor.cookies.set("geocorr", first)
    assert visitor.get("/").status_code == 303


def test_a_disabled_account_is_out_at_once(
    visitor: TestClient, database: Database
) -> None:
    enter(visitor)
    number = on_database(database, lambda conn: accounts.named(conn, "ann")).id
    key = asyncio.run(token(database, number))
    bearer = {"Authorization": f"Bearer {key}"}
    assert visitor.get("/v1/batches", headers=bearer).status_code == 200
    on_database(database, lambda conn: accounts.set_disabled(conn, number, True))
    assert visitor.get("/").status_code == 303
    told(visitor.get("/v1/batches", headers={**bearer, "Accept": "*/*"}), 401)
    assert enter(visitor).status_code == 403


def test_roles_change_with_the_next_request(
    visitor: TestClient, database: Database
) -> None:
    enter(visitor)
    assert visitor.get("/v1/batches").status_code == 200
    number = on_database(database, lambda conn: accounts.named(conn, "ann")).id
    roles = (UserRole.AUDITOR.value,)
    on_database(
        database, lambda conn: accounts.set_roles(conn, number, roles, None, None)
    )
    refused = told(visitor.get("/v1/batches"), 403)["detail"]
    assert "central team, investigator" in refused
    assert "ann" in refused


@pytest.fixture
def newcomer(visitor: TestClient, database: Database) -> TestClient:
    """A browser of bob's, whose password somebody else has set."""
    asyncio.run(made(database, "bob", password_hash=HASH, must_change=True))
    assert enter(visitor, "bob").headers["location"] == "/"
    return visitor


def test_who_was_given_a_password_chooses_one_first(newcomer: TestClient) -> None:
    for path in ("/", "/docs"):
        assert newcomer.get(path).headers["location"] == "/password"
    told(newcomer.get("/v1/batches"), 403)
    form = newcomer.get("/password")
    assert "given to you by somebody else" in text(parsed(form))
    before = newcomer.cookies["geocorr"]
    answer = choose(newcomer, PASSWORD, "four blue bottles")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert newcomer.cookies["geocorr"] != before
    assert newcomer.get("/").status_code == 200
    newcomer.cookies.clear()
    assert enter(newcomer, "bob").status_code == 403
    assert enter(newcomer, "bob", "four blue bottles").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "four blue bottles", None, "The password you have now is another"),
        (PASSWORD, "four blue bottles", "four", "not the same both times"),
        (PASSWORD, "short", None, "at least 12 characters"),
        (PASSWORD, "password1234", None, "first that are guessed"),
        (PASSWORD, "bobbob-bob-b0b", None, "first that are guessed"),
        (PASSWORD, PASSWORD, None, "not the one you have now"),
    ],
)
def test_a_password_that_will_not_do(
    newcomer: TestClient, old: str, new: str, again: str | None, said: str
) -> None:
    answer = choose(newcomer, old, new, again)
    assert answer.status_code in {403, 422}
    assert said in text(parsed(answer))
    assert newcomer.get("/").headers["location"] == "/password"


def test_a_new_password_ends_every_other_session(
    visitor: TestClient, database: Database
) -> None:
    enter(visitor)
    elsewhere = visitor.cookies["geocorr"]
    visitor.cookies.clear()
    enter(visitor)
    choose(visitor, PASSWORD, "four blue bottles")
    visitor.cookies.clear()
    visitor.cookies.set("geocorr", elsewhere)
    assert visitor.get("/").status_code == 303
    written = str(entries(database))
    assert "password changed" in written
    assert "bottles" not in written


@pytest.mark.parametrize(
    ("path", "goes_to"),
    [("/hits?a=1", "/hits?a=1"), ("//evil.example", "/"), ("/\\evil.example", "/"),
     ("https://evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/"),
     ("/a\r\nSet-Cookie: x", "/"), ("/%2f/evil", "/%2f/evil"), ("/\t/evil", "/")],
)  # fmt: skip
def test_log_in_leads_nowhere_else(path: str, goes_to: str) -> None:
    assert local(path) == goes_to


def test_no_other_site_logs_somebody_in(visitor: TestClient) -> None:
    del visitor.headers["origin"]
    assert enter(visitor).status_code == 403
    visitor.headers["sec-fetch-site"] = "cross-site"
    assert enter(visitor).status_code == 403
    visitor.headers["sec-fetch-site"] = "same-origin"
    assert enter(visitor).status_code == 303


def test_a_change_over_the_api_proves_where_it_comes_from(client: TestClient) -> None:
    del client.headers["origin"]
    body = {"name": "ISA", "agencies": ["Housing"], "signed_on": "2026-01-05"}
    path = "/v1/disclosures/agreements"
    assert "X-CSRF-Token" in told(client.post(path, json=body), 403)["detail"]
    wrong = {"X-CSRF-Token": "0" * 64}
    told(client.post(path, json=body, headers=wrong), 403)
    right = {"X-CSRF-Token": Session(client.cookies["geocorr"]).csrf}
    assert client.post(path, json=body, headers=right).status_code == 201


def test_a_script_needs_its_token_alone(
    stranger: TestClient, database: Database
) -> None:
    number = asyncio.run(made(database, "nightly", {UserRole.CENTRAL_TEAM}))
    key = asyncio.run(token(database, number))
    stranger.headers["Authorization"] = f"Bearer {key}"
    answer = stranger.post("/v1/batches?zone=UTC", content="x")
    assert answer.status_code == 201
    told(stranger.get("/v1/scores"), 403)
    # A form is for people.
    told(stranger.post("/logout"), 403)
    for wrong in (f"Bearer {key}x", "Bearer", "Bearer ", f"Basic {key}", key):
        stranger.headers["Authorization"] = wrong
        told(stranger.get("/v1/batches"), 401)


async def test_the_web_reads_no_secrets(web: Connection) -> None:
    for table in ("account", "session", "api_token", "log_in_attempt"):
        with pytest.raises(Exception, match="permission denied"):
            await web.fetch(f"select * from {table}")


async def test_names_that_were_tried_are_not_kept(
    web: Connection, owner: Connection
) -> None:
    limits = sessions.Limits(5, 100, 50, timedelta(minutes=15))
    await sessions.began(web, "my secret password", "127.0.0.1", limits)
    kept = await owner.fetch("select t::text from log_in_attempt as t")
    assert len(kept) == 1
    assert "secret" not in str(kept)
