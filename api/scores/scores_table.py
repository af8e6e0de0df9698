"""Scores as people read them in a terminal, and as JSON has them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.scores.score_explained import Explained
from api.scores.scores import History, Score
from geocorr.scoring.bands import BANDS, Band
from geocorr.scoring.explanation import Line, points, spoken
from geocorr.scoring.weights import POINT
from geocorr.wording import counted, minute

_STYLES = {Band.HIGH: "bold red", Band.MEDIUM: "yellow", Band.LOW: "", Band.NONE: "dim"}


def as_json(one: Score) -> dict[str, object]:
    """A score; `score` and `computed` are points, exact to a millionth."""
    return {
        "nominal_id": one.nominal_id,
        "day": one.day.isoformat(),
        "score": one.given / POINT,
        "micropoints": one.given,
        "band": one.band.value,
        "computed": one.computed / POINT,
        "manual": one.given != one.computed,
        "without_weight": one.unknown,
        "force": one.force,
        "weight_set": one.weight_set,
        "profile_hash": one.profile,
        "known_at": one.known_at,
        "stored": one.stored,
    }


def explained_json(told: Explained) -> dict[str, object]:
    """A score with its decision, its lines and what decided it."""
    own = told.decision
    return {
        **as_json(told.score),
        "rules": list(own.rules),
        "because": own.because,
        "profile": told.profile.name,
        "weights": f"{told.weights.name} {told.weights.version}".strip(),
        "warnings": list(told.explanation.warnings),
        "lines": [line_json(line) for line in told.explanation.lines],
        "left_out": list(told.explanation.left_out),
    }


def line_json(line: Line) -> dict[str, object]:
    """What one entry gives, or a data set together."""
    return {
        "data_set": line.data_set.value,
        "entries": line.entries,
        "micropoints": line.contribution,
        "text": line.text,
        "entry_id": line.entry_id or None,
        "event_id": line.event_id or None,
        "code": line.code or None,
        "grade": line.grade or None,
        "event_on": line.event_on,
        "weight_micropoints": line.weight,
        "within_caps_micropoints": line.within_caps,
        "left": line.left,
        "whole": line.whole,
    }


def by_band(told: Sequence[Score]) -> dict[str, int]:
    """How many are in each band, the highest first."""
    found = Counter(one.band for one in told)
    return {band.value: found[band] for band in reversed(BANDS)}


def tell_list(
    out: Console, told: Sequence[Score], day: date, limit: int, warnings: Sequence[str]
) -> None:
    """Everyone who scored, the highest first."""
    if told:
        out.print(_table(told[:limit]))
    n = counted(len(told), "nominal scores", "nominals score")
    bands = ", ".join(f"{number:,} {band}" for band, number in by_band(told).items())
    shown = f" The {limit:,} highest are shown." if len(told) > limit else ""
    out.print(f"{n} on {spoken(day)}: {bands}.{shown}")
    known = _known(told) if told else "Nothing was known that gives a score."
    out.print(known)
    _warn(out, warnings)


def _table(told: Sequence[Score]) -> Table:
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    drawn.add_column("nominal", no_wrap=True)
    drawn.add_column("score", justify="right", no_wrap=True)
    for name in ("band", "force", ""):
        drawn.add_column(name)
    for one in told:
        row = (one.nominal_id, points(one.given), one.band.value, one.force or "-")
        drawn.add_row(*row, _aside(one), style=_STYLES[one.band])
    return drawn


def _aside(one: Score) -> str:
    """What differs from a score that entries alone made."""
    said = []
    if one.given != one.computed:
        said.append(f"given by a person; {points(one.computed)} by entries")
    if one.unknown:
        said.append(counted(one.unknown, "entry", "entries") + " without weight")
    return "; ".join(said)


def _known(told: Sequence[Score]) -> str:
    latest = minute(max(one.known_at for one in told))
    if all(one.stored for one in told):
        return f"As given that day, from what was known until {latest}."
    return f"Computed from what was known until {latest}."


def tell_one(out: Console, told: Explained, *, lines: bool) -> None:
    """One nominal's score in a sentence, and what it is made of."""
    out.print(Text(told.decision.because))
    if lines:
        for text in _lines(told):
            out.print(Padding(Text(text), (0, 0, 0, 2)))
    known = minute(told.score.known_at)
    how = "given that day" if told.score.stored else "computed now"
    weights = f"{told.weights.name} {told.weights.version}".strip()
    out.print(
        f"{how.capitalize()}, from what was known until {known}; weights {weights}; "
        f"profile {told.profile.name}; rules {', '.join(told.decision.rules)}."
    )
    _warn(out, told.explanation.warnings)


def _lines(told: Explained) -> Iterator[str]:
    """Each line; the entries of one event under it, where it has several."""
    event = None
    shared = Counter(line.event_id for line in told.explanation.lines if line.event_id)
    for line in told.explanation.lines:
        if shared[line.event_id] > 1:
            if line.event_id != event:
                yield f"event {line.event_id}, one in several data sets or entries:"
            yield f"  {line.text}"
        else:
            yield line.text
        event = line.event_id
    yield from told.explanation.left_out


def tell_history(out: Console, told: History) -> None:
    """The score of each day, and when the band changed."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("day", "score", "band", ""):
        drawn.add_column(name, justify="right" if name == "score" else "left")
    for one in told.days:
        how = "" if one.stored else "computed now"
        row = (one.day.isoformat(), points(one.given), one.band.value)
        drawn.add_row(*row, "; ".join(filter(None, (_aside(one), how))))
    out.print(drawn)
    for change in told.changes:
        was = change.was or "first scored"
        out.print(f"{change.day}: {was} -> {change.band}, {points(change.given)}")


def _warn(out: Console, warnings: Sequence[str]) -> None:
    for warning in warnings:
        out.print(Text(warning, style="yellow"))
