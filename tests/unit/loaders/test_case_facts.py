"""Facts of cases as files: every kind, every fault of every row."""

from datetime import date

import numpy as np
import pytest

from fixtures.case_facts import Person, of
from fixtures.files import write_rows
from geocorr.cohorts.facts import Fact, FactKind
from geocorr.model import Outcome
from loaders.case_facts import parse
from loaders.report import LoadReport

TODAY = date(2026, 6, 1)
COLUMNS = (
    "fact_id", "nominal_id", "kind", "value", "from", "to", "subject", "victim",
    "household", "relationship", "source", "withdrawn",
)  # fmt: skip
PLAIN = {
    "fact_id": "F1",
    "nominal_id": "N1",
    "kind": "ogrs",
    "value": "62.5",
    "from": "2026-02-01",
    "source": "probation",
}


def read(*rows: dict[str, str]) -> tuple[LoadReport, tuple[Fact, ...]]:
    lines = [",".join(f'"{row.get(c, "")}"' for c in COLUMNS) for row in rows]
    return parse("\n".join([",".join(COLUMNS), *lines]).encode(), "f.csv", TODAY)


def one(**cells: str) -> Fact:
    report, facts = read({**PLAIN, **cells})
    assert report.faults == (), report.faults
    return facts[0]


def test_a_fact_is_read_with_all_its_cells() -> None:
    fact = one(
        kind="Domestic_Abuse",
        value="THREAT",
        to="2026-02-03",
        victim="V1",
        household="H1;H2",
        relationship="Partner",
    )
    assert fact == Fact(
        "F1",
        "N1",
        FactKind.DOMESTIC_ABUSE,
        "threat",
        date(2026, 2, 1),
        date(2026, 2, 3),
        "",
        "V1",
        "H1;H2",
        "partner",
        "probation",
    )


@pytest.mark.parametrize(
    ("cells", "value", "subject"),
    [
        ({}, "62.5", ""),
        ({"value": "062.50"}, "62.5", ""),
        ({"kind": "index_offence", "value": "Burglary"}, "burglary", ""),
        ({"kind": "risk", "value": "HIGH", "subject": "Violence"}, "high", "violence"),
        ({"kind": "tracker", "value": "42", "subject": "High Intent"}, "42",
         "High Intent"),
        ({"kind": "prolific", "value": "North Matrix"}, "North Matrix", ""),
        ({"kind": "victim_link", "value": "V2", "victim": "V1"}, "V2", ""),
        ({"kind": "statutory", "value": "licence", "from": "2027-01-01"}, "licence",
         ""),
        ({"kind": "custody", "value": "24", "from": "2026-07-01"}, "24", ""),
        ({"withdrawn": "Yes"}, "62.5", ""),
    ],
)  # fmt: skip
def test_values_are_in_the_words_of_their_kind(
    cells: dict[str, str], value: str, subject: str
) -> None:
    fact = one(**cells)
    assert (fact.value, fact.subject) == (value, subject)
    assert fact.withdrawn is ("withdrawn" in cells)


@pytest.mark.parametrize(
    ("cells", "field", "fault"),
    [
        ({"fact_id": ""}, "fact_id", "MISSING_VALUE"),
        ({"nominal_id": ""}, "nominal_id", "MISSING_VALUE"),
        ({"source": ""}, "source", "MISSING_VALUE"),
        ({"from": ""}, "from", "MISSING_VALUE"),
        ({"value": ""}, "value", "MISSING_VALUE"),
        ({"kind": "star_sign"}, "kind", "UNKNOWN_VALUE"),
        ({"value": "101"}, "value", "OUT_OF_RANGE"),
        ({"value": "-1"}, "value", "OUT_OF_RANGE"),
        ({"value": "high"}, "value", "INVALID_NUMBER"),
        ({"value": "nan"}, "value", "INVALID_NUMBER"),
        ({"from": "2026-02-30"}, "from", "INVALID_DATE"),
        ({"from": "1066-10-14"}, "from", "INVALID_DATE"),
        ({"from": "2026-06-02"}, "from", "FUTURE_DATE"),
        ({"to": "2026-01-31"}, "to", "FACT_TO_AFTER_FROM"),
        ({"withdrawn": "perhaps"}, "withdrawn", "UNKNOWN_VALUE"),
        ({"kind": "statutory", "value": "parole"}, "value", "UNKNOWN_VALUE"),
        ({"kind": "risk", "value": "high"}, "subject", "MISSING_VALUE"),
        ({"kind": "judged", "value": "greater_risk"}, "subject", "MISSING_VALUE"),
        ({"kind": "domestic_abuse", "value": "violence", "relationship": "partner"},
         "victim", "MISSING_VALUE"),
        ({"kind": "domestic_abuse", "value": "violence", "victim": "V1"},
         "relationship", "MISSING_VALUE"),
        ({"kind": "domestic_abuse", "value": "violence", "victim": "V1",
          "relationship": "pet"}, "relationship", "UNKNOWN_VALUE"),
        ({"kind": "victim_link", "value": "V1", "victim": "V1"}, "value",
         "VICTIM_LINK_TO_SELF"),
        ({"nominal_id": "N\x00"}, "nominal_id", "INVALID_TEXT"),
    ],
)  # fmt: skip
def test_each_fault_is_told_and_its_row_refused(
    cells: dict[str, str], field: str, fault: str
) -> None:
    report, facts = read({**PLAIN, **cells}, {**PLAIN, "fact_id": "F2"})
    assert (field, fault) in [(f.field, f.type) for f in report.faults]
    assert all(f.row == 1 and f.action for f in report.faults)
    assert [f.fact_id for f in facts] == ["F2"]
    assert report.outcome is Outcome.PARTIAL


def test_a_fact_id_stands_once() -> None:
    report, facts = read(PLAIN, {**PLAIN, "value": "10"})
    assert [f.type for f in report.faults] == ["DUPLICATE_FACT"]
    assert [f.value for f in facts] == ["62.5"]


def test_every_kind_may_be_recorded(tmp_path) -> None:
    """The invented facts are read without a fault."""
    people = [Person(f"N{i}", "DA;OCG") for i in range(60)]
    rows = of(people, np.random.default_rng(1), date(2026, 3, 28))
    assert rows == of(people, np.random.default_rng(1), date(2026, 3, 28))
    write_rows(rows, tmp_path / "f.csv")
    report, facts = parse((tmp_path / "f.csv").read_bytes(), "f.csv", TODAY)
    assert (report.faults, len(facts)) == ((), len(rows))
    assert {f.kind for f in facts} >= {FactKind.TRACKER, FactKind.JUDGED}
