"""What the service says of persons whom retention removed: they are not there."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.scores import scoring
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.db.deliveries import House
from tests.db.keeping import SHORT, grown_old, purged
from tests.db.scoped import staged
from tests.db.scoring_scenes import DESK, ago, approve, bring, noon
from tests.unit.scored import ROBBERY, entry, weight_set
from tests.web.pages import HTML

LONG_AGO = ago(200)
# Pages and lists of many, some of whom went.
LISTS = (
    "/", "/worklist", "/crimes", "/hits", "/batches", "/verdicts", "/people", "/due",
    "/cohort", "/inbox", "/referrals", "/meetings", "/notices", "/consultations",
    "/addresses", "/no-fixed-abode", "/zones", "/breaches", "/manual-scores",
    "/performance", "/series", "/audit", "/v1/scores?day=2026-03-01", "/v1/breaches",
)  # fmt: skip
ONES = (
    "/people/N-W", "/people/N-W/score", "/people/N-W/ownership",
    "/people/N-W/cohorts", "/people/N-W/disclosures", "/v1/scores/N-W", "/hits/1",
    "/breaches/1", "/cases/1", "/referrals/1", "/consultations/1", "/manual-scores/1",
)  # fmt: skip


@pytest.fixture
def house(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """Persons in every table, of whom nothing was said for ten months."""

    async def filled() -> None:
        async with (
            connection(database, Role.WORKER) as conn,
            connection(database, Role.OWNER) as owner,
        ):
            house = House(database, conn, bng, tmp_path)
            await grown_old(await staged(house, owner))
            await owner.execute(
                "update case_fact set kind = 'ogrs', value = '80';"
                "update zone_version set timetable = 'Sat 12:00-14:00';"
                "update breach_finding set evidence = (select evidence from hit"
                " where evidence is not null order by id limit 1)"
            )

    asyncio.run(filled())
    return client


def purge(database: Database, crs: WorkingCrs, folder: Path, **periods: int) -> None:
    async def gone() -> None:
        async with connection(database, Role.WORKER) as conn:
            await purged(House(database, conn, crs, folder), **periods)

    asyncio.run(gone())


def statuses(client: TestClient, paths: tuple[str, ...]) -> dict[str, int]:
    return {path: client.get(path, headers=HTML).status_code for path in paths}


def test_pages_of_who_and_what_is_gone_are_not_there_and_lists_still_are(
    house: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    assert set(statuses(house, LISTS + ONES).values()) == {200}
    purge(database, bng, tmp_path, **SHORT)
    assert statuses(house, ONES) == dict.fromkeys(ONES, 404)
    assert statuses(house, LISTS) == dict.fromkeys(LISTS, 200)
    for path in LISTS:
        if path != "/audit":
            assert "N-W" not in house.get(path, headers=HTML).text, path


@pytest.fixture
def scored(client: TestClient, database: Database) -> TestClient:
    """N1 and N2 have an entry of 200 days ago and were scored that day; of N1 nothing
    was said since."""

    async def filled() -> None:
        async with (
            connection(database, Role.WORKER) as conn,
            connection(database, Role.OWNER) as owner,
        ):
            then = noon(LONG_AGO)
            await approve(conn, weight_set((*ROBBERY, 1000)), then - timedelta(days=9))
            told = [entry(n, LONG_AGO, nominal_id=n) for n in ("N1", "N2")]
            await bring(conn, told, then)
            await scoring.score(conn, None, LONG_AGO, DESK)
            await owner.execute("update run set started_at = $1", then)
            await owner.execute("update score_list set known_at = $1", then)
            await bring(conn, [entry("later", ago(9), nominal_id="N2")])

    asyncio.run(filled())
    return client


def listed(client: TestClient) -> list[tuple[str, float, bool]]:
    page = client.get(f"/v1/scores?day={LONG_AGO}").json()
    return [(one["nominal_id"], one["score"], one["stored"]) for one in page["items"]]


def test_a_score_of_somebody_who_is_gone_is_nobodys(
    scored: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    """The list of the day is kept longer than they are."""
    assert listed(scored) == [("N1", 1000.0, True), ("N2", 1000.0, True)]
    purge(database, bng, tmp_path, nominals=60)
    assert listed(scored) == [("N2", 1000.0, True)]
    assert scored.get("/v1/scores/N1").status_code == 404
    assert scored.get("/v1/scores/N2/history").status_code == 200


def test_a_day_whose_scores_are_gone_is_reckoned_from_its_entries(
    scored: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> None:
    purge(database, bng, tmp_path, scores=60)
    assert listed(scored) == [("N1", 1000.0, False), ("N2", 1000.0, False)]
