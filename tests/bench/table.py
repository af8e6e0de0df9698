"""The table of ratios: measured, target, met or not.

`python -m tests.bench.table` prints what the README shows of the last run.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio of the table; `row` is its number among the project's targets.

    `measured` is None where there was nothing to measure: a peer not installed.
    """

    row: int
    what: str
    size: str
    measured: float | None
    target: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Is the target reached?"""
        if self.measured is None:
            return False
        if self.at_least:
            return self.measured >= self.target
        return self.measured <= self.target

    def as_dict(self) -> dict[str, object]:
        """The line as JSON, with the verdict."""
        return {**asdict(self), "met": self.met}


def table(lines: Iterable[Mapping[str, object]]) -> str:
    """The lines as a Markdown table."""
    head = ["| row | what | size | measured | target | met |"]
    head.append("| --- | --- | --- | --- | --- | --- |")
    return "\n".join([*head, *(_text(line) for line in lines)])


def _text(line: Mapping[str, Any]) -> str:
    bound = "at least" if line["at_least"] else "at most"
    measured = line["measured"]
    cells = ("not installed", "-")
    if measured is not None:
        cells = (f"{measured:.3g}", "yes" if line["met"] else "no")
    return (
        f"| {line['row']} | {line['what']} | {line['size']} | {cells[0]} "
        f"| {bound} {line['target']:.3g} | {cells[1]} |"
    )


def readme(results: Mapping[str, Any]) -> str:
    """The README's words on how it was measured, and the table."""
    software = results["software"]
    sizes = " ".join(results["sizes"])
    return (
        f"Ratios taken in one run of `./do bench {sizes}` on {results['cores']} cores "
        f"({results['date'][:10]}; PostgreSQL {software['postgres']}, PostGIS "
        f"{software['postgis']}; `tests/bench/results.json`): each side does the same "
        "work on the same machine, warm, as a median, and the answers are compared "
        "first. What misses its target is said as plainly as what meets it.\n\n"
        f"{table(results['rows'])}\n\n"
        "![How cost grows with fixes and with crimes](docs/cost-growth.svg)"
    )


if __name__ == "__main__":
    print(readme(json.loads(RESULTS.read_text(encoding="utf-8"))))
