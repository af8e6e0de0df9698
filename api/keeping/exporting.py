"""The disclosure of a hit: one archive with all that speaks for it and against it.

Read everything at one moment, write it as files, pack them; that it was made, by whom,
why, and which it is (its SHA-256), goes into the audit.
"""

import hashlib
import importlib.resources
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from pydantic_core import to_jsonable_python

from api.keeping import archive, export_readme
from api.keeping import export_tables as tables
from api.keeping.pseudonyms import Pseudonyms
from api.keeping.toml_out import toml_text
from api.matches import hits_file
from api.matches.matching import SOFTWARE
from api.rest.evidence import EvidenceFix, fixes_of
from api.settings import Settings
from geocorr.errors import InputError, NotFound
from geocorr.geo import WorkingCrs
from loaders import grid
from sql import assessments, audit, coverage, crimes, exports, hits, verdicts
from sql.assessments import StoredAssessment
from sql.audit import Entry, EntryFilter
from sql.coverage import Statement
from sql.crimes import CrimeVersion
from sql.db import Connection, Record, transaction
from sql.exports import Delivery, WordAtCrime
from sql.hits import StoredHit
from sql.verdicts import Answered

_ALL = 1_000_000
_FORMAT = "geocorr disclosure of a hit, 1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which hit, for what, and why other people are to be named, if they are."""

    hit: int
    reason: str
    with_names: str | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the places of this installation are measured by."""

    crs: WorkingCrs
    grid_sha256: str | None


def grounds_of(settings: Settings) -> Grounds:
    """As the settings have it."""
    return Grounds(settings.working_crs(), grid_hash(settings))


def grid_hash(settings: Settings) -> str | None:
    """The hash of OSTN15 where its file is in place."""
    folder = settings.grid_folder
    return grid.digest(folder) if (folder / grid.NAME).exists() else None


@dataclass(frozen=True, slots=True)
class Material:
    """All that is stored of a hit and its crime, as at one moment."""

    hit: Record
    stored: StoredHit
    fixes: Sequence[EvidenceFix]
    versions: Sequence[CrimeVersion]
    came: Sequence[Delivery]
    hits: Sequence[StoredHit]
    asked: Sequence[Answered]
    said: Sequence[WordAtCrime]
    statements: Sequence[Statement]
    assessed: Sequence[StoredAssessment]
    looks: Sequence[Entry]
    key: bytes


async def read(conn: Connection, hit: int, crs: WorkingCrs) -> Material:
    """Everything that the archive tells; NotFound without the hit."""
    async with conn.transaction(isolation="repeatable_read", readonly=True):
        found = await hits.one(conn, hit)
        if found is None:
            raise NotFound(f"There is no hit {hit}.")
        crime = (found["force"], found["reference"])
        everyone = await hits.listed(conn, ids=await exports.hits_at(conn, hit))
        runs = await exports.lists_at(conn, hit)
        asked = [await verdicts.one(conn, run) for run in runs]
        of_hit = EntryFilter(subject=f"hit {hit}")
        return Material(
            hit=found,
            stored=next(stored for stored in everyone if stored.id == hit),
            fixes=fixes_of(found, crs),
            versions=await crimes.versions(conn, *crime),
            came=await exports.deliveries_at(conn, hit),
            hits=everyone,
            asked=[one for one in asked if one is not None],
            said=await exports.words_at(conn, hit),
            statements=await coverage.of_crime(conn, *crime),
            assessed=(await assessments.of_hit(conn, hit, _ALL))[1],
            looks=(await audit.find(conn, of_hit, _ALL))[1],
            key=await exports.key(conn),
        )


def files(found: Material, wanted: Wanted, grid_sha256: str | None) -> dict[str, bytes]:
    """The files of the archive by name; the same material gives the same bytes."""
    hidden = _hidden(found, wanted)
    pair = (found.hit["device_id"], found.hit["nominal_id"])
    told = {
        "crime.csv": tables.crime(found.versions, found.came),
        "hit.json": _json(_hit(found.stored)),
        "fixes.csv": tables.fixes(found.fixes),
        "hits.csv": tables.hits(found.hits, hidden),
        "verdicts.csv": tables.verdicts(found.asked, hidden),
        "decisions.csv": tables.words(found.said, pair, hidden),
        "coverage.csv": tables.coverage(found.statements),
        "assessments.json": _json([asdict(one) for one in found.assessed]),
        "audit.csv": tables.audit(found.looks),
        "policy.toml": toml_text(found.hit["policy"]),
    }
    told["rules.csv"] = tables.rules(told.values())
    told["method.md"] = _method()
    told["README.txt"] = _readme(found, wanted, hidden)
    return archive.with_manifest(told, _about(found, wanted, grid_sha256))


async def export(
    conn: Connection, who: str, wanted: Wanted, grounds: Grounds
) -> dict[str, bytes]:
    """The files of the archive of a hit, and in the audit that they were made.

    NotFound without the hit; InputError without a reason.
    """
    reasons = [wanted.reason] if wanted.with_names is None else [
        wanted.reason, wanted.with_names,
    ]  # fmt: skip
    if not all(reason.strip() for reason in reasons):
        raise InputError("A disclosure takes a reason, and one more to name others.")
    found = await read(conn, wanted.hit, grounds.crs)
    made = files(found, wanted, grounds.grid_sha256)
    digest = hashlib.sha256(archive.packed(made)).hexdigest()
    async with transaction(conn):
        told = {"sha256": digest, "with_names": wanted.with_names is not None}
        why = "; ".join(reasons)
        await audit.note(conn, who, "export hit", f"hit {wanted.hit}", told, why)
    return made


def _hidden(found: Material, wanted: Wanted) -> Pseudonyms:
    lines = [line for asked in found.asked for line in asked.lines]
    nominals = [h.hit.nominal_id for h in found.hits]
    nominals += [w.nominal_id for w in found.said] + [x.nominal_id for x in lines]
    nominals += [a.nominal_id for a in found.asked if a.nominal_id is not None]
    devices = [h.hit.device_id for h in found.hits]
    devices += [w.device_id for w in found.said] + [x.device_id for x in lines]
    shown: Iterable[str] = (found.hit["device_id"], found.hit["nominal_id"])
    if wanted.with_names is not None:
        shown = {*nominals, *devices}
    name = f"{found.hit['run']} {wanted.hit}"
    return Pseudonyms(found.key, name, shown, nominals, devices)


def _hit(stored: StoredHit) -> dict[str, object]:
    return {
        "id": stored.id,
        "run": stored.run,
        "state": stored.state,
        "state_reason": stored.state_reason,
        **hits_file.as_json(stored.hit),
    }


def _about(
    found: Material, wanted: Wanted, grid_sha256: str | None
) -> dict[str, object]:
    return {
        "format": _FORMAT,
        "hit": wanted.hit,
        "crime": f"{found.hit['force']}/{found.hit['reference']}",
        "others_named": wanted.with_names is not None,
        "found_by": {
            "run": found.hit["run"],
            "policy_hash": found.hit["policy_hash"],
            "software_version": found.hit["software_version"],
        },
        "exported_by_software_version": SOFTWARE,
        "ostn15_grid_sha256": grid_sha256,
    }


def _readme(found: Material, wanted: Wanted, hidden: Pseudonyms) -> str:
    of_all = sum(asked.nominal_id is None for asked in found.asked)
    verdicts_told = export_readme.NOT_ASKED
    if of_all:
        verdicts_told = export_readme.ASKED.format(n=of_all)
    names = export_readme.HIDDEN.format(told=hidden.told)
    if wanted.with_names is not None:
        names = export_readme.NAMED.format(why=wanted.with_names.strip())
    return export_readme.TEXT.format(
        device=found.hit["device_id"],
        crime=f"{found.hit['force']}/{found.hit['reference']}",
        verdicts=verdicts_told,
        names=names,
    )


def _method() -> str:
    page = importlib.resources.files("geocorr").joinpath("method.md")
    return page.read_text(encoding="utf-8")


def _json(document: object) -> str:
    plain = to_jsonable_python(document)
    return json.dumps(plain, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
