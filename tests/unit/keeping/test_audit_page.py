"""The page on the audit names every act that the code notes, and none besides."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from api.rest.noted import NOTED

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/audit.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]
DOCUMENTED = [name for row in ROWS for name in re.findall(r"`([^`]+)`", row[0])]
# `note` itself, and what modules of ours call that notes for them.
_NOTES = {"audit.note", "_note", "_noted"}
_ACTION = 2


def actions(path: Path) -> Iterator[str]:
    """What a module notes; what it makes up as it runs with a star for that part."""
    tree = ast.parse(path.read_text())
    if "audit" not in {name.name for name in imported(tree)}:
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in _NOTES:
            yield from told(call.args[_ACTION], tree)


def imported(tree: ast.Module) -> Iterator[ast.alias]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "sql":
            yield from node.names


def told(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """An expression's texts: of a name, whatever the module puts into it."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            v.value if isinstance(v, ast.Constant) else "*" for v in node.values
        )
    else:
        for part in parts(node, tree):
            yield from told(part, tree)


def parts(node: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """What an expression is one of, or what the module puts into the name it is."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Tuple):
        return node.elts
    if not isinstance(node, ast.Name):
        return []
    steps = (step for step in ast.walk(tree) if isinstance(step, ast.Assign))
    return [step.value for step in steps if node.id in assigned(step)]


def assigned(step: ast.Assign) -> set[str]:
    names = (ast.walk(target) for target in step.targets)
    return {n.id for part in names for n in part if isinstance(n, ast.Name)}


def alike(name: str, action: str) -> bool:
    return name == action or fnmatchcase(name, action)


@cache
def in_code() -> set[str]:
    found = {look.action for look in NOTED.values()}
    for path in sorted((ROOT / "api").rglob("*.py")):
        found.update(actions(path))
    for path in sorted((ROOT / "sql/migrations").glob("*.sql")):
        text = path.read_text()
        for act in re.findall(
            r"insert into audit \([^;]*?session_user\), '([^']+)'", text
        ):
            found.add(act)
    return found


@pytest.mark.parametrize("action", sorted(in_code()))
def test_every_act_stands_on_the_page(action: str) -> None:
    assert any(alike(name, action) for name in DOCUMENTED), action


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_page_names_no_act_that_nobody_does(name: str) -> None:
    assert any(alike(name, action) for action in in_code()), name


def test_each_stands_there_once_with_all_that_is_to_be_said() -> None:
    assert len(DOCUMENTED) == len(set(DOCUMENTED)) > 50
    assert all(len(row) == 4 and all(row) for row in ROWS)
