"""Co-presence: when two tags were near each other."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.rest.parameters import Moment, Text
from api.rest.seen import must_see_nominals
from api.rest.services import Parts
from api.verdicts import copresence
from api.verdicts.copresence import Asked, Together
from sql.db import Role

router = APIRouter(prefix="/v1/co-presence", tags=["co-presence"])

Name = Annotated[Text, Field(min_length=1, max_length=200)]


class Question(BaseModel):
    """Two nominals and a closed time."""

    model_config = ConfigDict(extra="forbid")

    nominals: Annotated[list[Name], Field(min_length=2, max_length=2)]
    from_: Annotated[Moment, Field(alias="from")]
    to: Moment


@router.post("", summary="When two tags were near each other")
async def asked(parts: Parts, question: Question) -> Together:
    """Stays together by straight lines between fixes, and what both trails cover.

    Nothing is stored. Two tags near each other are not two people together.
    """
    one, other = question.nominals
    who = Asked((one, other), question.from_, question.to)
    door = parts.door
    await must_see_nominals(parts, question.nominals)
    async with parts.connection(Role.WORKER) as conn:
        return await copresence.of_nominals(conn, who, door.crs, door.policy)
