"""The disclosure of a hit: all that speaks for and against it, the same to the byte."""

import asyncio
import csv
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import database as commands
from api.keeping import archive, exporting
from api.keeping.exporting import Grounds, Material, Wanted
from api.keeping.toml_out import toml_text
from api.matches import deciding
from api.matches.deciding import By
from api.verdicts import verdicts as asking
from geocorr.errors import InputError, NotFound, UsageError
from geocorr.geo import WorkingCrs
from geocorr.policy import from_mapping
from loaders import policy as policies
from sql import audit
from sql.db import Database, Role, connection
from tests.db.deliveries import House, crime, order, stay

NAMED = (
    "README.txt", "assessments.json", "audit.csv", "coverage.csv", "crime.csv",
    "decisions.csv", "fixes.csv", "hit.json", "hits.csv", "method.md", "policy.toml",
    "rules.csv", "verdicts.csv", "manifest.json",
)  # fmt: skip
WHY = "Crown Court, request 7"


@pytest.fixture
async def scene(house: House) -> House:
    """T1 and T2 beside K1, which was sent twice; T3 elsewhere. Hit 1 is of T1."""
    await house.orders(order("O1", "T1"), order("O2", "T2"), order("O3", "T3"))
    await house.trails(
        *stay("T1", minutes=60), *stay("T2", 20, minutes=60), *stay("T3", 9_000)
    )
    await house.crimes(crime("K1"))
    await house.drain()
    await house.crimes(
        crime("K1", x=5, **{"free_text": "=1+1 rear window"}), batch="KNT20260312"
    )
    await house.drain()
    mine = next(h for h in await house.hits() if h.hit.device_id == "T1")
    other = next(h for h in await house.hits() if h.hit.device_id == "T2")
    await deciding.qualify(house.conn, [mine.id], By("Central A", "on it"), send=True)
    said = By("Central A", "N-O2 lives next door; tag T2")
    await deciding.dismiss(house.conn, [other.id], said)
    await audit.note(house.conn, "dc.b", "read hit", f"hit {mine.id}")
    return house


async def made(
    house: House, with_names: str | None = None
) -> tuple[int, Mapping[str, bytes]]:
    (mine,) = [h.id for h in await house.hits() if h.hit.device_id == "T1"]
    wanted = Wanted(mine, WHY, with_names)
    return mine, exporting.files(
        await exporting.read(house.conn, mine, house.crs), wanted, "ab"
    )


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


async def test_everything_is_there_and_the_manifest_knows_it(scene: House) -> None:
    number, files = await made(scene)
    assert tuple(files) == NAMED
    told = archive.verified(archive.packed(files))
    assert told.holds
    assert told.about["hit"] == number
    assert told.about["crime"] == "Kent/K1"
    versions = rows(files["crime.csv"])
    assert [v["version"] for v in versions] == ["1", "2"]
    assert versions[1]["free_text"] == "'=1+1 rear window"
    assert all(len(v["file_sha256"]) == 64 for v in versions)
    fixes = rows(files["fixes.csv"])
    assert len(fixes) == 60
    assert json.loads(files["hit.json"])["verdict"] == "hit"
    assert {r["rule"] for r in rows(files["rules.csv"])} >= {"HANTS-GPS-3"}
    assert b"# The method" in files["method.md"]
    looks = [(r["who"], r["did"]) for r in rows(files["audit.csv"])]
    assert ("dc.b", "read hit") in looks
    # Both versions' hits of both tags: what was replaced stands beside what did.
    assert len(rows(files["hits.csv"])) == 4
    assert {r["state"] for r in rows(files["hits.csv"])} == {"live", "superseded"}
    assert rows(files["coverage.csv"])
    assert len(json.loads(files["assessments.json"])) >= 1


async def test_the_policy_is_the_one_that_found_it(scene: House) -> None:
    _, files = await made(scene)
    text = files["policy.toml"].decode()
    assert from_mapping(tomllib.loads(text)) == scene.policy
    about = json.loads(files["manifest.json"])
    assert from_mapping(tomllib.loads(text)).hash == about["found_by"]["policy_hash"]


def test_every_named_policy_comes_back_from_its_text() -> None:
    for path in (None, *policies.named().values()):
        policy = policies.read(path)
        back = from_mapping(tomllib.loads(toml_text(json_of(policy.choices))))
        assert back.hash == policy.hash


def json_of(choices: Mapping[str, object]) -> Mapping[str, object]:
    """As they lie in the database."""
    return json.loads(json.dumps(choices))


async def test_other_people_are_numbers(scene: House) -> None:
    await asked_of_all(scene)
    _, files = await made(scene)
    whole = b"".join(files.values())
    for name in (b"N-O2", b"N-O3", b"T2", b"T3", b"O2", b"O3"):
        assert not re.search(rb"(?<![\w-])" + name + rb"(?![\w-])", whole), name
    assert b"N-O1" in files["hits.csv"]
    people = {r["person"] for r in rows(files["verdicts.csv"])}
    assert people == {"N-O1", "person 1", "person 2"}
    said = rows(files["decisions.csv"])
    (other,) = [r for r in said if r["of_this_pair"] == "no"]
    assert other["reason"] == f"{other['person']} lives next door; tag {other['tag']}"
    assert other["word"] == "dismissed"
    # One person has one number throughout.
    numbers = {r["nominal_id"] for r in rows(files["hits.csv"])} - {"N-O1"}
    assert numbers == {other["person"]}
    assert b"2 other people" in files["README.txt"]
    assert b"were asked for at this crime 1 times" in files["README.txt"]
    _, named = await made(scene, with_names="co-accused")
    assert {r["person"] for r in rows(named["verdicts.csv"])} == {
        "N-O1", "N-O2", "N-O3",
    }  # fmt: skip
    assert b"co-accused" in named["README.txt"]


async def asked_of_all(house: House) -> None:
    await asking.of_crime(house.conn, ("Kent", "K1"), None, house.policy)


async def test_the_numbers_hang_on_a_secret_and_on_the_archive(scene: House) -> None:
    (mine,) = [h.id for h in await scene.hits() if h.hit.device_id == "T1"]
    read = await exporting.read(scene.conn, mine, scene.crs)
    names = [f"N{n}" for n in range(40)]

    def numbered(key: bytes, archive_name: str) -> list[str]:
        hidden = exporting.Pseudonyms(key, archive_name, [], names, [])
        return [hidden(name) for name in names]

    first = numbered(read.key, "1 1")
    assert sorted(first) == sorted(f"person {n}" for n in range(1, 41))
    assert first == numbered(read.key, "1 1")
    assert first != numbered(read.key, "1 2")
    assert first != numbered(bytes(32), "1 1")
    assert len(read.key) == 32


async def test_the_same_inputs_give_the_same_bytes(scene: House) -> None:
    first, again = [archive.packed((await made(scene))[1]) for _ in range(2)]
    assert first == again
    await deciding.decide(
        scene.conn, (await made(scene))[0], deciding.Word.RULED_OUT, By("DC B", "CCTV")
    )
    later = archive.packed((await made(scene))[1])
    assert later != first


async def test_an_export_is_audited_with_its_hash_and_its_reason(scene: House) -> None:
    (mine,) = [h.id for h in await scene.hits() if h.hit.device_id == "T1"]
    wanted, grounds = Wanted(mine, WHY, "co-accused"), Grounds(scene.crs, None)
    files = await exporting.export(scene.conn, "dc.b", wanted, grounds)
    (note,) = await audit.entries(scene.conn, 1)
    assert (note.actor, note.action, note.subject) == (
        "dc.b", "export hit", f"hit {mine}",
    )  # fmt: skip
    assert note.why == f"{WHY}; co-accused"
    told = archive.verified(archive.packed(files))
    assert note.detail == {"sha256": told.sha256, "with_names": True}


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted(99, WHY), NotFound),
        (Wanted(1, " "), InputError),
        (Wanted(1, WHY, " "), InputError),
    ],
)
async def test_what_is_refused_leaves_no_trace(
    scene: House, wanted: Wanted, error: type[Exception]
) -> None:
    before = await scene.count("audit")
    with pytest.raises(error):
        await exporting.export(scene.conn, "dc.b", wanted, Grounds(scene.crs, None))
    assert await scene.count("audit") == before


def small() -> dict[str, bytes]:
    return archive.with_manifest({"a.csv": "x\n", "b.csv": "y\n"}, {"hit": 1})


def zipped(files: Mapping[str, bytes]) -> bytes:
    return archive.packed(files)


def test_what_was_done_to_an_archive_shows() -> None:
    files = small()
    assert archive.verified(zipped(files)).holds
    changed = archive.verified(zipped({**files, "a.csv": b"z\n"}))
    assert (changed.holds, changed.changed) == (False, ("a.csv",))
    missing = archive.verified(zipped({k: v for k, v in files.items() if k != "a.csv"}))
    assert (missing.holds, missing.missing) == (False, ("a.csv",))
    more = archive.verified(zipped({**files, "c.csv": b""}))
    assert (more.holds, more.unlisted) == (False, ("c.csv",))


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made_so:
        for name, data in small().items():
            made_so.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            made_so.writestr("a.csv", b"x\n")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        zipped({"a": b""}),
        zipped({"manifest.json": b"[]"}),
        zipped({"manifest.json": b'{"files": 1}'}),
        zipped(small())[:-30],
        twice(),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="no disclosure archive"):
        archive.verified(data)


def test_the_command_writes_a_zip_or_a_folder(
    database: Database,
    bng: WorkingCrs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands, "database_of", lambda settings: database)
    monkeypatch.setattr(
        "api.commands.export.grounds_of", lambda settings: Grounds(bng, "ab")
    )
    asyncio.run(_one_hit(database, bng, tmp_path))

    def run(*words: str):
        return CliRunner().invoke(app, list(words))

    why = ("--reason", WHY, "--by", "DC B")
    file, folder = tmp_path / "hit.zip", tmp_path / "hit"
    done = run("export-hit", "1", "-o", str(file), *why)
    assert done.exit_code == 0, done.output
    assert run("export-hit", "1", "-o", str(folder), *why).exit_code == 0
    assert sorted(p.name for p in folder.iterdir()) == sorted(NAMED)
    assert "14 files" in done.output
    told = run("verify-export", str(file))
    assert told.exit_code == 0
    assert "13 files of hit 1 at Kent/K1, each as it was written." in told.output
    data = bytearray(file.read_bytes())
    at = data.index(b"EPSG") if b"EPSG" in data else data.index(b"DISCLOSURE")
    data[at] ^= 1
    file.write_bytes(bytes(data))
    broken = run("verify-export", str(file), "--json")
    assert broken.exit_code == 1
    again = run("export-hit", "1", "-o", str(folder), *why)
    assert isinstance(again.exception, UsageError)
    gone = run("verify-export", str(tmp_path / "none.zip"))
    assert isinstance(gone.exception, UsageError)


async def _one_hit(database: Database, bng: WorkingCrs, folder: Path) -> None:
    async with connection(database, Role.WORKER) as conn:
        house = House(database, conn, bng, folder)
        await house.orders(order("O1", "T1"))
        await house.trails(*stay("T1"))
        await house.crimes(crime("K1"))
        await house.drain()


def test_material_is_what_the_files_are_made_of() -> None:
    """Nothing is read that no file tells."""
    source = Path(exporting.__file__).read_text()
    assert all(f"found.{name}" in source for name in Material.__slots__)
