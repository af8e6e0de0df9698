"""What two policies find differently, as a table for people and as JSON for scripts."""

import json
import sys
from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table

from geocorr.comparison import Change, Comparison, compared
from geocorr.model import Hit
from geocorr.policy import Policy
from geocorr.wording import counted

_MOST = 40
_KEYS = {"appears": "appear", "goes": "go", "changes": "change"}
_SAID = {"appears": "new", "goes": "gone", "changes": "of another verdict"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two policies, as the user named it, and what it found."""

    name: str
    policy: Policy
    hits: tuple[Hit, ...]

    @property
    def document(self) -> dict[str, object]:
        """The side in JSON."""
        counts = {word: self.of(word) for word in ("hit", "passed")}
        hashed = {"policy": self.name, "policy_hash": self.policy.hash}
        return {**hashed, "pairs": len(self.hits), **counts}

    def of(self, word: str) -> int:
        """How many of its pairs have this verdict."""
        return sum(hit.verdict == word for hit in self.hits)


Sides = tuple[Side, Side]


def tell_compared(sides: Sides, as_json: bool) -> None:
    """The comparison alone on stdout, as JSON or for people."""
    found = compared(sides[0].hits, sides[1].hits)
    if as_json:
        sys.stdout.write(json.dumps(document(sides, found)) + "\n")
    else:
        tell(Console(), sides, found)


def document(sides: Sides, found: Comparison) -> dict[str, object]:
    """The comparison in JSON: both sides, how many pairs are alike, every other."""
    return {
        "policies": [side.document for side in sides],
        "alike": found.alike,
        **{key: found.count(kind) for kind, key in _KEYS.items()},
        "differences": [_difference(change) for change in found.changes],
    }


def _difference(change: Change) -> dict[str, object]:
    hit = change.hit
    return {
        "what": change.kind,
        "force": hit.force,
        "crime_reference": hit.crime_reference,
        "crime_type": hit.crime_type,
        "device_id": hit.device_id,
        "nominal_id": hit.nominal_id,
        "first": change.before and change.before.verdict,
        "second": change.after and change.after.verdict,
        "because": hit.because,
    }


def tell(out: Console, sides: Sides, found: Comparison) -> None:
    """The comparison as a summary line a policy, and a table of what differs."""
    for place, side in zip(("First", "Second"), sides, strict=True):
        out.print(
            f"{place}, {side.name} (policy {side.policy.hash}): "
            f"{counted(len(side.hits), 'pair')}, {counted(side.of('hit'), 'hit')}, "
            f"{counted(side.of('passed'), 'passing')}.",
            markup=False,
            highlight=False,
        )
    if found.changes:
        out.print(_table(found))
    counts = ", ".join(f"{found.count(k):,} {said}" for k, said in _SAID.items())
    out.print(f"{counted(found.alike, 'pair')} alike; under the second {counts}.")


def _table(found: Comparison) -> Table:
    rest = len(found.changes) - _MOST
    caption = f"and {rest:,} more (all of them with --json)" if rest > 0 else None
    drawn = Table(caption=caption, box=box.SIMPLE_HEAD, padding=(0, 0))
    for name in ("crime", "type", "device", "nominal", "first", "second", "fixes", "P"):
        drawn.add_column(name, no_wrap=True)
    for change in found.changes[:_MOST]:
        drawn.add_row(*_cells(change))
    return drawn


def _cells(change: Change) -> tuple[str, ...]:
    hit = change.hit
    return (
        hit.crime_reference,
        hit.crime_type,
        hit.device_id,
        hit.nominal_id or "-",
        "-" if change.before is None else change.before.verdict,
        "-" if change.after is None else change.after.verdict,
        str(hit.fixes_inside),
        "-" if hit.probability is None else f"{hit.probability:.2f}",
    )
