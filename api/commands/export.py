"""`geocorr export-hit`, `verify-export`: the disclosure of a hit, and is it whole."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.commands import Exit
from api.commands.database import on_database
from api.commands.person import AsJson, By, Reason, tell_json
from api.keeping import archive, exporting
from api.keeping.exporting import Wanted, grounds_of
from api.settings import Settings
from geocorr.errors import UsageError
from geocorr.wording import counted


def export_hit(
    hit: Annotated[int, typer.Argument(metavar="HIT", help="Which hit.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="OUT.zip, or a new folder.")
    ],
    reason: Reason,
    by: By,
    with_names: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Name everybody else too, and why."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write all that speaks for a hit and against it as one archive, for disclosure.

    The crime, the fixes, every verdict and decision at that crime, coverage, policy,
    rules and method, with the hash of each file. Other people stand under numbers.
    """
    _check(output)
    wanted = Wanted(hit, reason, with_names)
    grounds = grounds_of(Settings())
    files = on_database(lambda conn: exporting.export(conn, by, wanted, grounds))
    data = archive.packed(files)
    _write(output, files, data)
    digest = hashlib.sha256(data).hexdigest()
    if as_json:
        sizes = {name: len(text) for name, text in files.items()}
        tell_json({"output": output, "sha256": digest, "files": sizes})
        return
    out = Console(highlight=False)
    told = counted(len(files), "file")
    out.print(f"Hit {hit}: {told} written to {output}.", markup=False, soft_wrap=True)
    out.print(f"SHA-256 of the archive: {digest}", soft_wrap=True)
    out.print("Read crime.csv and decisions.csv before it goes to anybody: words of")
    out.print("people stand there as they were written, and may name others.")


def verify_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive.")],
    as_json: AsJson = False,
) -> None:
    """Check each file of an archive against its manifest; exit 1 if one differs."""
    try:
        told = archive.verified(file.read_bytes())
    except OSError as broken:
        raise UsageError(f"{file} cannot be read ({broken.strerror}).") from broken
    if as_json:
        tell_json({**asdict(told), "holds": told.holds})
    else:
        _tell(told)
    if not told.holds:
        raise typer.Exit(Exit.REFUSED)


def _check(output: Path) -> None:
    if not output.parent.is_dir():
        raise UsageError(f"{output.parent} is no folder: make it, or name another.")
    if output.exists() and output.suffix.lower() != ".zip":
        raise UsageError(f"{output} is there already: name a new folder, or OUT.zip.")


def _write(output: Path, files: dict[str, bytes], data: bytes) -> None:
    """Whole or not at all."""
    draft = output.with_name(f".{output.name}.part")
    if output.suffix.lower() == ".zip":
        draft.write_bytes(data)
    else:
        draft.mkdir()
        for name, text in files.items():
            (draft / name).write_bytes(text)
    draft.replace(output)


def _tell(told: archive.Verified) -> None:
    out = Console(highlight=False)
    for wrong, names in (
        ("is not as it was", told.changed),
        ("is missing", told.missing),
        ("is not of it", told.unlisted),
    ):
        for name in names:
            out.print(f"{name} {wrong}.", style="red", markup=False)
    if told.holds:
        about = f"hit {told.about.get('hit')} at {told.about.get('crime')}"
        files = counted(told.files, "file")
        out.print(f"{files} of {about}, each as it was written.", markup=False)
    out.print(f"SHA-256 of the archive: {told.sha256}", soft_wrap=True)
