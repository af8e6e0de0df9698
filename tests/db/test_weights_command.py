"""Weights, manual scores, partners, meetings and notices as officers use them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api import clock
from api.cli import app
from api.commands import database as commands
from geocorr.errors import ConflictError, UsageError
from geocorr.model import Nominal
from sql import nominals
from sql.db import Connection, Database
from tests.db.scoring_scenes import bring
from tests.unit.scored import entry

TODAY = clock.today()
SOON = str(TODAY + timedelta(days=30))
FILE = f"""\
# name = Small
# version = 1
# owner = Force Intelligence
# effective_from = {TODAY}
# review_due = {TODAY + timedelta(days=300)}
data_set,code,points,label
crimes,34B,400,robbery
ims,,10,
dip,,10,
warrants,,10,
icis,,10,
"""
Run = Callable[..., Result]


@pytest.fixture
async def scene(db: Connection) -> None:
    """N1 is on record and has no entry; N2 has a robbery of today."""
    await nominals.upsert_nominals(db, [Nominal(n, "X", "Y") for n in ("N1", "N2")])
    await bring(db, [entry("E2", TODAY, nominal_id="N2")])


@pytest.fixture
def run(scene: None, database: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command on the test's database; an error of ours is raised."""
    monkeypatch.setattr(commands, "database_of", lambda settings: database)

    def invoke(*words: str) -> Result:
        done = CliRunner().invoke(app, list(words))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return invoke


def test_from_a_file_to_a_set_in_force(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text(FILE)
    done = run("weights", "import", str(file), "--by", "Ann")
    assert done.exit_code == 0
    assert "Weight set 1 is a draft, next: geocorr weights simulate 1" in done.stdout
    done = run("weights", "simulate", "1", "--by", "Ann")
    assert "1 of 1 nominals change band (1 up, 0 down)" in " ".join(done.stdout.split())
    with pytest.raises(ConflictError, match="a second person"):
        run("weights", "approve", "1", "--by", "Ann", "--reason", "mine")
    done = run("weights", "approve", "1", "--by", "Bob", "--reason", "agreed")
    assert f"approved by Bob. It takes effect on {TODAY}." in done.stdout
    shown = json.loads(run("weights", "show", "1", "--json").stdout)
    assert shown["weight_set"]["state"] == "approved"
    assert [step["by"] for step in shown["steps"]] == ["Bob"]
    assert shown["weights"][0]["points"] == 400.0
    assert "Bob: approved. agreed" in run("weights", "show", "1").stdout
    # The approval scored everyone, and N2 is told of.
    listed = json.loads(run("outbox", "list", "--json").stdout)
    assert [notice["nominal_id"] for notice in listed["notices"]] == ["N2"]
    assert "seen by Sgt A" in run("outbox", "seen", "1", "--by", "Sgt A").stdout
    assert "0 notices, 0 shown." in run("outbox", "list", "--unseen").stdout


def test_a_file_with_faults_says_what_to_mend(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text(FILE.replace("icis,,10,", "icis,,-10,"))
    done = run("weights", "import", str(file), "--json")
    assert done.exit_code == 4
    told = json.loads(done.stdout)
    assert [fault["type"] for fault in told["faults"]] == [
        "NEGATIVE_WEIGHT",
        "MISSING_WEIGHT",
    ]
    done = run("weights", "import", str(file))
    assert "with 2 faults: it cannot be approved so." in done.stdout
    listed = run("weights", "list", "--state", "draft").stdout
    assert "draft, 2 faults" in " ".join(listed.split())
    assert (
        "rejected by Bob"
        in run("weights", "reject", "1", "--by", "Bob", "--reason", "mend it").stdout
    )
    file.write_text("hello")
    assert run("weights", "import", str(file)).exit_code == 1
    with pytest.raises(UsageError, match="is no file"):
        run("weights", "import", str(tmp_path / "none.toml"))


def test_a_manual_score_from_set_to_end(run: Run) -> None:
    give = ["manual-score", "set", "N1", "500", "--ground", "mappa", "--by", "Dev"]
    done = run(*give, "--review-on", SOON, "--reason", "level 2", "--json")
    told = {"manual_score": 1, "nominal_id": "N1", "points": 500}
    assert json.loads(done.stdout) == told
    with pytest.raises(ConflictError, match="review or end that one first"):
        run(*give, "--review-on", SOON, "--reason", "again")
    with pytest.raises(UsageError, match="--review-on soon is no day"):
        run(*give, "--review-on", "soon", "--reason", "again")
    assert "level 2 (Dev)" in run("manual-score", "list", "--standing").stdout
    assert "stands until its review" in run("manual-score", "show", "1").stdout
    done = run("manual-score", "review", "1", "--review-on", SOON, "--reason", "still")
    assert f"stands until its review on {SOON}" in done.stdout
    done = run("manual-score", "end", "1", "--reason", "moved")
    assert f"ended on {TODAY}" in done.stdout
    assert "0 manual scores" in run("manual-score", "list", "--standing").stdout


def test_partners_and_meetings(run: Run) -> None:
    done = run("partner", "assess", "N1", "--agency", "probation", "--level", "high",
               "--reason", "OASys")  # fmt: skip
    assert "probation says high" in done.stdout
    shown = " ".join(run("partner", "show", "N1", "--by", "PC A").stdout.split())
    assert "N1 is in no band: nobody manages by score." in shown
    assert "Partners say probation: high." in shown
    held = run("meeting", "record", "odoc", "--held", str(TODAY), "--agency", "police",
               "--agency", "probation", "--nominal", "N1", "--outcome", "tasked",
               "--json")  # fmt: skip
    assert json.loads(held.stdout) == {"meeting": 1}
    assert "police, probation" in run("meeting", "list", "--nominal", "N1").stdout


def test_the_matrix_selects_nobody(run: Run) -> None:
    told = run("weights", "matrix").stdout
    assert f"0 adults highlighted on {TODAY}" in told
    assert "An indicator" in told


def test_mail_needs_a_server(run: Run) -> None:
    with pytest.raises(UsageError, match="GEOCORR_SMTP"):
        run("outbox", "mail")
