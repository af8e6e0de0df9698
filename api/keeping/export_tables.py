"""The tables of a disclosure: rows by heading, people who are not shown by number."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from itertools import chain

from api.keeping.pseudonyms import Pseudonyms
from api.matches import hits_file
from api.rest.evidence import EvidenceFix
from geocorr.model import from_us
from loaders import policy as policies
from loaders.csv_out import csv_text
from sql.audit import Entry
from sql.coverage import Counts, Statement
from sql.crimes import CrimeVersion
from sql.exports import Delivery, WordAtCrime
from sql.hits import StoredHit
from sql.verdicts import Answered, Line

_CRIME = (
    "version", "force", "reference", "batch_id", "type", "type_description",
    "window_from", "window_to", "latitude", "longitude", "x_m", "y_m", "free_text",
    "changed", "recorded_at", "delivered_at", "sender", "file_sha256",
)  # fmt: skip
_WORDS = (
    "of_this_pair", "hit", "crime_version", "tag", "person", "verdict", "word",
    "said_by", "reason", "note", "said_at",
)  # fmt: skip
_VERDICTS = (
    "run", "asked_at", "asked_of", "crime_version", "tag", "person", "order", "verdict",
    "required_speed_kmh", "margin_m", "coverage", "fixes", "first_fix", "last_fix",
    "rules", "because", "policy_hash", "software_version",
)  # fmt: skip


def crime(versions: Sequence[CrimeVersion], came: Sequence[Delivery]) -> str:
    """The crime in all its versions, oldest first."""
    of = {delivery.version: delivery for delivery in came}
    return csv_text(_CRIME, [_version(v, of[v.version]) for v in versions])


def _version(one: CrimeVersion, came: Delivery) -> tuple[object, ...]:
    said = one.crime
    return (
        one.version,
        said.police_force,
        said.crime_reference,
        said.batch_id,
        said.crime_type,
        said.crime_type_description,
        said.window_from,
        said.window_to,
        said.latitude,
        said.longitude,
        said.x_m,
        said.y_m,
        said.free_text,
        ";".join(one.changed),
        came.created_at,
        came.received_at,
        came.sender,
        came.sha256,
    )


def fixes(found: Iterable[EvidenceFix]) -> str:
    """The fixes that a hit rests on, in time order."""
    names = tuple(EvidenceFix.model_fields)
    rows = [
        (*(getattr(fix, name) for name in names[:-1]), ";".join(fix.marks))
        for fix in found
    ]
    return csv_text(names, rows)


def hits(found: Sequence[StoredHit], hidden: Pseudonyms) -> str:
    """Every hit at the crime in the columns of the hits file, and what became of it."""
    heading = ("hit", "run", "state", "state_reason", *hits_file.COLUMNS, "because")
    rows = [_hit(stored, hidden) for stored in found]
    return csv_text(heading, rows)


def _hit(stored: StoredHit, hidden: Pseudonyms) -> list[object]:
    said = dict(zip(hits_file.COLUMNS, hits_file.values(stored.hit), strict=True))
    for name in ("device_id", "nominal_id"):
        said[name] = hidden(str(said[name]))
    about = (stored.id, stored.run, stored.state, stored.state_reason)
    return [*about, *said.values(), hidden.in_text(stored.hit.because)]


def words(
    said: Iterable[WordAtCrime], pair: tuple[str, str], hidden: Pseudonyms
) -> str:
    """All that people said; `pair` = the hit's own device and nominal."""
    rows = [
        (
            "yes" if (one.device_id, one.nominal_id) == pair else "no",
            one.hit,
            one.crime_version,
            hidden(one.device_id),
            hidden(one.nominal_id),
            one.verdict,
            one.word,
            one.said_by,
            hidden.in_text(one.reason),
            hidden.in_text(one.note),
            one.said_at,
        )
        for one in said
    ]
    return csv_text(_WORDS, rows)


def verdicts(asked: Iterable[Answered], hidden: Pseudonyms) -> str:
    """Every answer of every time that verdicts were asked for, as it was given."""
    rows = chain.from_iterable(_answers(one, hidden) for one in asked)
    return csv_text(_VERDICTS, rows)


def _answers(asked: Answered, hidden: Pseudonyms) -> Iterable[tuple[object, ...]]:
    of = "all" if asked.nominal_id is None else hidden(asked.nominal_id)
    version = asked.crime[2] if asked.crime else None
    for line in asked.lines:
        by = (asked.policy_hash, asked.version)
        yield (asked.run, asked.at, of, version, *_line(line, hidden), *by)


def _line(line: Line, hidden: Pseudonyms) -> tuple[object, ...]:
    shown = hidden(line.nominal_id) == line.nominal_id
    times = (line.first_us, line.last_us)
    return (
        hidden(line.device_id),
        hidden(line.nominal_id),
        # Of an order one may read whose it is.
        line.order_id if shown else None,
        line.verdict,
        line.required_speed_kmh,
        line.margin_m,
        line.coverage,
        line.fixes,
        *(None if t_us is None else from_us(t_us) for t_us in times),
        line.rules,
        hidden.in_text(line.because),
    )


def coverage(found: Iterable[Statement]) -> str:
    """The statements on the crime, newest first."""
    about = ("run", "version", "as_at", "policy_hash", "software_version")
    counts = tuple(f.name for f in fields(Counts))
    rows = [
        (*(getattr(one, name) for name in about), *astuple(one.counts)) for one in found
    ]
    return csv_text((*about, *counts), rows)


def rules(texts: Iterable[str]) -> str:
    """The rules that are named in these texts, with their source and meaning."""
    together = "\n".join(texts)
    named = [
        (name, rule["source"], rule["meaning"])
        for name, rule in policies.rules().items()
        if name in together
    ]
    return csv_text(("rule", "source", "meaning"), named)


def audit(found: Iterable[Entry]) -> str:
    """Who did what with the hit, oldest first."""
    rows = [
        (one.at, one.actor, one.action, one.subject, one.why)
        for one in sorted(found, key=lambda entry: entry.id)
    ]
    return csv_text(("at", "who", "did", "to", "why"), rows)
