"""How surprising a hit is: each assessment with its controls, words and caveat."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.rest.parameters import AskedPage, Number, Page
from api.rest.services import Reading
from geocorr.assessment import CAVEAT, PROPOSITIONS
from geocorr.errors import NotFound
from sql import assessments, hits
from sql.assessments import StoredAssessment

router = APIRouter(prefix="/v1/hits", tags=["hits"])


class ControlLine(BaseModel):
    """A comparable window: how many weeks off, and what the trail shows of it."""

    week: int
    window_from: datetime
    window_to: datetime
    coverage: float
    verdict: Annotated[str, Field(description="Empty: neither hit nor passed.")]


class AssessmentLine(BaseModel):
    """How surprising a hit is, as one run found it."""

    id: int
    run: int
    as_at: datetime
    n: Annotated[int, Field(description="Comparable windows that the trail covers.")]
    k: Annotated[int, Field(description="Of those, at the place by the same rule.")]
    footfall: Annotated[
        float | None, Field(description="Of all wearers' comparable windows.")
    ]
    base_rate: float | None
    likelihood_ratio: float | None
    expected: Annotated[
        float | None,
        Field(alias="lambda", description="Wearers that chance alone puts there."),
    ]
    rules: list[str]
    because: str
    propositions: tuple[str, str] = PROPOSITIONS
    caveat: str = CAVEAT
    policy_hash: str
    version: str
    controls: list[ControlLine]


@router.get("/{hit}/assessments", summary="How surprising a hit is")
async def listed(
    conn: Reading, hit: Number, asked: Annotated[AskedPage, Query()]
) -> Page[AssessmentLine]:
    """Assessments, newest first; the first one holds, and is what lists show.

    Made after the match, and anew as the weeks after the crime come. Earlier ones stay.
    """
    if await hits.one(conn, hit) is None:
        raise NotFound(f"There is no hit {hit}.")
    total, found = await assessments.of_hit(conn, hit, asked.limit, asked.offset)
    items = [_line(stored) for stored in found]
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=items)


def _line(stored: StoredAssessment) -> AssessmentLine:
    told = stored.assessment
    return AssessmentLine.model_validate(
        {
            "id": stored.id,
            "run": stored.run,
            "as_at": stored.as_at,
            "n": told.n,
            "k": told.k,
            "footfall": told.footfall,
            "base_rate": told.base_rate,
            "likelihood_ratio": told.likelihood_ratio,
            "lambda": told.expected,
            "rules": told.rules,
            "because": told.because,
            "policy_hash": stored.policy_hash,
            "version": stored.version,
            "controls": [asdict(control) for control in stored.controls],
        }
    )
