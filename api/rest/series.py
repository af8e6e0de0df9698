"""A series: which tags were near more of some crimes than chance allows."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.rest.parameters import Text, crime_named
from api.rest.seen import must_see_crimes
from api.rest.services import Parts
from api.verdicts import series
from api.verdicts.series_answer import SeriesAnswer
from sql.db import Role

router = APIRouter(prefix="/v1/series", tags=["series"])

Named = Annotated[Text, Field(min_length=1, max_length=400)]


class Question(BaseModel):
    """Crimes that are believed to be one series, each as FORCE/REF."""

    model_config = ConfigDict(extra="forbid")

    crimes: Annotated[list[Named], Field(max_length=200)]


@router.post("", summary="Weigh a series of crimes")
async def asked(parts: Parts, question: Question) -> SeriesAnswer:
    """Wearers with a hit, strongest first, against their own base rates.

    Nothing is stored. Of crimes chosen because of their hits it means nothing.
    """
    named = [crime_named(crime, None) for crime in question.crimes]
    crimes = [(force or "", reference or "") for force, reference in named]
    await must_see_crimes(parts, crimes)
    async with parts.connection(Role.WORKER) as conn:
        return await series.of_crimes(conn, crimes, parts.door.policy)
