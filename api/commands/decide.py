"""`geocorr worklist`, `qualify`, `dismiss`, `send`, `decide`: words on hits."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from api.commands.database import on_database
from api.commands.person import AsJson, By, Reason, tell_json
from api.matches import deciding
from api.matches.deciding import By as Said
from api.matches.hits_file import as_json as hit_document
from geocorr.errors import UsageError
from geocorr.performance.review import DECISIONS, Stage, Word, may_follow
from geocorr.wording import counted, minute
from loaders.forces import forces
from sql import hit_decisions, hit_search
from sql.db import Connection
from sql.hit_decisions import Staged
from sql.hit_search import HitFilter, Sort
from sql.hits import StoredHit

Hits = Annotated[list[int], typer.Argument(metavar="HIT...", help="Hits by number.")]
Force = Annotated[str | None, typer.Option(help="Of this force.")]


def worklist(
    state: Annotated[
        Stage, typer.Option(help="What waits for whom; a force's work is `sent`.")
    ] = Stage.UNREVIEWED,
    force: Force = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most.")] = 40,
    as_json: AsJson = False,
) -> None:
    """List hits by how far people are with them, the strongest first, by number."""
    named = identifier(force)
    counts, found, staged = on_database(lambda conn: _listed(conn, state, named, limit))
    if as_json:
        lines = [_document(stored, staged[stored.id]) for stored in found]
        tell_json({"total": counts[state], "counts": counts, "hits": lines})
        return
    out = Console(highlight=False)
    if found:
        out.print(_table(found, staged, counts[state]))
    told = ", ".join(f"{n:,} {stage}" for stage, n in counts.items() if n)
    out.print(f"{told or 'There are no hits'}.")


def qualify(
    hits: Hits,
    reason: Reason,
    by: By,
    send: Annotated[bool, typer.Option("--send", help="Send them at once.")] = False,
    as_json: AsJson = False,
) -> None:
    """Qualify hits as worth telling their force, all of them or none (HANTS-GPS-3)."""
    said = Said(by, reason)
    done = on_database(lambda conn: deciding.qualify(conn, hits, said, send=send))
    _tell(done, "qualified and sent" if send else "qualified", by, as_json)


def dismiss(hits: Hits, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Dismiss hits; the finding stays, and the reason beside it (HANTS-GPS-3)."""
    done = on_database(lambda conn: deciding.dismiss(conn, hits, Said(by, reason)))
    _tell(done, "dismissed", by, as_json)


def send(
    by: By,
    hits: Annotated[
        list[int] | None,
        typer.Argument(metavar="[HIT...]", help="All that wait if none is named."),
    ] = None,
    force: Force = None,
    as_json: AsJson = False,
) -> None:
    """Send qualified hits to their forces' work lists (HANTS-GPS-3)."""
    if hits and force:
        raise UsageError("Name hits or a force, not both.")
    named = identifier(force)
    done = on_database(lambda conn: deciding.send(conn, hits or None, named, Said(by)))
    _tell(done, "sent", by, as_json)


def decide(
    hit: Annotated[int, typer.Argument(metavar="HIT", help="Which hit.")],
    decision: Annotated[
        Word, typer.Argument(metavar="|".join(DECISIONS), help="What you decide.")
    ],
    reason: Reason,
    by: By,
    note: Annotated[str, typer.Option(help="What else there is to say.")] = "",
    as_json: AsJson = False,
) -> None:
    """Rule the wearer in or out, or ask for more, beside the finding (HANTS-GPS-4)."""

    async def act(conn: Connection) -> tuple[Staged, list[hit_decisions.Said]]:
        await deciding.decide(conn, hit, decision, Said(by, reason, note))
        return await deciding.history(conn, hit)

    standing, words = on_database(act)
    if as_json:
        said = [asdict(word) for word in words]
        may = may_follow(standing.stage)
        tell_json({"standing": asdict(standing), "may_follow": may, "said": said})
        return
    out = Console(highlight=False)
    for word in words:
        of = "" if word.of_this_finding else f" (of version {word.crime_version})"
        told = " ".join(filter(None, (word.reason, word.note)))
        line = f"{minute(word.said_at)} {word.said_by}: {word.word}{of}. {told}"
        out.print(line.rstrip(), markup=False)


def identifier(force: str | None) -> str | None:
    """A force by any of its names; what is unknown stays as it is."""
    known = None if force is None else forces().find(force)
    return known.identifier if known else force


async def _listed(
    conn: Connection, state: Stage, force: str | None, limit: int
) -> tuple[dict[Stage, int], list[StoredHit], dict[int, Staged]]:
    counts = await hit_decisions.counts(conn, force)
    live = None if state is Stage.RECALLED else "live"
    asked = HitFilter(force, state=live, sort=Sort.STRENGTH, stage=state.value)
    _, found = await hit_search.find(conn, asked, limit)
    staged = await hit_decisions.stages(conn, [stored.id for stored in found])
    return counts, found, staged


def _document(stored: StoredHit, staged: Staged) -> dict[str, object]:
    told = asdict(staged)
    return {"id": stored.id, **hit_document(stored.hit), "standing": told}


def _table(found: list[StoredHit], staged: dict[int, Staged], total: int) -> Table:
    more = total - len(found)
    caption = f"and {more:,} more" if more > 0 else None
    drawn = Table(caption=caption, box=box.SIMPLE_HEAD, padding=(0, 0))
    drawn.add_column("hit", justify="right", no_wrap=True)
    for name in ("crime", "type", "nominal", "verdict"):
        drawn.add_column(name, no_wrap=True)
    for name in ("ratio", "P"):
        drawn.add_column(name, justify="right", no_wrap=True)
    drawn.add_column("last word", overflow="fold")
    for stored in found:
        hit = stored.hit
        drawn.add_row(
            str(stored.id),
            hit.crime_reference,
            hit.crime_type,
            hit.nominal_id or hit.device_id,
            hit.verdict,
            _figure(hit.likelihood_ratio),
            "-" if hit.probability is None else f"{hit.probability:.2f}",
            _last_word(stored, staged[stored.id]),
        )
    return drawn


def _figure(ratio: float | None) -> str:
    """Three figures that count; "-" where nothing is assessed."""
    if ratio is None:
        return "-"
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _last_word(stored: StoredHit, staged: Staged) -> str:
    if staged.stage is Stage.RECALLED:
        return stored.state_reason or "no longer stands"
    if staged.said_at is not None:
        return f"{staged.said_by}, {minute(staged.said_at)}"
    if staged.earlier is not None:
        before = staged.earlier
        return f"{before.word} on version {before.crime_version} by {before.said_by}"
    return "-"


def _tell(done: list[int], word: str, by: str, as_json: bool) -> None:
    if as_json:
        tell_json({"hits": done, "word": word.rpartition(" ")[2], "by": by})
        return
    named = f": {', '.join(map(str, done))}" if 0 < len(done) <= 20 else ""
    Console(highlight=False).print(f"{counted(len(done), 'hit')} {word}{named}.")
