"""What the tests of the officers' pages share: hits that wait, and who looks."""

import asyncio
from pathlib import Path

from fastapi.testclient import TestClient

from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.web.accounts import EVERYONE
from tests.web.pages import HTML
from tests.web.staging import TEN, send, tag, work

REASON = {"decision": "ruled_out", "reason": "On CCTV elsewhere", "note": "exhibit 7"}


def staged(
    client: TestClient, database: Database, crs: WorkingCrs, folder: Path
) -> None:
    """Ten crimes, and hit 1 of N1 at the first."""
    tag(database, crs, folder)
    assert send(client, TEN).json()["outcome"] == "SUCCESSFUL"
    work(database)


def sent(client: TestClient, hit: int = 1) -> None:
    """The central team qualifies a hit and sends it to its force."""
    word = {"qualification": "qualified", "reason": "on the spot", "send": True}
    body = {**word, "by": EVERYONE}
    answer = client.post(f"/v1/hits/{hit}/qualification", json=body)
    assert answer.status_code == 201, answer.text


def seen(client: TestClient, path: str, **query: object):
    """A page as a browser asks for it."""
    return client.get(path, params=query or None, headers=HTML)


def posted(client: TestClient, path: str, **fields: object):
    """A form as a browser sends it, with the session's token."""
    page = client.get("/", headers=HTML).text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    data = {"csrf": token, **fields}
    return client.post(path, data=data, headers=HTML, follow_redirects=False)


def audited(database: Database, action: str) -> list[tuple[str, str, dict, str]]:
    """Who did this, to what, with which detail and why; oldest first."""
    return asyncio.run(_audited(database, action))


async def _audited(database: Database, action: str) -> list[tuple[str, str, dict, str]]:
    async with connection(database, Role.OWNER) as conn:
        rows = await conn.fetch(
            "select actor, subject, detail, why from audit where action = $1"
            " order by id",
            action,
        )
    return [tuple(row) for row in rows]
