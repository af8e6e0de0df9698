"""Where each rule of the policy documents is proven: `python -m tests.spec.table`.

It writes `docs/rules.md`: a rule's id, what it means, where it stands, and the tests
that an officer or a lawyer can read. A test holds the page to this.
"""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

ROOT = Path(__file__).parents[2]
ID = re.compile(r"\b(?:WMP2?|HANTS|GWENT|LEICS)-[A-Z0-9]+(?:[-.][A-Z0-9]+)*")
PAGE = ROOT / "docs/rules.md"
HEAD = """# The rules, and where each is proven

Made by `python -m tests.spec.table`; not edited by hand. A decision carries the ids of
the rules that made it. The tests are written to be read: each quotes its document, and
draws the table that it holds the software to.
"""
# A folder of tests for each document, by how the ids of its rules begin.
DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "wmp_policy": ("WMP-", "West Midlands Police, policy CJ/19"),
    "wmp_board_paper": ("WMP2-", "West Midlands Police, paper to the board"),
    "hants_guide": ("HANTS-", "Hampshire and Isle of Wight, practitioner guide"),
    "gwent_report": ("GWENT-", "Gwent, report of 2021"),
    "leics_update": ("LEICS-", "Leicestershire, update of 2019"),
}


def rules() -> dict[str, dict[str, str]]:
    """Source and meaning of every rule by its id."""
    return tomllib.loads((resources.files("geocorr") / "rules.toml").read_text())


def tests_of(folder: str) -> Iterator[tuple[Path, str, set[str]]]:
    """File, name and the rules named by each test of a document's folder."""
    for path in sorted((ROOT / "tests/spec" / folder).glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = set(ID.findall(ast.get_docstring(node) or ""))
                if node.name.startswith("test_"):
                    yield path, node.name, named


def proofs(folder: str) -> dict[str, list[Path]]:
    """The files whose tests name a rule, by rule."""
    found: dict[str, list[Path]] = {}
    for path, _, named in tests_of(folder):
        for rule in named:
            files = found.setdefault(rule, [])
            files += [path] if path not in files else []
    return found


def page() -> str:
    """The whole page, rules in the order of their ids."""
    known, parts = rules(), [HEAD]
    for folder, (begin, document) in DOCUMENTS.items():
        files = proofs(folder)
        parts += [f"## {document}\n", "| rule | meaning | source | tests |"]
        parts += ["| --- | --- | --- | --- |"]
        for rule in sorted((r for r in known if r.startswith(begin)), key=_order):
            links = ", ".join(
                f"[{path.name}](../{path.relative_to(ROOT)})"
                for path in files.get(rule, [])
            )
            about = known[rule]
            cells = (rule, about["meaning"], about["source"], links)
            parts.append(f"| {' | '.join(c.replace('|', '/') for c in cells)} |")
        parts.append("")
    return "\n".join(parts)


def _order(rule: str) -> tuple[tuple[bool, int, str], ...]:
    """Numbers by size: LEICS-5 before LEICS-10."""
    words = rule.replace(".", "-").split("-")
    return tuple((not w.isdigit(), int(w) if w.isdigit() else 0, w) for w in words)


if __name__ == "__main__":
    PAGE.write_text(page())
