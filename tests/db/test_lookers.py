"""Who looks at a hit is told of hits that who asks may see, and of no others."""

from datetime import UTC, datetime

from sql import worklist
from sql.db import Connection
from tests.db.asking import HITS, WORKS_ON_HITS, each
from tests.db.scoped import Scene

EVER = datetime(2000, 1, 1, tzinfo=UTC)
UNKNOWN = 2**62


async def test_who_looks_is_told_of_hits_that_one_sees(
    scene: Scene, asker: Connection
) -> None:
    of = dict(map(tuple, await scene.owner.fetch("select id, nominal_id from hit")))
    await scene.owner.execute(
        "insert into audit (actor, action, subject)"
        " select 'B', 'read hit', 'hit ' || id from hit"
    )
    async for who in each(asker):
        may = HITS.get(who, set()) if who in WORKS_ON_HITS else set()
        found = await worklist.lookers(asker, [*of, UNKNOWN], EVER)
        told = {one.hit for one in found if one.account == "B"}
        assert told == {hit for hit, nominal in of.items() if nominal in may}, who
        assert {one.hit for one in found} == told, who
        seen = {row[0] for row in await asker.fetch("select id from hit")}
        assert told <= seen, who
