"""`geocorr load case-facts` and `geocorr cohort` as an officer uses them."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from api.cli import app
from api.commands import cohort, load
from geocorr.errors import ConflictError, InputError, NotFound, PolicyError
from sql.db import Database

NOMINALS = (
    "nominal_id,family_name,given_names,date_of_birth,sex,force,statutory,flags\n"
    "N1,A,A,1990-01-01,F,Demoshire,yes,\n"
    "N2,B,B,1990-01-01,M,Demoshire,yes,OCG\n"
)
FACTS = (
    "fact_id,nominal_id,kind,value,from,source\n"
    "F1,N1,index_offence,burglary,2026-01-10,probation\n"
    "F2,N1,ogrs,80,2026-02-01,probation\n"
    "F3,N2,ogrs,120,2026-02-01,probation\n"
)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def said(*words: str) -> str:
    result = run(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return " ".join(result.output.split())


def document(*words: str):
    result = run(*words, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


@pytest.fixture
def desk(
    database: Database, grid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Two nominals and their facts, loaded by command; one fact is impossible."""
    for command in (cohort, load):
        monkeypatch.setattr(command, "database_of", lambda settings: database)
    (tmp_path / "proj").symlink_to(grid)
    monkeypatch.setenv("GEOCORR_HOME", str(tmp_path))
    for name, text in (("nominals", NOMINALS), ("case-facts", FACTS)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text)
        result = run("load", name, str(path))
        expected = {"nominals": 0, "case-facts": 4}
        assert result.exit_code == expected[name], (result.output, result.exception)
    return tmp_path


def test_facts_that_cannot_be_are_told(desk: Path) -> None:
    result = run("load", "case-facts", str(desk / "case-facts.csv"))
    assert "OUT_OF_RANGE 120" in result.output
    assert result.exit_code == 4


def test_a_review_says_who_enters_and_why(desk: Path) -> None:
    told = said("cohort", "review")
    assert "Enter (2)" in told
    assert "N1: fixed; Demoshire" in told
    assert "OGRS 80 (high), assessed 2026-02-01" in told
    assert "[GWENT-FIXED, HANTS-CRIT]" in told
    assert "N2: free (organised crime); Demoshire" in told
    assert "2 wait for a person; 2 nominals reviewed" in told


def test_json_is_one_document(desk: Path) -> None:
    found = document("cohort", "review", "--cohort", "fixed")
    assert (found["total"], found["counts"]["enter"]) == (1, 1)
    (line,) = found["lines"]
    assert (line["nominal_id"], line["action"], line["due"]) == (
        "N1",
        "enter",
        "decision",
    )
    assert line["evidence"]["met"]


@pytest.mark.parametrize(
    "what", [("--profile", "hants"), ("--day", "2026-05-01"), ("--profile", "wmp")]
)
def test_what_if_keeps_nothing(desk: Path, what: tuple[str, str]) -> None:
    assert document("cohort", "review", *what)["run"] is None
    assert "nothing was kept" in said("cohort", "review", *what)


def test_lpu_force_and_limit_narrow_the_list(desk: Path) -> None:
    assert document("cohort", "review", "--lpu", "X")["total"] == 0
    assert document("cohort", "review", "--force", "Gwent")["total"] == 0
    assert "1 more: --limit" in said("cohort", "review", "--limit", "1")


def test_a_decision_is_kept_and_shown(desk: Path) -> None:
    words = ("--reason", "agreed at panel", "--by", "Sgt A")
    told = said("cohort", "decide", "N1", "enter", *words)
    assert told.startswith("N1: enter fixed, decided by Sgt A. To be looked at again ")
    assert "Stay (1)" in said("cohort", "review", "--all", "--cohort", "fixed")
    shown = said("cohort", "show", "N1", "--by", "PC B")
    assert "fixed: in it, fits" in shown
    assert "Sgt A: enter fixed. agreed at panel" in shown
    found = document("cohort", "show", "N1", "--by", "PC B")
    assert found["decisions"][0]["decided_by"] == "Sgt A"


def test_what_cannot_be_decided_says_what_to_do(desk: Path) -> None:
    words = ("--reason", "r", "--by", "Sgt A")
    assert isinstance(
        run("cohort", "decide", "N9", "enter", *words).exception, NotFound
    )
    said("cohort", "decide", "N1", "enter", *words)
    again = run("cohort", "decide", "N1", "enter", *words).exception
    assert isinstance(again, ConflictError)
    bare = run("cohort", "decide", "N1", "leave", *words).exception
    assert isinstance(bare, InputError)
    assert "plan" in str(bare)
    plan = ("--plan", "housing support", "--shared-with", "DEM-01")
    assert "N1: leave fixed" in said("cohort", "decide", "N1", "leave", *words, *plan)


def test_a_weighting_needs_its_evidence(desk: Path) -> None:
    words = ("cohort", "weight", "burglary", "--force", "Demoshire", "--by", "C")
    assert isinstance(run(*words, "--evidence", " ").exception, InputError)
    assert "comes sooner" in said(*words, "--evidence", "burglaries up, 26/114")
    assert "Weighted locally: burglary." in said("cohort", "review")


def test_who_fits_the_tag_scheme_is_listed(desk: Path) -> None:
    """HANTS-GPS-1. With the reason, and whether an order holds."""
    path = desk / "more.csv"
    path.write_text(
        "fact_id,nominal_id,kind,value,from,to,source\n"
        "F9,N1,statutory,licence,2026-03-01,2027-03-01,probation\n"
    )
    assert run("load", "case-facts", str(path)).exit_code == 0
    orders = desk / "orders.csv"
    orders.write_text(
        "order_id,device_id,nominal_id,basis,from\nO1,T1,N1,licence,2026-05-01\n"
    )
    assert "0 nominals fit the tag scheme" in said(
        "cohort", "tagging", "--day", "2026-02-28"
    )
    told = said("cohort", "tagging", "--day", "2026-05-02")
    assert "N1; Demoshire; no tag" in told
    assert (
        "on licence since 2026-03-01, until 2027-03-01 at most. [HANTS-GPS-1]" in told
    )
    assert run("load", "orders", str(orders)).exit_code == 0
    found = document("cohort", "tagging", "--day", "2026-05-02")
    assert [(f["nominal_id"], f["tagged"]) for f in found["fitting"]] == [("N1", True)]
    assert document("cohort", "tagging", "--lpu", "X")["total"] == 0


def test_an_unknown_profile_is_refused(desk: Path) -> None:
    wrong = run("cohort", "review", "--profile", "mercia").exception
    assert isinstance(wrong, PolicyError)
    assert "national" in str(wrong)
