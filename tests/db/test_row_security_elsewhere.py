"""Row security on a database of one's own: our roles taken on, and without them."""

from collections.abc import Iterator

import pytest

from sql import cluster as clusters
from sql import hits, migrate
from sql.cluster import SUPERUSER, Cluster
from sql.db import Connection, Database, Role, acting, connection
from sql.guarded import copy_into
from tests.db.deliveries import House
from tests.db.scoped import staged

ROLES = (Role.WEB, Role.WORKER)


@pytest.fixture
def without_roles(cluster: Cluster) -> Iterator[None]:
    """A cluster whose administrator made none of our roles but the owner."""
    for role in ROLES:
        clusters.execute(cluster, f"alter role {role} rename to {role}_away")
    yield
    for role in ROLES:
        clusters.execute(cluster, f"alter role {role}_away rename to {role}")


async def test_every_migration_applies_without_our_roles(
    without_roles: None, empty_database: Database
) -> None:
    async with connection(empty_database, Role.OWNER) as conn:
        applied = await migrate.migrate(conn)
        assert len(applied) == len(migrate.migrations())
        assert await conn.fetchval("select count(*) from pg_policy") == 0
        # Who owns the tables reads them, and stores at once.
        assert await conn.fetchval("select count(*) from hit") == 0
        async with conn.transaction(), copy_into(conn, "hit", ("id",)) as table:
            assert table == "hit"


async def test_a_role_that_is_taken_on_sees_what_its_own_connection_would(
    house: House, owner: Connection, database: Database
) -> None:
    await staged(house, owner)
    number = await owner.fetchval("select min(id) from hit where force = 'Kent'")
    foreign = Database(database.dsn.replace("///", f"//{SUPERUSER}@/"))
    async with connection(foreign, Role.WEB) as conn:
        assert await conn.fetchval("select session_user") == SUPERUSER
        assert await conn.fetchval("select asked_by_web()")
        assert await hits.one(conn, number) is None
        shown = "select hit_evidence_of($1, 8100)"
        assert await conn.fetchval(shown, number) is None
        roles, where = ("investigator",), ("Kent", None)
        await acting(conn, "a", roles, where, until_end=False)
        assert (await hits.one(conn, number))["evidence"]
    async with connection(foreign, Role.WORKER) as conn:
        assert not await conn.fetchval("select asked_by_web()")
        assert await conn.fetchval(shown, number)
