"""GPX trails: track points as a stream; the device is the file's stem.

Read with expat as it comes, never as a tree. A document type is refused outright: it
could make a small file unfold to gigabytes.
"""

from collections.abc import Iterator
from xml.parsers import expat

from loaders.trail_headings import OWN, resolve
from loaders.trail_raw import RawRows, Tally, text_rows
from loaders.trail_source import Stream, TrailFileRefused

_BATCH_ROWS = 100_000
_TEXT_LIMIT = 200
# Our column by the element's name; speed and course also stand in extensions.
_ELEMENTS = {
    "time": "recorded_at",
    "speed": "speed_kmh",
    "course": "direction_deg",
    "hdop": "hdop",
    "sat": "satellites",
}
_NAMES = ("device_id", "latitude", "longitude", *_ELEMENTS.values())


def batches(stream: Stream, device_id: str) -> Iterator[RawRows]:
    """The track points in file order; TrailFileRefused where this is no whole GPX."""
    points = _Points(device_id)
    while piece := stream.read(2**16):
        points.feed(piece)
        if len(points.lines) >= _BATCH_ROWS:
            yield points.take()
    points.feed(b"", last=True)
    yield points.take()


class _Points:
    """The track points met so far and not yet taken."""

    def __init__(self, device_id: str) -> None:
        self.device_id = device_id
        self.next_row = 1
        self.cells: dict[str, list[str]] = {name: [] for name in _NAMES}
        self.lines: list[int] = []
        self.line = 0
        self.point: dict[str, str] | None = None
        self.element: str | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.on_doctype
        self.parser.StartElementHandler = self.on_start
        self.parser.EndElementHandler = self.on_end
        self.parser.CharacterDataHandler = self.on_text

    def feed(self, piece: bytes, last: bool = False) -> None:
        try:
            self.parser.Parse(piece, last)
        except (expat.ExpatError, ValueError, LookupError) as broken:
            raise TrailFileRefused(
                "MALFORMED_FILE", f"The GPX is broken: {broken}. Export it again."
            ) from broken

    def take(self) -> RawRows:
        """The points met since the last time, as a batch."""
        n = len(self.lines)
        rows = list(range(self.next_row, self.next_row + n))
        cells, lines = self.cells, self.lines
        self.next_row += n
        self.cells, self.lines = {name: [] for name in _NAMES}, []
        return text_rows(
            cells, (rows, lines), resolve(_NAMES, OWN), Tally(), speed_unit="m/s"
        )

    def on_doctype(self, *_: object) -> None:
        raise TrailFileRefused(
            "MALFORMED_FILE", "The GPX declares a document type: remove it."
        )

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "trkpt":
            self.line = self.parser.CurrentLineNumber
            self.point = dict.fromkeys(_NAMES, "")
            self.point["device_id"] = self.device_id
            self.point["latitude"] = attributes.get("lat", "")
            self.point["longitude"] = attributes.get("lon", "")
        self.element = _ELEMENTS.get(name) if self.point is not None else None

    def on_text(self, text: str) -> None:
        if self.point is not None and self.element is not None:
            so_far = self.point[self.element] + text
            self.point[self.element] = so_far[:_TEXT_LIMIT]

    def on_end(self, tag: str) -> None:
        self.element = None
        if _local(tag) == "trkpt" and self.point is not None:
            for name, column in self.cells.items():
                column.append(self.point[name])
            self.lines.append(self.line)
            self.point = None


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]
