"""Every rule id has a test or a function, and no decision carries any other."""

import ast

import pytest

from api.matches.match_files import SOFTWARE
from geocorr import findings
from geocorr.correlate import correlate
from geocorr.model import Basis, TagOrder, from_us
from geocorr.orders import wearers
from geocorr.trust import trust
from loaders.policy import shipped
from tests.spec import table
from tests.unit.trail import EAST, NORTH, ZERO_US, trail

RULES = table.rules()
BEGINNINGS = {begin: folder for folder, (begin, _) in table.DOCUMENTS.items()}


def folder_of(rule: str) -> str:
    """The folder of the document that a rule stands in."""
    return next(f for begin, f in BEGINNINGS.items() if rule.startswith(begin))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_test_in_the_folder_of_its_document(rule: str) -> None:
    assert rule in table.proofs(folder_of(rule))


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_source_and_a_meaning(rule: str) -> None:
    # A heading with a full stop needs quotes, or TOML makes two of it.
    assert RULES[rule].keys() == {"source", "meaning"}
    assert table.ID.fullmatch(rule)
    assert RULES[rule]["meaning"].endswith(".")


@pytest.mark.parametrize("folder", table.DOCUMENTS)
def test_every_test_of_a_document_is_of_a_rule_that_is_known(folder: str) -> None:
    begin, _ = table.DOCUMENTS[folder]
    assert any(rule.startswith(begin) for rule in RULES)
    assert table.proofs(folder).keys() <= RULES.keys()
    files = {path for path, _, named in table.tests_of(folder) if named}
    assert files == set((table.ROOT / "tests/spec" / folder).glob("*.py"))


def test_every_folder_is_a_documents() -> None:
    folders = {path.name for path in (table.ROOT / "tests/spec").iterdir()}
    folders = {name for name in folders if "." not in name and name != "__pycache__"}
    assert folders == set(table.DOCUMENTS)


def test_the_page_of_rules_is_as_made() -> None:
    """`python -m tests.spec.table` makes it anew."""
    assert table.PAGE.read_text() == table.page()


def constants() -> set[str]:
    """Every id that stands in a string of the package, docstrings too."""
    texts = [
        node.value
        for folder in ("geocorr", "sql", "loaders", "api")
        for path in (table.ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {rule for text in texts for rule in table.ID.findall(text)}


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
