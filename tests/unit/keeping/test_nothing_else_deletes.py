"""Retention alone removes what was recorded: every other `delete`, `truncate`, `drop`
in SQL stands here, with why it loses nothing."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_REMOVES = re.compile(
    r"\b(delete\s+from|truncate(?:\s+table)?|drop\s+(?:table|schema|database|column))"
    r"\s+(?:if\s+exists\s+)?(?!on\b)([\w%]+)",
    re.IGNORECASE,
)
# What goes, by file.
ALLOWED = {
    ("sql/boundaries.sql", "boundary"): "an area that a newer file gives anew",
    ("sql/crimes.sql", "crime_stage"): "a delivery on its way in, in its transaction",
    ("sql/trail_rows.sql", "trail"): "an hour that is written again, re-cut",
    ("sql/trail_rows.sql", "trail_stretch"): "what is being asked, in its transaction",
    ("sql/coverage.sql", "coverage_due"): "a task that is done",
    ("sql/purges.sql", "idempotency_key"): "retention",
}
# Retention's own, in the functions that know what is held.
KEEPING = {
    "audit", "audit_link", "%I", "trail_file_piece", "assessment", "hit_decision",
    "hit", "hit_evidence", "verdict_evidence", "verdict_list", "coverage_due",
    "coverage_statement", "batch_crime", "crime_version", "crime", "session",
    "log_in_attempt", "oidc_journey",
}  # fmt: skip
KEEPING_PERSONS = {
    "breach", "breach_finding", "breach_outcome", "score_list", "score_change",
    "outbox", "outbox_step", "managed_case", "case_entry", "referral",
    "referral_ruling", "disclosure", "consultation", "consultation_answer",
    "cohort_decision", "cohort_proposal", "meeting", "panel", "tag_order",
    "device_event", "zone_version", "nominal", "nominal_address", "address_place",
    "score_nominal", "entry_version", "entry_event", "manual_score",
    "manual_score_step", "partner_assessment", "case_fact", "inbox_answer",
    "inbox_escalation", "proposal", "joint_plan", "ownership", "reason", "hold",
    "hold_end",
}  # fmt: skip
RETENTION = {
    "0020_keeping.sql": KEEPING,
    "0032_keeping_persons.sql": KEEPING_PERSONS,
}
# Lists that triggers keep beside what is recorded, and can make anew.
DERIVED = {"hit_listed"}


def removals(path: Path) -> set[str]:
    text = re.sub(r"--.*", "", path.read_text())
    return {name for _, name in _REMOVES.findall(text)}


@pytest.mark.parametrize("path", sorted(ROOT.glob("sql/*.sql")), ids=lambda p: p.name)
def test_no_query_removes_anything_else(path: Path) -> None:
    if path.name == "schema.sql":
        return
    name = str(path.relative_to(ROOT))
    assert {(name, what) for what in removals(path)} <= set(ALLOWED)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("sql/migrations/*.sql")), ids=lambda p: p.name
)
def test_no_function_of_the_schema_does_either(path: Path) -> None:
    assert removals(path) <= RETENTION.get(path.name, DERIVED)


@pytest.mark.parametrize("folder", ["api", "loaders", "sql"])
def test_no_statement_hides_in_the_code(folder: str) -> None:
    found = {
        (str(path.relative_to(ROOT)), what)
        for path in (ROOT / folder).rglob("*.py")
        for what in removals(path)
    }
    assert found == set()


def test_what_is_allowed_is_there_still() -> None:
    for name, what in ALLOWED:
        assert what in removals(ROOT / name), name
    for name, tables in RETENTION.items():
        assert removals(ROOT / "sql/migrations" / name) == tables


def test_the_search_finds_what_it_is_for() -> None:
    bad = "with x as (delete from hit) truncate table crime; DROP TABLE if exists run"
    assert {n for _, n in _REMOVES.findall(bad)} == {"hit", "crime", "run"}
