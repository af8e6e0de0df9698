"""The page on the method is held to its word: each formula names tests that are there,
and its figures are those of the evidence."""

import json
import re
from pathlib import Path

import pytest

from tests.bench import evidence_table
from tests.bench.evidence_calibration import R95_OF_68

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/method.md").read_text()
EVIDENCE = json.loads((ROOT / "tests/bench/evidence.json").read_text())
TRIAL = ("top_speed_m_s", "clock_error_s", "own_speed_times")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def generated(name: str) -> str:
    """What stands between the marks of this name on the page."""
    return PAGE.split(f"<!-- {name} -->\n")[1].split("\n<!-- end -->")[0]


@pytest.mark.parametrize(("path", "test"), NAMED)
def test_every_test_that_is_named_is_there(path: str, test: str) -> None:
    text = (ROOT / path).read_text()
    assert re.search(rf"^(async )?def {test}\(", text, re.MULTILINE)


def test_every_formula_names_its_test() -> None:
    after = re.findall(r"```text\n[^`]+```\n([^\n]*)", PAGE)
    assert 0 < len(after) == PAGE.count("```text")
    assert all(re.match(r"Proof: `tests/[\w/]+\.py::\w+`", line) for line in after)


@pytest.mark.parametrize("line", re.findall(r"^Proof: .*$", PAGE, re.MULTILINE))
def test_a_proof_is_a_list_of_tests_and_nothing_else(line: str) -> None:
    assert re.fullmatch(r"Proof: (`tests/[\w/]+\.py::\w+`(, )?)+", line)


@pytest.mark.parametrize("name", re.findall(r"!\[[^]]*\]\(([^)]+)\)", PAGE))
def test_every_plot_is_there(name: str) -> None:
    assert (ROOT / "docs" / name).read_text().startswith("<?xml")


def test_the_tables_are_those_of_the_evidence() -> None:
    assert generated("hidden") == evidence_table.hidden(EVIDENCE["exclusions"])
    assert generated("p") == evidence_table.p(EVIDENCE["p"])


def test_the_figures_in_the_text_are_those_of_the_evidence() -> None:
    beyond = EVIDENCE["errors"][0]["beyond"]
    worst = max(r["rate"] for r in EVIDENCE["exclusions"] if r["top_speed_m_s"] == 3)
    sure = [
        b["seen"]
        for row in EVIDENCE["p"]
        if row["model"].startswith("fix")
        for b in row["bins"]
        if b["predicted"] > 0.99
    ]
    fast = [r for r in EVIDENCE["exclusions"] if r["top_speed_m_s"] == 50]
    cases, wrong, left = (
        sum(r[k] for r in fast) for k in ("cases", "wrong", "wrong_corroborated")
    )
    (cabs,) = (
        r for r in fast if (r["trails"], r["kept"]) == ("cabs", "every second kept")
    )
    lines = [
        b["seen"]
        for row in EVIDENCE["p"]
        if row["model"] == "line"
        for b in row["bins"]
        if b["predicted"] > 0.99
    ]
    for figure in (
        f"said 99.9%, was {min(lines):.0%} to {max(lines):.0%}",
        f"Of the {wrong} wrong of {cases:,} that 50 m/s leaves",
        f'("both halves") leaves {left},',
        f"{cabs['far_corroborated']:.0%} instead of {cabs['far_ruled_out']:.0%}",
        f"{beyond['1.52']:.2%} lay beyond 1.52 R95",
        f"{beyond['5.0']:.2%} beyond 5 R95",
        f"at 3 m/s up to {worst:.2%} were wrong",
        f"right in {min(sure):.1%} to {max(sure):.1%}",
        f"{EVIDENCE['exclusions'][0]['allowed']:.2%} are allowed",
    ):
        assert figure in PAGE.replace(" %", "%")


def test_where_the_bound_fails_the_page_says_so() -> None:
    """At the shipped top speed: cabs at every second fix, and nowhere else."""
    failed = {
        tuple(r[k] for k in ("trails", "kept", *TRIAL))
        for r in EVIDENCE["exclusions"]
        if r["holds"] != "yes" and r["top_speed_m_s"] >= 35
    }
    assert failed == {("cabs", "every second kept", 35.0, 0.0, 1.0)}
    assert "the bound does not hold for cabs" in PAGE
    assert f"{R95_OF_68:.2f} R68" in PAGE
