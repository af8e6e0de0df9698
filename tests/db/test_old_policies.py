"""A run stored before a choice existed is made again all the same."""

from api.matches.hits_file import csv_text
from api.matches.matching import remade
from sql.db import Role, connection
from tests.db.deliveries import House, crime, order, stay

YOUNGER = ["feed", "top_speed_by_type", "quality"]
OLDER = "update run set policy = policy - $1::text[] #- '{accuracy,floor_m}'"


async def test_a_run_older_than_a_section_is_made_again(house: House) -> None:
    house.policy = house.policy.with_match(radius_m=80.0)
    await house.orders(order("O1", "T1"))
    await house.trails(*stay("T1", minute=20, minutes=30))
    await house.crimes(crime("A"))
    await house.drain()
    before = await _csv(house)
    async with connection(house.database, Role.OWNER) as owner:
        await owner.execute(OLDER, YOUNGER)
    assert await _csv(house) == before
    assert house.policy.hash in before[0]


async def _csv(house: House) -> tuple[str, str]:
    """Every stored hit, and every one made again."""
    ids = [row["id"] for row in await house.conn.fetch("select id from hit")]
    assert ids
    pairs = [await remade(house.conn, number) for number in ids]
    stored, again = zip(*pairs, strict=True)
    assert csv_text(stored) == csv_text(again)
    return csv_text(stored), csv_text(again)
