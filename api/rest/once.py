"""`Idempotency-Key`: a request that comes again is answered again, not done again."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Header
from pydantic import BaseModel

from api.rest.parameters import Text
from api.rest.services import Services
from geocorr.errors import InputError
from sql import idempotency
from sql.db import Connection, Role, transaction
from sql.idempotency import Kept

M = TypeVar("M", bound=BaseModel)
Key = Annotated[
    Text | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="The same key and request again get the same answer.",
    ),
]
REPLAYED = {"Idempotent-Replayed": "true"}


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and document; `replayed` where it was given before."""

    status: int
    document: dict[str, object]
    replayed: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """Says whether this was done now or before."""
        return REPLAYED if self.replayed else {}


async def once(
    conn: Connection,
    key: str | None,
    asked: tuple[object, ...],
    act: Callable[[], Awaitable[Answer]],
) -> Answer:
    """Act in one transaction with the key, or give the key's earlier answer.

    `asked` is all that the request says. InputError where the key stands for another.
    """
    if key is None:
        return await act()
    request = _digest(asked)
    async with transaction(conn):
        await idempotency.lock(conn, key)
        if kept := await idempotency.find(conn, key):
            return _again(kept, request)
        answer = await act()
        await idempotency.keep(conn, key, Kept(request, answer.status, answer.document))
    return answer


async def said_once(
    parts: Services,
    key: str | None,
    asked: tuple[object, ...],
    kind: type[M],
    act: Callable[[Connection], Awaitable[M]],
    role: Role = Role.WEB,
) -> M:
    """`once` for what a person says: on a connection of a role, answered 201.

    `asked` is the act's name, what the path says, and the body; `kind` the answer's.
    """
    words = tuple(w.model_dump_json() if isinstance(w, BaseModel) else w for w in asked)
    async with parts.connection(role) as conn:

        async def done() -> Answer:
            return Answer(201, (await act(conn)).model_dump(mode="json"))

        told = await once(conn, key, words, done)
    return kind.model_validate(told.document)


def _again(kept: Kept, request: bytes) -> Answer:
    if kept.request != request:
        raise InputError(
            "This Idempotency-Key was used for another request: "
            "give each new request a key of its own."
        )
    return Answer(kept.status, dict(kept.answer), replayed=True)


def _digest(asked: tuple[object, ...]) -> bytes:
    parts = [
        hashlib.sha256(p).hexdigest() if isinstance(p, bytes) else p for p in asked
    ]
    return hashlib.sha256(json.dumps(parts).encode()).digest()
