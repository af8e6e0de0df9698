"""Who says what is sent: the account that asks, and nobody else."""

from typing import Annotated, Any, Protocol, Self, TypeVar

from fastapi import Depends
from pydantic import Field
from starlette.exceptions import HTTPException

from api.login.asking import Asking
from api.login.who import UserRole, Who
from api.rest.parameters import Text

# `by` of a body; what is left out is filled in.
By = Annotated[
    Text,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"\S",
        description="Your own name, or left out: who asks says it. Nobody else's.",
    ),
]


class Spoken(Protocol):
    """A body in which a person says something."""

    by: str

    def model_copy(self, *, update: dict[str, Any]) -> Self: ...


S = TypeVar("S", bound=Spoken)


def spoken(kind: type[S]) -> Any:
    """The body of this kind with `by` as the account that asks; 403 for another name.

    `said: Annotated[Decided, spoken(Decided)]` in a route.
    """

    async def read(said: kind, who: Asking) -> S:  # type: ignore[valid-type]
        own: S = said
        return own.model_copy(update={"by": speaker(who, own.by)})

    return Depends(read)


def as_supervisor(who: Who) -> None:
    """403 for somebody who decides as a supervisor and is none."""
    if not who.may_be(frozenset({UserRole.SUPERVISOR})):
        raise HTTPException(403, "You are no supervisor: ask one of your LPU to decide")


def for_lpu(who: Who, lpu: str) -> None:
    """403 for an LPU's word by somebody of another LPU; intelligence speaks for all."""
    own = who.lpu is not None and who.lpu == lpu
    if not own and not who.may_be(frozenset({UserRole.INTELLIGENCE})):
        raise HTTPException(403, f"You are of {who.lpu}, and {lpu} answers for itself")


def speaker(who: Who, by: str) -> str:
    """The log-in name of who asks; 403 where `by` names somebody else."""
    own = (who.name, who.shown.strip().casefold())
    if by and by.strip().casefold() not in own:
        raise HTTPException(
            403,
            "`by` names somebody else: leave it out, or say your own name. Everybody "
            "says with their own account what they say",
        )
    return who.name
