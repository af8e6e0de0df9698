"""Lists of hits: the same as looking at every hit, however they are gone by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from geocorr.performance.review import Stage
from sql import hit_decisions, hit_search
from sql.db import Connection
from sql.hit_search import HitFilter, Sort, find
from tests.bench import million

DAY = datetime(2026, 3, 1, tzinfo=UTC)
ASKED = {
    "all": HitFilter(),
    "force": HitFilter("Force 03"),
    "nowhere": HitFilter("Force 99"),
    "reference": HitFilter(reference="R/00000301"),
    "other case": HitFilter(reference="r/00000301"),
    "force and reference": HitFilter("Force 02", reference="R/00000301"),
    "starts": HitFilter(starts="r/000003"),
    "no wildcard": HitFilter(starts="%"),
    "batch": HitFilter(batch=4),
    "device": HitFilter(device_id="D77"),
    "nominal": HitFilter(nominal_id="N77"),
    "nominals": HitFilter(nominals=tuple(f"N{n}" for n in range(300))),
    "nobody": HitFilter(nominals=()),
    "verdict": HitFilter(verdict="possible"),
    "type": HitFilter(crime_type="RB"),
    "day": HitFilter(from_at=DAY, to_at=DAY + timedelta(days=30)),
    "since": HitFilter(from_at=DAY),
    "until": HitFilter(to_at=DAY),
    "around": HitFilter(around=(500_000, 250_000, 40_000)),
    "stage": HitFilter(stage="sent"),
    "stages": HitFilter(stage=("qualified", "dismissed")),
    "recalled": HitFilter(state=None, stage="recalled"),
    "gone": HitFilter(state="superseded"),
    "ever": HitFilter(state=None),
    "run": HitFilter(run=1, state=None),
    "much": HitFilter("Force 03", verdict="hit", stage="unreviewed", crime_type="RB"),
}
_EVERY = """
select filed.*, crime.reference, window_from, window_to, x_m, y_m, hit.run,
    array(select b.batch from batch_crime as b
        where b.crime_version = filed.crime_version) as batches
from hit_filed as filed
join hit on hit.id = filed.hit
join crime on crime.id = filed.crime
join crime_version as version on version.id = filed.crime_version
"""
_ORDERS = {
    Sort.CRIME: lambda h: (
        h["force"],
        h["reference"],
        h["device_id"],
        h["nominal_id"],
        h["hit"],
    ),
    Sort.STRENGTH: lambda h: (-h["ratio"], -h["probability"], h["rank"], h["hit"]),
    Sort.NEWEST: lambda h: -h["hit"],
}


@pytest.fixture
async def filled(owner: Connection) -> Connection:
    """1,500 crimes with 4,500 hits; some superseded, of which some had been sent."""
    await million.fill(owner, 4_500)
    await owner.execute(
        "update hit set state = 'superseded', state_reason = 'x' where id % 17 = 0"
    )
    return owner


def asks(asked: HitFilter, hit: Any) -> bool:
    """Is this hit asked for? Written from what the filter says of itself."""
    if asked.state is not None and hit["state"] != asked.state:
        return False
    of_row = {
        "force": hit["force"],
        "reference": hit["reference"],
        "device_id": hit["device_id"],
        "nominal_id": hit["nominal_id"],
        "verdict": hit["verdict"],
        "run": hit["run"],
        "crime_type": hit["crime_type"],
    }
    wanted = {name: getattr(asked, name) for name in of_row}
    if any(w is not None and w != of_row[name] for name, w in wanted.items()):
        return False
    if asked.batch is not None and asked.batch not in hit["batches"]:
        return False
    if asked.nominals is not None and hit["nominal_id"] not in asked.nominals:
        return False
    if asked.stage is not None and hit["stage"] not in asked.stages():
        return False
    return in_words(asked, hit) and in_time_and_place(asked, hit)


def in_words(asked: HitFilter, hit: Any) -> bool:
    starts = asked.starts
    return starts is None or hit["reference"].upper().startswith(starts.upper())


def in_time_and_place(asked: HitFilter, hit: Any) -> bool:
    if asked.from_at is not None and hit["window_to"] < asked.from_at:
        return False
    if asked.to_at is not None and hit["window_from"] >= asked.to_at:
        return False
    if asked.around is None:
        return True
    x, y, distance_m = asked.around
    return (hit["x_m"] - x) ** 2 + (hit["y_m"] - y) ** 2 <= distance_m**2


async def test_the_list_is_what_looking_at_every_hit_gives(
    filled: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every filter in every order, as few and as very many: page and total."""
    every = await filled.fetch(_EVERY)
    counted = {}
    for most in (hit_search.MANY, 20):
        monkeypatch.setattr(hit_search, "MANY", most)
        for name, asked in ASKED.items():
            for sort in Sort:
                wanted = sorted(
                    filter(lambda h: asks(asked, h), every), key=_ORDERS[sort]
                )
                counted[name] = len(wanted)
                for offset in (0, 37, max(0, len(wanted) - 5)):
                    ordered = replace(asked, sort=sort)
                    total, page = await find(filled, ordered, 30, offset)
                    expected = [h["hit"] for h in wanted[offset : offset + 30]]
                    assert [hit.id for hit in page] == expected, (name, sort, offset)
                    assert total == len(wanted), (name, sort)
                about, _ = await find(filled, ordered, 1, exact=False)
                assert min(about, most + 1) == min(len(wanted), most + 1)
    empty = {name for name, n in counted.items() if n == 0}
    assert empty == {"nowhere", "other case", "no wildcard", "nobody"}


async def test_counts_and_what_waits_come_of_the_list(filled: Connection) -> None:
    every = await filled.fetch("select force, state, stage, hit from hit_filed")
    for force in (None, "Force 03"):
        told = await hit_decisions.counts(filled, force)
        for stage in Stage:
            expected = [
                row["hit"]
                for row in every
                if row["stage"] == stage
                and (row["state"] == "live" or stage is Stage.RECALLED)
                and force in (None, row["force"])
            ]
            assert told[stage] == len(expected), (force, stage)
            if stage is Stage.QUALIFIED:
                waiting = await hit_decisions.to_send(filled, force)
                assert waiting == sorted(expected)
