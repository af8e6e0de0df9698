"""The page on the method is held to its word: each formula names tests that are there,
and its figures are those of the evidence."""

import json
import re
from pathlib import Path

import pytest

from loaders.policy import shipped
from tests.bench import evidence_table
from tests.bench.evidence_calibration import R95_OF_68
from tests.bench.evidence_table import TRIAL

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/method.md").read_text()
EVIDENCE = json.loads((ROOT / "tests/bench/evidence.json").read_text())
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


def rows(top_speed_m_s: float, clock_error_s: float, factor: float) -> list[dict]:
    """The ways of hiding under one trial, in the order of the page."""
    trial = (top_speed_m_s, clock_error_s, factor)
    return [r for r in EVIDENCE["exclusions"] if tuple(r[k] for k in TRIAL) == trial]


def cabs(trial: list[dict]) -> dict:
    """Those whose bound did not hold before there was headroom."""
    (row,) = (
        r for r in trial if (r["trails"], r["kept"]) == ("cabs", "every second kept")
    )
    return row


def surest(model: str) -> list[float]:
    """How often it was so where a model said more than 99 %."""
    return [
        b["seen"]
        for row in EVIDENCE["p"]
        if row["model"].startswith(model)
        for b in row["bins"]
        if b["predicted"] > 0.99
    ]


def test_the_figures_of_the_exclusions_are_those_of_the_evidence() -> None:
    roomy, bare = rows(35, 0, 1.5), rows(35, 0, 1.0)
    cases, wrong, left = (
        sum(r[k] for r in roomy) for k in ("cases", "wrong", "wrong_corroborated")
    )
    before, now = cabs(bare), cabs(roomy)
    worst, slow, ten = (
        max(r["rate"] for r in trial)
        for trial in (roomy, rows(3, 0, 1.5), rows(10, 0, 1.5))
    )
    phones = [r for r in roomy if r["trails"] == "phones"]
    for figure in (
        f"{before['wrong']} of {before['cases']:,} places asked about wrongly "
        f"ruled out ({before['rate']:.2%})",
        f"{wrong} of {cases:,} places asked about were wrongly ruled out, "
        f"at worst {worst:.2%}.",
        f"{now['far_ruled_out']:.0%} instead of {before['far_ruled_out']:.0%}",
        f"{now['wrong']} of the wrong ones left are those cabs",
        f"clock error of 10 s leaves {cabs(rows(35, 10, 1.5))['wrong']} there",
        f"{sum(r['wrong'] for r in phones)} are of two phones",
        f"of cabs 3 km off that proves {now['far_corroborated']:.0%}",
        f"at 3 m/s up to {slow:.2%} were wrong, at 10 m/s up to {ten:.2%}",
        f"{roomy[0]['allowed']:.2%} are allowed",
    ):
        assert figure in PAGE.replace(" %", "%")
    assert (left, max(r["wrong_devices"] for r in phones)) == (0, 2)


def test_the_figures_of_p_are_those_of_the_evidence() -> None:
    beyond = EVIDENCE["errors"][0]["beyond"]
    lines, sure = surest("line"), surest("fix")
    for figure in (
        f"said 99.9%, was {min(lines):.0%} to {max(lines):.0%}",
        f"{beyond['1.52']:.2%} lay beyond 1.52 R95",
        f"{beyond['5.0']:.2%} beyond 5 R95",
        f"right in {min(sure):.1%} to {max(sure):.1%}",
    ):
        assert figure in PAGE.replace(" %", "%")
    assert f"{R95_OF_68:.2f} R68" in PAGE


def test_the_evidence_is_of_the_policy_that_is_shipped() -> None:
    choice = shipped().alibi
    first = EVIDENCE["exclusions"][0]
    assert [first[k] for k in TRIAL] == [
        choice.top_speed_m_s,
        choice.clock_error_s,
        choice.own_speed_factor,
    ]


def test_where_the_bound_fails_the_page_says_so() -> None:
    """Without headroom at cabs' every second fix; as shipped it holds everywhere."""
    failed = {
        tuple(r[k] for k in ("trails", "kept", *TRIAL))
        for r in EVIDENCE["exclusions"]
        if r["holds"] != "yes" and r["top_speed_m_s"] >= 35
    }
    assert failed == {("cabs", "every second kept", 35.0, 0.0, 1.0)}
    assert "without headroom the bound does not hold for cabs" in PAGE
    assert len(rows(35, 0, 1.5)) == 12
    assert "With it the bound holds in all twelve ways of hiding" in PAGE
