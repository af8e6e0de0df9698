"""A verdict in words for people: of the tag, never of the person. Pure."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.views import words as say
from api.views.hits import Row, required_speed
from geocorr.model import Verdict, from_us
from sql.verdicts import Line

MEANINGS = {
    Verdict.HIT: "fixes of the tag in the window count as there",
    Verdict.PASSED: "a line between fixes enters the vicinity",
    Verdict.POSSIBLE: "the tag could have been there",
    Verdict.NO_DATA: "some of the window is not enclosed by fixes: it excludes nobody",
    Verdict.RULED_OUT: "the tag could not have been there at any time of the window",
}
IN_REACH = (Verdict.HIT, Verdict.PASSED, Verdict.POSSIBLE)


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch that the trail does not cover, and why."""

    from_at: datetime
    to_at: datetime
    why: str

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.to_at - self.from_at).total_seconds()


def facts(line: Line) -> list[Row]:
    """What a verdict says in numbers."""
    speed = required_speed(line.verdict, line.required_speed_kmh)
    rows = [
        Row("Required speed", speed, "in a straight line, at some point"),
        Row(
            "Margin",
            say.metres(line.margin_m),
            "by which the tag falls short of the vicinity at top speed",
        ),
        Row("Window covered", say.percent(line.coverage)),
        Row("Rests on", _rests(line)),
    ]
    return [row for row in rows if row.value != say.NONE]


def _rests(line: Line) -> str:
    if line.first_us is None or line.last_us is None:
        return "no fix"
    fixes = "fix" if line.fixes == 1 else "fixes"
    time = say.span(from_us(line.first_us), from_us(line.last_us))
    return f"{line.fixes:,} {fixes}, {time}"


def holes(line: Line) -> list[Hole]:
    """The stretches of the window that no line covers."""
    return [
        Hole(
            datetime.fromisoformat(one["from"]),
            datetime.fromisoformat(one["to"]),
            one["why"],
        )
        for one in json.loads(line.uncovered)
    ]


def counts(lines: Sequence[Line]) -> list[tuple[str, int, str]]:
    """Each verdict with how many wearers it is of, and what it means."""
    found = Counter(line.verdict for line in lines)
    return [(word.value, found[word.value], MEANINGS[word]) for word in Verdict]
