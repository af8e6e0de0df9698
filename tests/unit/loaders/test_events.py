"""Device events: kinds and times of day."""

from datetime import UTC, datetime

import pytest

from geocorr.model import DeviceEvent, EventKind
from loaders import events


def parse(*rows):
    return events.parse("\n".join(["device_id,at,kind,note", *rows]).encode(), "e.csv")


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind(kind):
    report, found = parse(f'D1,2026-03-28T10:00:00+01:00,{kind.upper()},"by, hand"')
    at = datetime(2026, 3, 28, 9, tzinfo=UTC)
    assert found == (DeviceEvent("D1", at, kind, "by, hand"),)
    assert report.accepted == 1


@pytest.mark.parametrize(
    ("row", "field", "kind"),
    [
        (",2026-03-28T10:00:00Z,removed,", "device_id", "MISSING_VALUE"),
        ("D1,,removed,", "at", "MISSING_VALUE"),
        ("D1,2026-03-28,removed,", "at", "INVALID_TIME"),
        ("D1,2026-03-28T10:00,removed,", "at", "INVALID_TIME"),
        ("D1,2026-03-28T10:00:00Z,eaten,", "kind", "UNKNOWN_VALUE"),
    ],
)
def test_faults(row, field, kind):
    report, found = parse(row)
    assert [(f.row, f.line, f.field, f.type) for f in report.faults] == [
        (1, 2, field, kind)
    ]
    assert found == ()
