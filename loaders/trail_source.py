"""The bytes of a trail file: unzipped on the fly, whole lines, never all at once."""

import contextlib
import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO

from geocorr.errors import InputError, UsageError

BLOCK_BYTES = 16 * 2**20
_BOM = b"\xef\xbb\xbf"


Stream = IO[bytes] | gzip.GzipFile


class TrailFileRefused(InputError):
    """A trail file is refused whole; `cause` is the fault's name in its report."""

    def __init__(self, cause: str, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Kind(StrEnum):
    """The formats a trail may come in."""

    CSV = "csv"
    PARQUET = "parquet"
    GPX = "gpx"
    NDJSON = "ndjson"


_SUFFIXES = {
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
    ".tsv": Kind.CSV,
    ".parquet": Kind.PARQUET,
    ".gpx": Kind.GPX,
    ".ndjson": Kind.NDJSON,
    ".jsonl": Kind.NDJSON,
}
_HEADS = {b"PAR1": Kind.PARQUET, b"<": Kind.GPX, b"{": Kind.NDJSON}


def bare_name(path: Path) -> str:
    """The file's name without `.gz`."""
    return path.name[:-3] if path.suffix.lower() == ".gz" else path.name


def kind_of(path: Path) -> Kind:
    """The format by the name's ending, else by the first bytes; CSV if in doubt."""
    named = _SUFFIXES.get(Path(bare_name(path)).suffix.lower())
    if named is not None:
        return named
    with opened(path) as stream:
        head = stream.read(4).removeprefix(_BOM)
    return next((k for magic, k in _HEADS.items() if head.startswith(magic)), Kind.CSV)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Stream]:
    """The unzipped bytes of a file.

    UsageError where the path cannot be read; TrailFileRefused for a broken gzip.
    """
    if path.is_dir():
        raise UsageError(f"{path.name} is a folder: name the files in it.")
    try:
        with _stream(path) as stream:
            yield stream
    except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
        raise TrailFileRefused(
            "BROKEN_GZIP",
            f"{path.name} is a damaged or cut-off gzip file: send it again.",
        ) from broken
    except OSError as unreadable:
        reason = unreadable.strerror or "cannot be read"
        raise UsageError(f"{path.name}: {reason}.") from unreadable


def _stream(path: Path) -> Stream:
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def sha256(path: Path) -> str:
    """The content hash: of the unzipped bytes, read in blocks."""
    digest = hashlib.sha256()
    with opened(path) as stream:
        while block := stream.read(2**20):
            digest.update(block)
    return digest.hexdigest()


def is_empty(path: Path) -> bool:
    """Whether a file holds no byte at all."""
    with opened(path) as stream:
        return not stream.read(1)


@contextlib.contextmanager
def seekable(path: Path) -> Iterator[Stream]:
    """The unzipped bytes where any offset can be read, as Parquet needs."""
    with opened(path) as stream:
        if path.suffix.lower() != ".gz":
            yield stream
            return
        with tempfile.TemporaryFile() as whole:
            while block := stream.read(2**20):
                whole.write(block)
            whole.seek(0)
            yield whole


def line_blocks(stream: Stream, size: int = BLOCK_BYTES) -> Iterator[bytes]:
    """Blocks of whole lines, each ended by one LF, UTF-8 without byte order mark.

    CRLF and CR become LF. TrailFileRefused for bytes that are no UTF-8, and for a line
    longer than a block.
    """
    rest = stream.read(len(_BOM)).removeprefix(_BOM)
    while piece := stream.read(size):
        rest, held = _hold_cr(rest + piece)
        rest = _unix(rest)
        cut = rest.rfind(b"\n") + 1
        if cut:
            yield _utf8(rest[:cut])
        elif len(rest) > size:
            raise TrailFileRefused(
                "MALFORMED_FILE", "A line is longer than 16 MB: this is no trail file."
            )
        rest = rest[cut:] + held
    if rest:
        last = _unix(rest)
        yield _utf8(last if last.endswith(b"\n") else last + b"\n")


def _hold_cr(data: bytes) -> tuple[bytes, bytes]:
    """A CR at the very end may be half a CRLF: keep it for the next block."""
    return (data[:-1], b"\r") if data.endswith(b"\r") else (data, b"")


def _unix(data: bytes) -> bytes:
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _utf8(block: bytes) -> bytes:
    if not block.isascii():
        try:
            block.decode("utf-8")
        except UnicodeDecodeError as broken:
            raise TrailFileRefused(
                "NOT_UTF8", "The file is not UTF-8: export it again as UTF-8."
            ) from broken
    return block
