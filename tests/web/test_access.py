"""Every route declares who may use it, is described, and reads without writing."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import clock
from api.login.who import UserRole
from api.pages.access import OPEN, PAGES
from api.rest.access import ACCESS
from geocorr.geo import WorkingCrs
from geocorr.model import Nominal
from sql import batches, nominals
from sql.db import Connection, Database, Role, connection
from tests.db.scoring_scenes import ago, bring
from tests.unit.scored import entry
from tests.web.staging import FIRST, FORCE, TEN, send, tag, told, watch, work

GETS = sorted(path for method, path in ACCESS if method == "GET")
EXAMPLES = {
    "{batch}": "1",
    "{run}": "1",
    "{hit}": "1",
    "{breach}": "1",
    "{table}": "hits",
    "{case}": "1",
    "{nominal}": "N1",
    "{weight_set}": "1",
    "{manual_score}": "1",
    "{force}": FORCE,
    "{reference:path}": FIRST,
}

CASE = {
    "nominal": "N1",
    "force": FORCE,
    "by": "test.all",
    "reason": "panel",
    "detail": {"lead": "PC A", "grade": "red"},
}

SENT = {
    "/v1/weights": {
        "text": "# name = Small\n# version = 1\n# owner = Intelligence\n"
        "# effective_from = 2026-01-01\n# review_due = 2026-12-31\n"
        "data_set,code,points\ncrimes,34B,400\n",
        "by": "test.all",
    },
    "/v1/manual-scores": {
        "nominal": "N1",
        "points": 250,
        "ground": "mappa",
        "review_due": clock.today().isoformat(),
        "reason": "level 2",
        "by": "test.all",
    },
}


def example(path: str) -> str:
    why = "?reason=trial" if path.endswith(".zip") else ""
    why = "?hit=1" if path == "/v1/trails" else why
    return re.sub(r"\{[\w:]+\}", lambda name: EXAMPLES[name[0]], path) + why


def served(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of every route; those of FastAPI's own making too."""
    for route in every(app.routes):
        for method in set(route.methods) - {"HEAD"}:
            yield method, route.path


def every(routes) -> Iterator[object]:
    for route in routes:
        if hasattr(route, "methods"):
            yield route
        else:
            yield from every(route.effective_candidates())


def test_every_route_declares_who_may_use_it(client: TestClient) -> None:
    assert set(served(client.app)) == {*ACCESS, *PAGES, *OPEN}
    declared = [*ACCESS.values(), *PAGES.values()]
    assert all(roles and roles <= set(UserRole) for roles in declared)


def test_openapi_describes_every_route(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.")
    listed = {
        (method.upper(), path): route
        for path, methods in document["paths"].items()
        for method, route in methods.items()
    }
    declared = {
        (method, path.replace(":path}", "}"))
        for method, path in ACCESS
        if path.startswith("/v1")
    }
    assert set(listed) == declared
    for route in listed.values():
        assert route["summary"]
        assert route["description"]
        problem = route["responses"]["default"]["content"]
        assert list(problem) == ["application/problem+json"]


def test_openapi_points_at_nothing_that_is_missing(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    wanted = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert wanted <= set(schemas)
    assert "HTTPValidationError" not in wanted
    ids = re.findall(r'"operationId":"(\w+)"', text)
    assert len(ids) == len(set(ids)) > 10


def test_docs_name_every_route_and_fetch_nothing(client: TestClient) -> None:
    page = client.get("/docs")
    for method, path in ACCESS:
        if path.startswith("/v1"):
            assert f"{method} {path.replace(':path}', '}')}" in page.text
    assert "geocorr user token" in page.text
    assert not re.search(r"<script|https?://|src=", page.text)
    nonce = re.search(r'<style nonce="([\w-]+)">', page.text)[1]
    assert f"'nonce-{nonce}'" in page.headers["content-security-policy"]


@pytest.fixture
def staged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path
) -> TestClient:
    """A service in which every example of a GET finds something."""
    tag(database, bng, tmp_path)
    watch(database, bng)
    send(client, TEN)
    # The first run of all, before the worker's.
    question = {"crime": f"{FORCE}/{FIRST}", "nominal": "N1"}
    assert client.post("/v1/verdicts", json=question).json()["run"] == 1
    work(database)
    asyncio.run(recorded(database))
    assert client.post("/v1/cases", json=CASE).json() == {"case": 1}
    for path in ("/v1/weights", "/v1/manual-scores"):
        assert client.post(path, json=SENT[path]).status_code == 201
    return client


async def recorded(database: Database) -> None:
    """N1 is a nominal, with an entry."""
    async with connection(database, Role.WORKER) as conn:
        await bring(conn, [entry("E1", ago(0))])
        await nominals.upsert_nominals(conn, [Nominal("N1", "Example", "Ann")])


async def contents(database: Database) -> dict[str, str | None]:
    """A digest of every table but the audit."""
    async with connection(database, Role.OWNER) as conn:
        tables = await conn.fetch(
            "select relname from pg_class where relkind in ('r', 'p')"
            " and relnamespace = 'public'::regnamespace"
            # When somebody was last seen is of the door, not of the route.
            " and relname not in ('audit', 'audit_link', 'session')"
        )
        digest = "select md5(string_agg(t::text, '' order by t::text)) from {} as t"
        return {name: await conn.fetchval(digest.format(name)) for (name,) in tables}


def test_a_get_writes_nothing_but_audit(staged: TestClient, database: Database) -> None:
    before = asyncio.run(contents(database))
    assert len(before) > 20
    for path in GETS:
        assert staged.get(example(path)).status_code == 200, path
    assert asyncio.run(contents(database)) == before


@pytest.mark.parametrize("path", ["/v1/batches", "/v1/health"])
def test_a_get_that_would_write_is_stopped_by_the_database(
    staged: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    found = batches.find

    async def writing(conn: Connection, *asked: object, **more: object) -> object:
        await conn.execute(
            "insert into audit (actor, action, subject) values ('','','')"
        )
        return await found(conn, *asked, **more)

    monkeypatch.setattr(batches, "find", writing)
    told(staged.get(path), 500)
    monkeypatch.setattr(batches, "find", found)
    assert staged.get(path).status_code == 200
