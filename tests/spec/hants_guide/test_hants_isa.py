"""HANTS-ISA. An information-sharing agreement stands behind each exchange."""

from datetime import date

import pytest

from api.cohorts.disclosing import Telling, disclose, listed, sign
from geocorr.errors import ConflictError, InputError
from sql import audit
from sql.db import Connection

DAY = date(2026, 3, 2)
TELLING = Telling("N1", "Probation", "ISA 4", "address", "home visit", "PC A")


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
