"""Every rule id has a test or a function, and no decision carries any other."""

import ast
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from api.match_files import SOFTWARE
from geocorr import findings
from geocorr.correlate import correlate
from geocorr.model import Basis, TagOrder, from_us
from geocorr.orders import wearers
from geocorr.trust import trust
from loaders.policy import shipped
from tests.unit.trail import EAST, NORTH, ZERO_US, trail

ROOT = Path(__file__).parents[2]
RULES = tomllib.loads((resources.files("geocorr") / "rules.toml").read_text())
ID = re.compile(r"\b(?:WMP2?|HANTS|GWENT|LEICS)-[A-Z0-9]+(?:[-.][A-Z0-9]+)*")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def named_in(*folders: str) -> set[str]:
    """Ids in names and docstrings of the functions of these folders."""
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, Function):
                    found |= set(ID.findall(ast.get_docstring(node) or ""))
    return found


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_named_by_a_test(rule: str) -> None:
    assert rule in named_in("tests/spec")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_source_and_a_meaning(rule: str) -> None:
    assert RULES[rule].keys() == {"source", "meaning"}
    assert ID.fullmatch(rule)
    assert RULES[rule]["meaning"].endswith(".")


def constants() -> set[str]:
    """Every id that stands in a string of the package, docstrings too."""
    texts = [
        node.value
        for folder in ("geocorr", "sql", "loaders", "api")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {rule for text in texts for rule in ID.findall(text)}


def test_no_id_in_the_code_is_unknown() -> None:
    assert constants() <= RULES.keys()
    assert len(constants()) >= 4


def test_every_id_that_a_hit_carries_is_known() -> None:
    """One hit of each basis that may be matched."""
    policy = shipped()
    begins = from_us(ZERO_US - 86_400_000_000)
    bases = [b for b in Basis if policy.allows(b, "match")]
    fixes = trail((600, 0, 0))
    at = [
        findings.Offence(
            "Kent",
            "B",
            "K1",
            "RB",
            from_us(ZERO_US),
            from_us(ZERO_US + 10**9),
            EAST,
            NORTH,
        )
    ]
    carried: set[str] = set()
    for basis in bases:
        worn = wearers([TagOrder("O", "T1", "N", basis, begins)], ["T1"], policy)
        trails, targets = trust(fixes, policy), findings.targets(at, policy)
        told = correlate(trails, worn, targets, policy)
        rows = findings.rows(told, at, worn, trails, policy, SOFTWARE)
        assert len(rows) == 1
        carried |= set(rows[0].rules.split(";"))
    assert carried <= RULES.keys()
    assert carried == {"HANTS-GPS-1", "HANTS-GPS-2", "HANTS-GPS-3", "LEICS-16"}
