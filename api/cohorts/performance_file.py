"""A table of the performance framework as JSON and CSV."""

from pathlib import Path

from api.cohorts.performance import Question, TableName
from geocorr.errors import UsageError
from geocorr.performance.grid import Table
from loaders import csv_out


def document(
    name: TableName, table: Table, asked: Question | None
) -> dict[str, object]:
    """A table as JSON has it: rows by column, rules, and the sentence."""
    period = asked and {"from": asked.period.first, "to": asked.period.last}
    return {
        "table": name.value,
        **(period or {}),
        "force": asked and asked.force,
        "columns": list(table.value.columns),
        "rows": table.value.dicts(),
        "rules": list(table.rules),
        "evidence": dict(table.evidence),
        "because": table.because,
    }


def csv_text(table: Table) -> str:
    """The rows as CSV with a heading; a cell like a formula is neutralised."""
    return csv_out.csv_text(table.value.columns, table.value.rows)


def write(path: Path, table: Table) -> None:
    """Write a table as CSV; whole or not at all. UsageError for another name."""
    if path.suffix.lower() != ".csv":
        raise UsageError(f"{path.name}: give a name ending in .csv.")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent} is no folder: make it, or name another.")
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(csv_text(table), encoding="utf-8")
    draft.replace(path)
