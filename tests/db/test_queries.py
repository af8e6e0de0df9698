"""Named queries: one function each, and no function without its query."""

import ast
import re
from pathlib import Path

import pytest

import sql
from sql import queries

FOLDER = Path(sql.__file__).parent
NOUNS = sorted(
    path.stem for path in FOLDER.glob("*.sql") if path.stem not in {"schema"}
)


def uses(noun: str) -> list[tuple[str, str]]:
    """Which function names which query, through the module's `Q`."""
    tree = ast.parse((FOLDER / f"{noun}.py").read_text())
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (function.name, name)
        for function in tree.body
        if isinstance(function, kinds)
        for name in re.findall(r"Q\['(\w+)'\]", ast.unparse(function))
    ]


@pytest.mark.parametrize("noun", NOUNS)
def test_every_query_has_one_function(noun: str) -> None:
    named = [name for _, name in uses(noun)]
    assert sorted(named) == sorted(queries.read(noun))


def test_a_query_without_a_reason_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.sql").write_text("-- name: x\nselect 1;\n")
    (tmp_path / "twice.sql").write_text("-- name: x\n-- why\nselect 1;\n" * 2)
    monkeypatch.setattr(queries, "__file__", str(tmp_path / "queries.py"))
    with pytest.raises(ValueError, match="says why"):
        queries.read("bad")
    with pytest.raises(ValueError, match="twice"):
        queries.read("twice")
