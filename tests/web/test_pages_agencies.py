"""Pages on work with other agencies: meetings, agreements, and what they were told."""

import asyncio
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api import clock
from api.login.who import UserRole
from geocorr.model import Nominal
from sql import nominals
from sql.db import Database, Role, connection
from tests.hostile import HOSTILE, assert_harmless
from tests.web.conftest import ClientAs
from tests.web.forms import post
from tests.web.officers import audited
from tests.web.pages import HTML, found, heading, parsed, rows, text

TODAY = clock.today()
MEETING = {"meeting": "odoc", "held_on": str(TODAY), "agencies": "police\nprobation",
           "nominals": "N1", "outcome": "a visit each week"}  # fmt: skip
AGREEMENT = {"name": "ISA 2026", "agencies": "probation\nhousing",
             "signed_on": str(TODAY), "ends_on": ""}  # fmt: skip
TOLD = {"agreement": "ISA 2026", "agency": "housing", "what": "release date",
        "purpose": "a room"}  # fmt: skip
WRITES = ("/meetings", "/agreements", "/people/N1/disclosures")


@pytest.fixture
def known(client: TestClient, database: Database) -> TestClient:
    """N1 is on record, with an odd name."""
    asyncio.run(_known(database))
    return client


async def _known(database: Database) -> None:
    async with connection(database, Role.WORKER) as conn:
        people = [Nominal("N1", HOSTILE["script"], "Ann"), Nominal("N2", "B", "Bo")]
        await nominals.upsert_nominals(conn, people)


def shown(client: TestClient, path: str):
    answer = client.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 200, answer.text
    assert_harmless(answer.text)
    return parsed(answer)


def done(client: TestClient, path: str, typed: dict[str, object]):
    """The page that a form leads to."""
    answer = post(client, path, typed)
    assert answer.status_code == 303, text(parsed(answer))
    return shown(client, answer.headers["location"])


def refused(client: TestClient, path: str, typed: dict[str, object]) -> str:
    """What the page says that comes back."""
    answer = post(client, path, typed)
    assert answer.status_code == 422
    assert_harmless(answer.text)
    document = parsed(answer)
    ids = {f"#{one.get('id')}" for one in document.iter()}
    (summary,) = [one for one in found(document, "ul")
                  if "govuk-error-summary__list" in one.get("class", "")]  # fmt: skip
    assert {link.get("href") for link in found(summary, "a")} <= ids
    return text(document)


def test_empty_lists_say_so(known: TestClient) -> None:
    assert heading(shown(known, "/meetings")) == "Meetings of the agencies"
    assert "nothing may be told" in text(shown(known, "/agreements"))
    told = text(shown(known, "/people/N1/disclosures"))
    assert "Nothing was told" in told
    assert "No agreement is in force" in told
    assert known.get("/people/N9/disclosures", headers=HTML).status_code == 404


def test_a_meeting_is_recorded_and_found(known: TestClient) -> None:
    document = done(known, "/meetings?nominal=N1", MEETING)
    assert "The meeting is recorded." in text(document)
    ((*_, on, outcome, by),) = rows(document)[1:]
    assert on.startswith("N1 Ann <script>")
    assert outcome == "a visit each week"
    assert by.startswith("test.all, ")
    nobody = MEETING | {"meeting": "tasking", "nominals": "", "agencies": "police"}
    assert len(rows(done(known, "/meetings", nobody))) == 3
    for asked, n in (("kind=odoc", 1), ("kind=tasking&nominal=", 1), ("nominal=N1", 1),
                     ("nominal=N2", 0), ("page=2", 0)):  # fmt: skip
        assert len(rows(shown(known, f"/meetings?{asked}"))[1:]) == n, asked
    score = text(shown(known, "/people/N1/score"))
    assert "a visit each week" in score


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"meeting": ""}, "Choose the kind"),
        ({"held_on": "soon"}, "Write the day as"),
        ({"held_on": str(TODAY + timedelta(days=1))}, "still to come"),
        ({"agencies": "\n "}, "Name the agencies"),
        ({"agencies": "police"}, "several agencies"),
        ({"nominals": "N1\nN9"}, "N9 is not on record"),
        ({"outcome": ""}, "Say what came of it"),
    ],
)
def test_a_meeting_that_was_not_held_comes_back(
    known: TestClient, typed: dict[str, str], told: str
) -> None:
    assert told in refused(known, "/meetings", MEETING | typed)
    assert "No meeting like that" in text(shown(known, "/meetings"))


def test_a_nominal_in_the_address_stands_in_the_form(known: TestClient) -> None:
    areas = found(shown(known, "/meetings?nominal=N1"), "textarea")
    (field,) = [one for one in areas if one.get("name") == "nominals"]
    assert field.text == "N1"


def test_an_agreement_is_recorded_once(known: TestClient) -> None:
    document = done(known, "/agreements", AGREEMENT)
    assert rows(document)[1][1:5] == [
        "probation, housing",
        f"{TODAY:%-d %B %Y}",
        "open",
        "yes",
    ]
    assert "take another name" in refused(known, "/agreements", AGREEMENT)
    ended = AGREEMENT | {"name": "ISA 2020", "signed_on": "2020-01-01",
                         "ends_on": "2021-01-01"}  # fmt: skip
    assert rows(done(known, "/agreements", ended))[1][4] == "no"
    for typed in ({"name": " "}, {"agencies": ""}, {"signed_on": ""},
                  {"ends_on": str(TODAY)}):  # fmt: skip
        refused(known, "/agreements", AGREEMENT | typed)


def test_what_is_told_stands_on_an_agreement(
    known: TestClient, database: Database
) -> None:
    done(known, "/agreements", AGREEMENT)
    document = done(known, "/people/N1/disclosures", TOLD)
    assert rows(document)[1][1:] == [
        "housing", "release date", "a room", "ISA 2026", "test.all"]  # fmt: skip
    path = "/people/N1/disclosures"
    assert "nothing may be disclosed" in refused(known, path, TOLD | {"agency": "bank"})
    assert "nothing may be disclosed" in refused(known, path, TOLD | {"agreement": "x"})
    for field in TOLD:
        refused(known, path, TOLD | {field: " "})
    assert len(rows(shown(known, path))) == 2
    ((who, whom, detail, _),) = audited(database, "disclose")
    assert (who, whom) == ("test.all", "nominal N1")
    assert detail == {"agency": "housing", "agreement": "ISA 2026"}
    assert post(known, "/people/N9/disclosures", TOLD).status_code == 404


def test_looks_are_audited(known: TestClient, database: Database) -> None:
    shown(known, "/meetings?nominal=N1&kind=odoc")
    (look,) = audited(database, "list meetings")
    assert look[:3] == ("test.all", "meetings", {"kind": "odoc", "nominals": ["N1"]})
    shown(known, "/people/N1/disclosures")
    assert [e[1] for e in audited(database, "read disclosures")] == ["nominal N1"]


def test_what_people_type_stays_text(known: TestClient) -> None:
    for odd in HOSTILE.values():
        words = odd[:10_000]
        agencies = f"bank\n{words[:1_000]}"
        done(known, "/meetings", MEETING | {"outcome": words, "agencies": agencies})
        named = f"ISA {words[:1_000]}".strip()
        done(known, "/agreements", AGREEMENT | {"name": named, "agencies": agencies})
        said = {"agreement": named, "agency": "bank", "what": words, "purpose": words}
        done(known, "/people/N1/disclosures", said)
    assert HOSTILE["template"] in text(shown(known, "/people/N1/disclosures"))


def test_an_inspector_reads_and_records_nothing(
    known: TestClient, client_as: ClientAs
) -> None:
    inspector = client_as("insp", {UserRole.OM_INSPECTOR}, ("Kent", "W"))
    for path in WRITES[:2]:
        document = shown(inspector, path)
        assert not [f for f in found(document, "form") if f.get("id") == "form"]
    for path in WRITES:
        assert post(inspector, path, {}).status_code == 403


def test_another_lpu_sees_and_tells_nothing(
    known: TestClient, client_as: ClientAs
) -> None:
    done(known, "/agreements", AGREEMENT)
    done(known, "/meetings", MEETING)
    team = client_as("west", {UserRole.LPU_TEAM}, ("Kent", "W"))
    assert rows(shown(team, "/meetings"))[1:] == []
    path = "/people/N1/disclosures"
    assert team.get(path, headers=HTML).status_code == 404
    assert post(team, path, TOLD).status_code == 404
    assert "N1 is not on record" in refused(team, "/meetings", MEETING)
