"""The table of ratios: measured, target, met or not."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio of the table; `row` is its number among the project's targets."""

    row: int
    what: str
    size: str
    measured: float
    target: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Is the target reached?"""
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


def _text(line: Mapping[str, object]) -> str:
    bound = "at least" if line["at_least"] else "at most"
    return (
        f"| {line['row']} | {line['what']} | {line['size']} | {line['measured']:.3g} "
        f"| {bound} {line['target']:.3g} | {'yes' if line['met'] else 'no'} |"
    )
