"""HANTS-ISA. An information-sharing agreement stands behind each exchange."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import pytest_asyncio

from api.cohorts.disclosing import Telling, disclose, listed, sign
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.model import Basis, Nominal, TagOrder
from sql import audit, nominals, orders
from sql.db import Connection

DAY = date(2026, 3, 2)
TELLING = Telling("N1", "Probation", "ISA 4", "address", "home visit", "PC A")


@pytest_asyncio.fixture(autouse=True)
async def on_record(db: Connection) -> None:
    """N1 is a nominal."""
    await nominals.upsert_nominals(db, [Nominal("N1", "Example", "Ann")])


async def signed(db: Connection, ends: date | None = None) -> None:
    await sign(db, "ISA 4", ["Probation"], (date(2026, 1, 1), ends), "Sgt B")


async def test_without_an_agreement_nothing_is_disclosed(db: Connection) -> None:
    """HANTS-ISA. None, no disclosure."""
    with pytest.raises(ConflictError, match="nothing may be disclosed"):
        await disclose(db, TELLING, DAY)
    assert await listed(db, "N1", "PC A") == []


async def test_a_disclosure_names_its_agreement(db: Connection) -> None:
    """HANTS-ISA. What, to whom, by which agreement, what for, and by whom."""
    await signed(db)
    await disclose(db, TELLING, DAY)
    (told,) = await listed(db, "N1", "Auditor")
    assert (told.agreement, told.agency, told.purpose) == (
        "ISA 4",
        "Probation",
        "home visit",
    )
    acts = [(e.actor, e.action, e.subject) for e in await audit.entries(db)]
    assert ("PC A", "disclose", "nominal N1") in acts
    assert ("Auditor", "read disclosures", "nominal N1") in acts


@pytest.mark.parametrize(
    "telling",
    [
        Telling("N1", "Housing", "ISA 4", "address", "visit", "PC A"),
        Telling("N1", "Probation", "ISA 5", "address", "visit", "PC A"),
    ],
)
async def test_the_agreement_is_with_that_agency(
    db: Connection, telling: Telling
) -> None:
    """HANTS-ISA. An agreement with probation lets nobody tell housing."""
    await signed(db)
    with pytest.raises(ConflictError, match="in force"):
        await disclose(db, telling, DAY)


async def test_an_agreement_that_has_ended_lets_nothing_out(db: Connection) -> None:
    """HANTS-ISA. In force on its last day, not on the day after."""
    await signed(db, ends=DAY)
    await disclose(db, TELLING, DAY)
    with pytest.raises(ConflictError, match="in force"):
        await disclose(db, TELLING, date(2026, 3, 3))
    with pytest.raises(ConflictError, match="another name"):
        await signed(db)
    with pytest.raises(InputError, match="before it begins"):
        await sign(db, "X", ["Y"], (DAY, date(2026, 1, 1)), "Sgt B")


async def test_nothing_is_told_of_somebody_who_is_not_known(db: Connection) -> None:
    """HANTS-ISA. A slip of the id would stand for ever as told of another."""
    await signed(db)
    before = len(await audit.entries(db))
    with pytest.raises(NotFound, match="load the record first"):
        await disclose(db, replace(TELLING, nominal_id="N2"), DAY)
    assert len(await audit.entries(db)) == before
    assert await db.fetchval("select count(*) from disclosure") == 0


async def test_of_somebody_whom_an_order_names_it_may_be_told(db: Connection) -> None:
    """HANTS-ISA. Orders come before records do."""
    await signed(db)
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    await orders.keep(db, [TagOrder("O1", "T1", "N2", Basis.LICENCE, begins)])
    assert await disclose(db, replace(TELLING, nominal_id="N2"), DAY) == 1
