"""Crimes searched: the same as looking at every one, few of them or very many."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sql import crime_search
from sql.crime_search import CrimeFilter, Sort, find
from sql.db import Connection
from tests.bench import million

DAY = datetime(2026, 3, 1, tzinfo=UTC)
ASKED = {
    "all": CrimeFilter(),
    "force": CrimeFilter("Force 03"),
    "nowhere": CrimeFilter("Force 99"),
    "part": CrimeFilter(reference="/000003"),
    "no wildcard": CrimeFilter(reference="%"),
    "starts": CrimeFilter(starts="r/000003"),
    "starts in a force": CrimeFilter("Force 03", starts="R/000", state="current"),
    "starts on a day": CrimeFilter(
        starts="r/000", from_at=DAY, to_at=DAY + timedelta(days=30)
    ),
    "type": CrimeFilter(crime_type="RB"),
    "day": CrimeFilter(from_at=DAY, to_at=DAY + timedelta(days=30)),
    "until": CrimeFilter(to_at=DAY),
    "withdrawn": CrimeFilter(state="withdrawn"),
    "box": CrimeFilter(box=(-1, 51, 0, 52)),
    "around": CrimeFilter(around=(500_000, 250_000, 40_000)),
    "nominals": CrimeFilter(nominals=("N77", "N78")),
    "nobody": CrimeFilter(nominals=()),
    "batch": CrimeFilter(batch=3),
}
_EVERY = """
select v.*, crime.reference, crime.state,
    array(select batch from batch_crime where crime_version = v.id) as batches,
    array(select nominal_id from hit where crime_version = v.id and state = 'live')
        as nominals
from crime_version as v join crime on crime.id = v.crime
where version = (select max(version) from crime_version as w where w.crime = v.crime)
"""


@pytest.fixture
async def filled(owner: Connection) -> Connection:
    """1,500 crimes, some withdrawn, some of them corrected once."""
    await million.fill(owner, 4_500)
    await owner.execute("update crime set state = 'withdrawn' where id % 11 = 0")
    columns = (
        "crime, force, batch, crime_type_description, window_from, window_to, latitude,"
        " longitude, x_m, y_m, free_text, flags, changed"
    )
    await owner.execute(
        f"insert into crime_version (version, crime_type, {columns})"
        f" select 2, 'AB', {columns} from crime_version where crime % 7 = 0"
    )
    return owner


def asks(asked: CrimeFilter, crime: Any) -> bool:
    """Is this crime asked for? Written from what the filter says of itself."""
    same = {
        "force": crime["force"],
        "crime_type": crime["crime_type"],
        "state": crime["state"],
    }
    reference = crime["reference"].upper()
    box, around, nominals = asked.box, asked.around, asked.nominals
    x, y = crime["x_m"], crime["y_m"]
    return all(
        (
            all(getattr(asked, name) in (None, value) for name, value in same.items()),
            asked.reference is None or asked.reference.upper() in reference,
            asked.starts is None or reference.startswith(asked.starts.upper()),
            asked.from_at is None or crime["window_to"] >= asked.from_at,
            asked.to_at is None or crime["window_from"] < asked.to_at,
            box is None or (box[0] <= crime["longitude"] <= box[2]
                and box[1] <= crime["latitude"] <= box[3]),
            around is None
            or (x - around[0]) ** 2 + (y - around[1]) ** 2 <= around[2] ** 2,
            nominals is None or set(nominals) & set(crime["nominals"]),
            asked.batch is None or asked.batch in crime["batches"],
        )
    )  # fmt: skip


ORDERS = {
    Sort.NEWEST: lambda crime: (-crime["window_from"].timestamp(), crime["id"]),
    Sort.OLDEST: lambda crime: (crime["window_from"], crime["id"]),
    Sort.RECEIVED: lambda crime: -crime["id"],
}


@pytest.mark.parametrize("sort", Sort)
async def test_the_crimes_are_those_that_looking_at_every_one_gives(
    filled: Connection, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    every = await filled.fetch(_EVERY)
    every.sort(key=ORDERS[sort])
    empty = set()
    for most in (crime_search.MANY, 20):
        monkeypatch.setattr(crime_search, "MANY", most)
        for name, unsorted in ASKED.items():
            asked = replace(unsorted, sort=sort)
            wanted = [c["id"] for c in every if asks(asked, c)]
            if not wanted:
                empty.add(name)
            for offset in (0, 13, max(0, len(wanted) - 5)):
                total, page = await find(filled, asked, 30, offset)
                assert [v.id for v, _ in page] == wanted[offset : offset + 30], name
                assert total == len(wanted), name
                about, _ = await find(filled, asked, 1, exact=False)
                assert min(about, most + 1) == min(len(wanted), most + 1)
    assert empty == {"nowhere", "no wildcard", "nobody"}
