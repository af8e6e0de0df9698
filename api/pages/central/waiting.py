"""What waits for the central team, for the first page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api import clock
from api.rest.parameters import london_midnight
from geocorr.performance.review import Stage
from sql import waiting
from sql.db import Connection
from sql.waiting import FailedFile, UnreviewedBatch

# A file that failed is looked for among those of so many days.
_DAYS = 7
_ROWS = 10
COUNTED = 10_000
_STAGES = (Stage.UNREVIEWED, Stage.QUALIFIED, Stage.SENT, Stage.NEEDS_MORE)


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits; counts of more than COUNTED are that number and one."""

    failed: list[FailedFile]
    batches: list[UnreviewedBatch]
    silent: list[tuple[str, datetime]]
    to_send: dict[str, int]
    stages: dict[str, int]
    counted: int = COUNTED


async def for_central_team(conn: Connection) -> Waits:
    """Files that failed, hits that nobody looked at, forces that sent nothing today."""
    midnight = london_midnight(clock.today())
    assert midnight is not None
    return Waits(
        await waiting.failed_files(conn, midnight - timedelta(days=_DAYS), _ROWS),
        await waiting.unreviewed_batches(conn, _ROWS, COUNTED + 1),
        await waiting.silent(conn, midnight),
        await waiting.to_send(conn),
        {
            stage.value: n
            for stage, n in (
                await waiting.at_stages(conn, _STAGES, COUNTED + 1)
            ).items()
        },
    )
