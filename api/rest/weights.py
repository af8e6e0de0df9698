"""Weight sets: drafts in, what they would change, and who decided on them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import clock
from api.rest.once import Answer, Key, once
from api.rest.parameters import AskedPage, Day, Number, Page, Text, Word, force_named
from api.rest.saying import By, spoken
from api.rest.services import Parts, Reading
from api.scores import acquisitive, weight_simulation
from api.scores import weights as sets
from api.scores.weights import SetStep, Told
from geocorr.model import Decision, Fault
from geocorr.scoring.weights import POINT, Purpose, Weight
from loaders import profile as profiles
from sql import weights
from sql.db import Connection, Role
from sql.weights import SetFilter, SetLine, Simulation, Step

router = APIRouter(prefix="/v1/weights", tags=["weights"])

Name = Annotated[Text, Field(min_length=1, max_length=200)]
Words = Annotated[Text, Field(min_length=1, max_length=10_000)]
State = Literal["draft", "approved", "rejected", "withdrawn"]


class WeightLine(BaseModel):
    """A row: a blank code or grade stands for all; from the nth such entry on."""

    data_set: str
    code: str
    grade: str
    occurrence: int
    points: float
    label: str


class SetDetail(BaseModel):
    """A set whole; `clashes` keep a draft from being approved beside the others."""

    weight_set: SetLine
    weights: list[WeightLine]
    caps: Mapping[str, float]
    event_cap: float | None
    overdue: bool
    clashes: list[Fault]
    simulations: list[Simulation]
    steps: list[Step]


class Sent(BaseModel):
    """A file's text, TOML or CSV, and who brings it in."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[Text, Field(min_length=1, max_length=5_000_000)]
    file: Name = "upload"
    by: By = ""


class Imported(BaseModel):
    """The report of the file; `weight_set` is null where nothing was stored."""

    weight_set: int | None
    report: Mapping[str, object]


class Trial(BaseModel):
    """Who simulates, and for which day (today where none is given)."""

    model_config = ConfigDict(extra="forbid")

    by: By = ""
    day: Day | None = None


class Decided(BaseModel):
    """What a person decides on a set, and why."""

    model_config = ConfigDict(extra="forbid")

    step: SetStep
    by: By = ""
    reason: Words


class Search(AskedPage):
    """Which sets; what is left out is not asked."""

    force: Word = None
    purpose: Purpose | None = None
    state: State | None = None

    def filter(self) -> SetFilter:
        """As the database takes it."""
        purpose = self.purpose and self.purpose.value
        return SetFilter(None, force_named(self.force), purpose, self.state)


class MatrixSearch(AskedPage):
    """Of which day; today where none is given."""

    day: Day | None = None


@router.get("", summary="List weight sets, with the total")
async def listed(conn: Reading, asked: Annotated[Search, Query()]) -> Page[SetLine]:
    """Sets without their rows, newest first."""
    total, found = await weights.find(conn, asked.filter(), asked.limit, asked.offset)
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=found)


@router.get("/matrix", summary="Whom the acquisitive matrix highlights")
async def matrix(
    parts: Parts, asked: Annotated[MatrixSearch, Query()]
) -> Page[Decision[bool]]:
    """Adults by points in the matrix for acquisitive crime, most first (WMP2-19).

    An indicator: it selects nobody. The look is audited.
    """
    adopted, most = profiles.read(parts.settings.profiles), asked.offset + asked.limit
    day = asked.day or clock.today()
    async with parts.connection(Role.WEB) as conn:
        who = parts.door.who
        total, found = await acquisitive.matrix(conn, day, adopted, most, who)
    items = found[asked.offset :]
    return Page(total=total, limit=asked.limit, offset=asked.offset, items=items)


@router.get("/{weight_set}", summary="One weight set with its history")
async def one(conn: Reading, weight_set: Number) -> SetDetail:
    """Its rows, its faults, what it would change, and what people decided."""
    return _detail(await sets.told(conn, weight_set), clock.today())


@router.post("", summary="Bring a weight set in as a draft", status_code=201)
async def bring_in(
    parts: Parts, asked: Annotated[Sent, spoken(Sent)], idempotency_key: Key = None
) -> Imported:
    """Store a draft with all its faults; the same file does nothing.

    409 where its name and version say something else already.
    """
    async with parts.connection(Role.WORKER) as conn:
        said = ("import weights", asked.model_dump_json())
        act = lambda: _imported(conn, asked, parts)  # noqa: E731
        answer = await once(conn, idempotency_key, said, act)
    return Imported.model_validate(answer.document)


@router.post(
    "/{weight_set}/simulations", summary="Try a draft on everyone", status_code=201
)
async def simulate(
    parts: Parts, weight_set: Number, asked: Annotated[Trial, spoken(Trial)]
) -> Simulation:
    """Score everyone whom the draft concerns under it too, and keep what would change.

    409 for what is no draft. Of many nominals this takes a while.
    """
    day: date = asked.day or clock.today()
    async with parts.connection(Role.WORKER) as conn:
        adopted = profiles.read(parts.settings.profiles)
        return await weight_simulation.simulate(
            conn, weight_set, day, adopted, asked.by
        )


@router.post("/{weight_set}/decision", summary="Decide on a set", status_code=201)
async def decide(
    parts: Parts,
    weight_set: Number,
    asked: Annotated[Decided, spoken(Decided)],
    idempotency_key: Key = None,
) -> SetLine:
    """Approve, reject or withdraw. 409 for one's own draft, or what cannot be now."""
    async with parts.connection(Role.WEB) as conn:
        said = ("decide on weights", weight_set, asked.model_dump_json())
        act = lambda: _decided(conn, weight_set, asked)  # noqa: E731
        await once(conn, idempotency_key, said, act)
        _, (line,) = await weights.find(conn, SetFilter(weight_set))
    return line


async def _imported(conn: Connection, asked: Sent, parts: Parts) -> Answer:
    adopted = profiles.read(parts.settings.profiles)
    data = asked.text.encode()
    brought = await sets.bring_in(conn, data, asked.file, asked.by, adopted)
    report = brought.report.as_json()
    return Answer(201, {"weight_set": brought.weight_set, "report": report})


async def _decided(conn: Connection, number: int, asked: Decided) -> Answer:
    await sets.decide(conn, number, asked.step, (asked.by, asked.reason))
    return Answer(201, {"weight_set": number, "step": asked.step.value})


def _detail(told: Told, today: date) -> SetDetail:
    whole = told.stored.weights
    caps = (whole.data_set_caps or {}).items()
    return SetDetail(
        weight_set=told.stored.line,
        weights=[_row(row) for row in whole.rows],
        caps={name: cap / POINT for name, cap in caps},
        event_cap=None if whole.event_cap is None else whole.event_cap / POINT,
        overdue=whole.overdue(today),
        clashes=list(told.clashes),
        simulations=told.simulations,
        steps=told.steps,
    )


def _row(row: Weight) -> WeightLine:
    return WeightLine(
        data_set=row.data_set,
        code=row.code,
        grade=row.grade,
        occurrence=row.occurrence,
        points=row.micropoints / POINT,
        label=row.label,
    )
