"""An archive that is the same to the byte for the same files, and tells their hashes.

The files lie in it as they are, in the order of their names and without a time of their
own: how something is compressed differs from machine to machine.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from geocorr.errors import InputError

MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
_UNIX = 3
# More than any disclosure; what is larger is not one of ours.
_MOST_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking an archive came to: files that are changed, missing, or too many.

    `sha256` of the archive as a whole: the audit of who made it has the same.
    """

    sha256: str
    files: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]
    about: Mapping[str, object]

    @property
    def holds(self) -> bool:
        """Is every file there, as it was, and none beside them?"""
        return not (self.changed or self.missing or self.unlisted)


def with_manifest(
    files: Mapping[str, str], about: Mapping[str, object]
) -> dict[str, bytes]:
    """The files as bytes in the order of their names, the manifest behind them."""
    made = {name: files[name].encode() for name in sorted(files)}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}
    told = {**about, "files": hashes}
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    return {**made, MANIFEST: f"{text}\n".encode()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr, entry.create_system = _READABLE, _UNIX
            archive.writestr(entry, data)
    return out.getvalue()


def verified(data: bytes) -> Verified:
    """Check every file of an archive against its manifest.

    InputError where it is no archive of ours.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = _read(archive)
        about = json.loads(found.pop(MANIFEST))
        listed: dict[str, str] = dict(about.pop("files"))
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as wrong:
        raise InputError("It is no disclosure archive, or it is damaged.") from wrong
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in found.items()}
    both = listed.keys() & hashes.keys()
    return Verified(
        sha256=hashlib.sha256(data).hexdigest(),
        files=len(found),
        changed=tuple(sorted(n for n in both if listed[n] != hashes[n])),
        missing=tuple(sorted(listed.keys() - hashes.keys())),
        unlisted=tuple(sorted(hashes.keys() - listed.keys())),
        about=about,
    )


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every file, each name once; ValueError for what could not be ours."""
    entries = archive.infolist()
    if len({entry.filename for entry in entries}) != len(entries):
        raise ValueError("a name stands there twice")
    if sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise ValueError("it would fill the memory")
    return {entry.filename: archive.read(entry) for entry in entries}
