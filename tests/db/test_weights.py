"""WMP-5.3, WMP-12.6 on the database: drafts, simulations, a second person approves."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api import clock
from api.scores import manual_scores, scoring, weight_simulation, weights
from api.scores.weights import SetStep
from geocorr.dates import years_later
from geocorr.errors import ConflictError, InputError, NotFound
from geocorr.model import Nominal
from geocorr.scoring.entry import DataSet, Entry
from geocorr.scoring.manual import Ground
from geocorr.scoring.weights import POINT, Kind, Purpose
from loaders import profile
from sql import audit, entries, nominals, scores
from sql import weights as stored
from sql.db import Connection
from sql.weights import SetFilter
from tests.db.scoring_scenes import DESK

TODAY = clock.today()
NATIONAL = profile.read(None)
FILES = Path(__file__).parents[2] / "fixtures" / "weights"
ILLUSTRATIVE = (FILES / "illustrative.toml").read_bytes()


def weight_file(
    version: str, robbery: int = 400, begins: date = TODAY, **words
) -> bytes:
    """A small set without gaps, as CSV."""
    head = {
        "name": "Small set",
        "version": version,
        "owner": "Force Intelligence",
        "effective_from": begins,
        "review_due": begins + timedelta(days=300),
        **words,
    }
    rows = [f"crimes,34B,,{robbery},robbery", "crimes,,,40,any other crime"]
    rows += ["ims,,,10,", "dip,,,15,", "warrants,,,80,", "icis,,,50,"]
    lines = [f"# {key} = {value}" for key, value in head.items() if value is not None]
    return "\n".join([*lines, "data_set,code,grade,points,label", *rows]).encode()


async def imported(db: Connection, data: bytes, by: str = "Ann") -> int:
    brought = await weights.bring_in(db, data, "set.csv", by, NATIONAL)
    assert brought.weight_set is not None
    return brought.weight_set


async def approved(db: Connection, data: bytes) -> int:
    number = await imported(db, data)
    await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    await weights.decide(db, number, SetStep.APPROVED, ("Bob", "Looks right"))
    return number


async def in_force(db: Connection, day: date = TODAY) -> int | None:
    now = await entries.known_at(db)
    found = (await stored.in_force(db, day, now)).of("Kent")
    return found and found.id


async def robbers(db: Connection, **counts: int) -> None:
    """Nominals with so many robberies today, each an event of its own."""
    born = years_later(TODAY, -30).isoformat()
    people = [Nominal(who, "X", "Y", date_of_birth=born, sex="F") for who in counts]
    await nominals.upsert_nominals(db, people)
    made = [
        Entry(f"{who}-{i}", who, f"{who}-{i}", DataSet.CRIMES, TODAY, "34B")
        for who, count in counts.items()
        for i in range(count)
    ]
    await entries.keep(db, made, datetime.now(UTC))


async def test_a_set_is_kept_to_the_last_digit(db: Connection) -> None:
    brought = await weights.bring_in(db, ILLUSTRATIVE, "i.toml", "Ann", NATIONAL)
    assert brought.report.faults == ()
    (one,) = await stored.read(db, [brought.weight_set])
    assert one.line.state == "draft"
    assert (one.line.author, one.line.n_rows) == ("Ann", len(one.weights.rows))
    assert one.weights.data_set_caps == {"ims": 150 * POINT}
    assert one.weights.event_cap == 600 * POINT
    row = one.weights.find(Kind("crimes", "34A", ""))
    assert (row.micropoints, row.label) == (450 * POINT, "robbery of business property")


async def test_the_same_file_again_does_nothing(db: Connection) -> None:
    first = await imported(db, weight_file("1"))
    assert await imported(db, weight_file("1"), "Bob") == first
    total, (line,) = await stored.find(db, SetFilter())
    assert (total, line.author) == (1, "Ann")


async def test_a_version_says_one_thing(db: Connection) -> None:
    await imported(db, weight_file("1"))
    with pytest.raises(ConflictError, match="give the file a new version"):
        await imported(db, weight_file("1", robbery=500))


async def test_a_draft_is_in_force_for_nobody(db: Connection) -> None:
    await imported(db, weight_file("1"))
    assert await in_force(db) is None


async def test_an_approved_set_is_in_force_from_its_day(db: Connection) -> None:
    first = await approved(db, weight_file("1"))
    soon = TODAY + timedelta(days=10)
    second = await approved(db, weight_file("2", begins=soon))
    assert await in_force(db) == first
    assert await in_force(db, TODAY - timedelta(days=1)) is None
    assert await in_force(db, soon - timedelta(days=1)) == first
    assert await in_force(db, soon) == second


async def test_what_was_in_force_is_told_by_what_was_known_then(db: Connection) -> None:
    before = await entries.known_at(db)
    await approved(db, weight_file("1"))
    assert (await stored.in_force(db, TODAY, before)).of(None) is None


async def test_a_forces_own_set_goes_before_that_of_all(db: Connection) -> None:
    everyones = await approved(db, weight_file("1"))
    own = await approved(db, weight_file("1", name="Kent's", force="Kent"))
    found = await stored.in_force(db, TODAY, await entries.known_at(db))
    assert found.of("Kent").id == own
    assert found.of("Essex").id == found.of(None).id == everyones


async def test_the_acquisitive_matrix_is_a_set_of_its_own(db: Connection) -> None:
    data = (FILES / "illustrative_acquisitive.csv").read_bytes()
    moved = data.replace(b"2026-01-01", str(TODAY).encode())
    due = str(TODAY + timedelta(days=300)).encode()
    number = await approved(db, moved.replace(b"2026-12-31", due))
    now = await entries.known_at(db)
    assert await in_force(db) is None
    matrix = await stored.in_force(db, TODAY, now, Purpose.ACQUISITIVE)
    assert matrix.of("Kent").id == number


async def test_nobody_approves_their_own_draft(db: Connection) -> None:
    number = await imported(db, weight_file("1"), by="Ann Smith")
    await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann Smith")
    for name in ("Ann Smith", "  ann   SMITH "):
        with pytest.raises(ConflictError, match="a second person approves"):
            await weights.decide(db, number, SetStep.APPROVED, (name, "mine"))
    assert await in_force(db) is None


async def test_nobody_approves_what_was_not_simulated(db: Connection) -> None:
    number = await imported(db, weight_file("1"))
    with pytest.raises(ConflictError, match="was not simulated"):
        await weights.decide(db, number, SetStep.APPROVED, ("Bob", "quick"))


async def test_nobody_approves_against_a_set_it_was_not_compared_with(
    db: Connection,
) -> None:
    late = TODAY + timedelta(days=5)
    number = await imported(db, weight_file("2", begins=late))
    await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    await approved(db, weight_file("1"))
    with pytest.raises(ConflictError, match="against another set"):
        await weights.decide(db, number, SetStep.APPROVED, ("Bob", "ok"))
    await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    line = await weights.decide(db, number, SetStep.APPROVED, ("Bob", "ok"))
    assert line.state == "approved"


async def test_a_draft_is_compared_with_the_set_that_it_would_replace(
    db: Connection,
) -> None:
    await approved(db, weight_file("1"))
    second = await approved(db, weight_file("2", begins=TODAY + timedelta(days=5)))
    third = await approved(db, weight_file("3", begins=TODAY + timedelta(days=9)))
    told = await weights.told(db, third)
    assert told.simulations[0].against == second


async def test_nobody_approves_a_set_with_faults(db: Connection) -> None:
    gap = weight_file("1").replace(b"icis,,,50,", b"")
    brought = await weights.bring_in(db, gap, "set.csv", "Ann", NATIONAL)
    assert [fault.type for fault in brought.report.faults] == ["MISSING_WEIGHT"]
    await weight_simulation.simulate(db, brought.weight_set, TODAY, NATIONAL, "Ann")
    with pytest.raises(ConflictError, match="has faults: Give a weight for icis"):
        await weights.decide(db, brought.weight_set, SetStep.APPROVED, ("Bob", "ok"))


@pytest.mark.parametrize(
    ("days", "why"),
    [(0, "overlaps Small set 1"), (-3, "would begin before Small set 1")],
)
async def test_sets_neither_overlap_nor_rewrite_the_past(
    db: Connection, days: int, why: str
) -> None:
    await approved(db, weight_file("1"))
    begins = TODAY + timedelta(days=days)
    number = await imported(db, weight_file("2", begins=begins))
    await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    with pytest.raises(ConflictError, match=why):
        await weights.decide(db, number, SetStep.APPROVED, ("Bob", "ok"))


async def test_days_that_are_scored_stay_as_they_are(db: Connection) -> None:
    await approved(db, weight_file("1", begins=TODAY - timedelta(days=20)))
    begins = TODAY - timedelta(days=1)
    number = await imported(db, weight_file("2", begins=begins))
    await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    with pytest.raises(ConflictError, match="are scored by another set"):
        await weights.decide(db, number, SetStep.APPROVED, ("Bob", "ok"))


async def test_an_approved_set_may_be_withdrawn_before_its_day(db: Connection) -> None:
    first = await approved(db, weight_file("1"))
    soon = TODAY + timedelta(days=10)
    second = await approved(db, weight_file("2", begins=soon))
    await weights.decide(db, second, SetStep.WITHDRAWN, ("Cat", "robbery too low"))
    assert await in_force(db, soon) == first
    with pytest.raises(ConflictError, match="in force since"):
        await weights.decide(db, first, SetStep.WITHDRAWN, ("Cat", "no"))


@pytest.mark.parametrize("step", [SetStep.REJECTED, SetStep.WITHDRAWN])
async def test_a_decided_draft_stays_decided(db: Connection, step: SetStep) -> None:
    number = await imported(db, weight_file("1"))
    await weights.decide(db, number, step, ("Bob", "not yet"))
    told = await weights.told(db, number)
    assert [(s.step, s.by, s.reason) for s in told.steps] == [(step, "Bob", "not yet")]
    for again in SetStep:
        with pytest.raises(ConflictError, match=f"is {step}: that stays so"):
            await weights.decide(db, number, again, ("Cat", "but"))
    with pytest.raises(ConflictError, match="no draft"):
        await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")


async def test_a_decision_needs_a_name_and_words(db: Connection) -> None:
    number = await imported(db, weight_file("1"))
    for said in (("", "why"), ("Bob", "  ")):
        with pytest.raises(InputError, match="needs a name and words"):
            await weights.decide(db, number, SetStep.REJECTED, said)
    with pytest.raises(NotFound, match="no weight set 99"):
        await weights.told(db, 99)


async def test_a_simulation_tells_who_changes_band(db: Connection) -> None:
    await robbers(db, N1=1, N2=2, N3=3)
    await approved(db, weight_file("1"))
    number = await imported(
        db, weight_file("2", robbery=500, begins=TODAY + timedelta(days=1))
    )
    told = await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    result = told.result
    assert result["moves"] == {"nominals": 3, "changed": 2, "up": 2, "down": 0}
    assert result["flows"]["LOW"]["MEDIUM"] == 1  # N1: 400 to 500
    assert result["flows"]["MEDIUM"]["HIGH"] == 1  # N2: 800 to 1000
    assert result["flows"]["HIGH"]["HIGH"] == 1  # N3: 1200 to 1500
    assert result["groups"]["sex"] == {"F": result["moves"]}
    assert list(result["groups"]["age"]) == ["25 to 34"]
    assert result["groups"]["lpu"] == {"unknown": result["moves"]}
    assert result["groups"]["cohort"] == {"none": result["moves"]}
    assert [m["nominal_id"] for m in result["movers"]] == ["N3", "N2", "N1"]
    assert result["movers"][2]["because"] == (
        "The score rises by 100.0: crimes 34B (robbery) +100.0."
    )


async def test_what_is_simulated_is_what_comes_about(db: Connection) -> None:
    """The very scores, to the last digit; a manual score among them."""
    await robbers(db, N1=1, N2=2, N3=3)
    await nominals.upsert_nominals(db, [Nominal("N4", "X", "Y")])
    due = TODAY + timedelta(days=9)
    given = manual_scores.Asked("N4", 250, Ground.MARAC, due, "in need", "Dev")
    await manual_scores.give(db, given, NATIONAL)
    await scoring.score(db, ["N4"], TODAY, DESK)
    number = await imported(db, weight_file("1", robbery=333))
    told = await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    await weights.decide(db, number, SetStep.APPROVED, ("Bob", "ok"))
    await scoring.score(db, None, TODAY, DESK)
    came = {}
    for one in await scores.lists(db, TODAY):
        names = await scores.names(db, one.nominals.tolist())
        given_to = zip(one.nominals.tolist(), one.given.tolist(), strict=True)
        came |= {names[n]: micropoints / POINT for n, micropoints in given_to}
    after = {m["nominal_id"]: m["after"] for m in told.result["movers"]}
    assert after == {"N1": 333.0, "N2": 666.0, "N3": 999.0}
    assert came == {**after, "N4": 250.0}
    assert told.result["flows"]["LOW"] == {"HIGH": 0, "MEDIUM": 0, "LOW": 1, "NONE": 0}


async def test_a_simulation_changes_no_score(db: Connection) -> None:
    await robbers(db, N1=1)
    number = await imported(db, weight_file("1"))
    tables = ("score_list", "score_change", "outbox", "entry_version")
    count = "select {}".format(
        " + ".join(f"(select count(*) from {t})" for t in tables)
    )
    before = await db.fetchval(count)
    told = await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    assert told.against is None
    assert told.result["flows"]["NONE"]["LOW"] == 1
    assert await db.fetchval(count) == before


async def test_a_simulation_tries_only_those_whom_the_draft_concerns(
    db: Connection,
) -> None:
    await robbers(db, N1=1)
    number = await imported(db, weight_file("1", force="Kent"))
    told = await weight_simulation.simulate(db, number, TODAY, NATIONAL, "Ann")
    assert told.result["moves"]["nominals"] == 0
    assert told.result["movers"] == []
    assert "nothing could be tried" in told.result["warnings"][0]


async def test_every_act_is_audited(db: Connection) -> None:
    await approved(db, weight_file("1"))
    acts = [(one.actor, one.action) for one in reversed(await audit.entries(db))]
    assert acts == [
        ("Ann", "import weights"),
        ("Ann", "simulate weights"),
        ("Bob", "approved weights"),
    ]
