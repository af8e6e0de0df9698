"""Wrong tries to come in: what they lock, for whom, and whom they only slow."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api import app as service
from api.login import entering
from api.login.rates import network
from api.settings import Settings
from sql import accounts
from sql.db import Database
from tests.web.accounts import BASE, ORIGIN
from tests.web.pages import HTML, parsed, text
from tests.web.visitors import PASSWORD, choose, elsewhere, enter, later, on_database


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_too_many_failures_lock_a_name_here_whoever_has_it(
    visitor: TestClient, name: str
) -> None:
    for _ in range(5):
        assert enter(visitor, name, "wrong").status_code == 403
    answer = enter(visitor, name)
    assert answer.status_code == 429
    assert "too many tries. Wait until" in text(parsed(answer))
    assert 0 < int(answer.headers["retry-after"]) <= 15 * 60


def test_a_lock_ends_by_itself_and_by_who_manages_accounts(
    visitor: TestClient, database: Database
) -> None:
    for _ in range(5):
        enter(visitor, "ann", "wrong")
    assert enter(visitor).status_code == 429
    on_database(database, lambda conn: accounts.forgive(conn, "ann"))
    assert enter(visitor).status_code == 303
    for _ in range(5):
        enter(visitor, "ann", "wrong")
    asyncio.run(later(database, "16 minutes"))
    assert enter(visitor).status_code == 303


def test_a_success_forgets_what_failed_before(visitor: TestClient) -> None:
    for _ in range(3):
        for _ in range(4):
            enter(visitor, "ann", "wrong")
        assert enter(visitor).status_code == 303


def test_guessing_the_old_password_locks_too(visitor: TestClient) -> None:
    enter(visitor)
    for _ in range(5):
        choose(visitor, "wrong", "four blue bottles")
    assert choose(visitor, PASSWORD, "four blue bottles").status_code == 429


def test_a_stranger_locks_nobody_out_from_elsewhere(visitor: TestClient) -> None:
    stranger = elsewhere(visitor)
    for _ in range(5):
        assert enter(stranger, "ann", "wrong").status_code == 403
    assert enter(stranger).status_code == 429
    assert enter(visitor).status_code == 303
    # Nor does it open for the stranger that somebody came in elsewhere.
    assert enter(stranger).status_code == 429


def test_a_session_goes_on_whatever_is_tried(visitor: TestClient) -> None:
    enter(visitor)
    neighbour = elsewhere(visitor, "testclient")
    for _ in range(6):
        last = enter(neighbour, "ann", "wrong")
    assert last.status_code == 429
    assert visitor.get("/").status_code == 200


@pytest.fixture
def strict(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """A service that lets an address try ten times."""
    monkeypatch.setattr(service, "database_of", lambda settings: database)
    chosen = settings.model_copy(update={"log_in_failures_here": 10})
    with TestClient(service.create_app(chosen), base_url=BASE) as client:
        client.headers.update({**ORIGIN, **HTML})
        yield client


def test_one_address_cannot_try_many_names(strict: TestClient) -> None:
    for number in range(10):
        assert enter(strict, f"name{number}", "wrong").status_code == 403
    assert enter(strict, "another", "wrong").status_code == 429


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
     ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("fe80::1%eth0", "fe80::/64"),
     ("testclient", "testclient"), ("", "unknown")],
)  # fmt: skip
def test_whoever_has_one_address_has_its_neighbours(
    address: str, counts_as: str
) -> None:
    assert network(address) == counts_as


def test_a_stranger_changes_addresses_of_one_network_in_vain(
    visitor: TestClient,
) -> None:
    for number in range(5):
        enter(elsewhere(visitor, f"2001:db8::{number}"), "ann", "wrong")
    assert enter(elsewhere(visitor, "2001:db8::ffff"), "ann").status_code == 429


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how many seconds answers waited; they do not while tests run."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(entering, "sleep", sleep)
    return found


def besieged(client: TestClient, name: str, failures: int = 50) -> None:
    """Wrong tries at a name, a few from each of many addresses."""
    for number in range(failures):
        stranger = elsewhere(client, f"198.51.100.{number // 4}")
        assert enter(stranger, name, "wrong").status_code == 403


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_very_many_failures_from_anywhere_slow_a_name_and_lock_it_not(
    visitor: TestClient, waited: list[float], name: str, database: Database
) -> None:
    besieged(visitor, name)
    assert waited == []
    assert enter(visitor, name, "wrong").status_code == 403
    assert waited == [10]
    if name == "ann":
        assert enter(visitor).status_code == 303
        assert waited == [10, 10]
    asyncio.run(later(database, "16 minutes"))
    enter(visitor, name)
    assert len(waited) == 1 + (name == "ann")


def test_who_manages_accounts_forgives_what_was_tried_anywhere(
    visitor: TestClient, database: Database, waited: list[float]
) -> None:
    besieged(visitor, "ann")
    on_database(database, lambda conn: accounts.forgive(conn, "ann"))
    assert enter(visitor).status_code == 303
    assert waited == []
