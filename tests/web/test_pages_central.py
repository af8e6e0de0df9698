"""The central team's pages, read strictly: what waits, files, batches, crimes, hits."""

import asyncio
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from fastapi.testclient import TestClient

from api.login.who import UserRole
from fixtures import scenes
from geocorr.geo import WorkingCrs
from sql.db import Database, Role, connection
from tests.hostile import HOSTILE, assert_harmless
from tests.web.forms import post
from tests.web.pages import HTML, found, heading, parsed, rows, text
from tests.web.staging import BATCH_ID, FIRST, FORCE, MIXED, TEN, send, tag, work

PATHS = ("/", "/upload", "/batches", "/batches/1", "/crimes", "/hits", "/hits/send")
CRIME = f"/crimes/{FORCE}/{FIRST}"


@pytest.fixture
def staged(
    client: TestClient, database: Database, bng: WorkingCrs, tmp_path: Path
) -> TestClient:
    """Ten crimes, a tag beside the first, matched."""
    tag(database, bng, tmp_path)
    assert send(client, TEN).json()["outcome"] == "SUCCESSFUL"
    work(database)
    return client


def see(client: TestClient, path: str, status: int = 200):
    """A page, parsed strictly."""
    response = client.get(path, headers=HTML)
    assert response.status_code == status, response.text
    return parsed(response)


def stage_of(client: TestClient, hit: int = 1) -> str:
    return client.get(f"/v1/hits/{hit}").json()["hit"]["stage"]


@pytest.mark.parametrize("path", PATHS)
def test_an_empty_service_says_what_to_do(client: TestClient, path: str) -> None:
    document = see(client, path, 404 if path == "/batches/1" else 200)
    assert heading(document)


@pytest.mark.parametrize("path", [*PATHS, CRIME])
def test_each_page_is_for_the_central_team(
    staged: TestClient, client_as, path: str
) -> None:
    assert heading(see(client_as("ann", {UserRole.CENTRAL_TEAM}), path))
    if path != "/":
        other = client_as("bob", set(UserRole) - {UserRole.CENTRAL_TEAM}, (FORCE, None))
        see(other, path, 403)


def test_home_tells_what_waits(staged: TestClient) -> None:
    send(staged, "no,crime,file\n1,2,3\n")
    said = text(see(staged, "/"))
    assert "1 hit that nobody has looked at" in said
    assert "0 qualified and not sent" in said
    assert f"{BATCH_ID} , {FORCE} : 1, received" in said
    assert "Without a name, 2" in said
    assert "Every force that ever sent a file has sent one today" in said
    post(staged, "/hits", {"hit": "1", "word": "qualified", "reason": "x"})
    assert "1 qualified and not sent" in text(see(staged, "/"))


def upload(client: TestClient, *files: tuple[str, str], **typed: str):
    sent = [("files", (name, data.encode(), "text/csv")) for name, data in files]
    return post(client, "/upload", typed, files=sent)


def test_several_files_are_sent_at_once(client: TestClient) -> None:
    mixed = MIXED.replace(BATCH_ID, f"{BATCH_ID}-1")
    answer = upload(client, ("a.csv", TEN), ("b.csv", mixed), zone="UTC")
    assert answer.status_code == 303
    document = see(client, answer.headers["location"])
    said = text(document)
    assert "10 of 10 rows were taken, 0 refused" in said
    faults = client.get("/v1/batches/2").json()["faults"]
    assert len([row for row in rows(document) if len(row) == 6]) >= len(faults)
    for fault in faults:
        assert fault["action"] in said
    assert (
        "/v1/batches/2/refused.csv"
        in client.get(answer.headers["location"], headers=HTML).text
    )
    by = {e["sender"] for e in client.get("/v1/batches").json()["items"]}
    assert by == {client.get("/v1/batches/1").json()["batch"]["sender"]}


def test_a_file_is_only_tried(client: TestClient) -> None:
    answer = upload(client, ("b.csv", MIXED), zone="UTC", dry_run="true")
    assert answer.status_code == 200
    said = text(parsed(answer))
    assert "Only tried, nothing is stored" in said
    assert "would be taken" in said
    assert client.get("/v1/batches").json()["total"] == 0


def test_batches_are_sorted_by_their_headings(client: TestClient) -> None:
    other = TEN.replace(FORCE, "Kent").replace(BATCH_ID, "KNT20260328")
    mixed = MIXED.replace(BATCH_ID, f"{BATCH_ID}-1")
    for data in (other, TEN, mixed, "no,crime,file\n1,2,3\n"):
        send(client, data)
    items = client.get("/v1/batches").json()["items"]
    refused = sorted(items, key=lambda one: (-one["rejected"], -one["id"]))
    assert len({one["rejected"] for one in items}) > 1
    for sort, order in (
        ("", ["4", "3", "2", "1"]),
        ("newest", ["4", "3", "2", "1"]),
        ("force", ["3", "2", "1", "4"]),
        ("refused", [str(one["id"]) for one in refused]),
    ):
        document = see(client, f"/batches?sort={sort}" if sort else "/batches")
        links = [a.get("href") or "" for a in found(document, "a")]
        rows = [h for h in links if re.fullmatch(r"/batches/\d+", h)]
        assert [h.rpartition("/")[2] for h in rows] == order, sort
        (heading,) = [th for th in found(document, "th") if th.get("aria-sort")]
        assert "".join(heading.itertext()).startswith(
            {"force": "Force", "refused": "Refused"}.get(sort, "Received")
        )
        got = client.get("/v1/batches", params={"sort": sort or "newest"}).json()
        assert [str(one["id"]) for one in got["items"]] == order
    links = [a.get("href") for a in found(see(client, "/batches?force=kent"), "a")]
    assert "/batches?force=kent&sort=refused" in links
    assert client.get("/batches?sort=size", headers=HTML).status_code == 422


def test_the_same_file_again_is_told(client: TestClient) -> None:
    for expected in ("They are being matched", "The same file came before"):
        answer = upload(client, ("a.csv", TEN), zone="UTC")
        assert expected in text(see(client, answer.headers["location"]))


@pytest.mark.parametrize(
    ("files", "typed", "field"),
    [
        ([], {"zone": "UTC"}, "files"),
        ([("a.csv", TEN)], {}, "zone"),
        ([("a.csv", TEN)], {"zone": "Mars"}, "zone"),
        ([("a.csv.gz", TEN)], {"zone": "UTC"}, "files"),
    ],
)
def test_an_upload_that_cannot_be_read_says_where(
    client: TestClient, files: list[tuple[str, str]], typed: dict, field: str
) -> None:
    answer = upload(client, *files, **typed)
    assert answer.status_code == 422
    links = [a.get("href") for a in found(parsed(answer), "a")]
    assert f"#{field}" in links
    assert client.get("/v1/batches").json()["total"] == 0


def test_a_batch_with_its_crimes_runs_and_coverage(staged: TestClient) -> None:
    document = see(staged, "/batches/1")
    said = text(document)
    assert heading(document) == f"{FORCE} {BATCH_ID}"
    assert "10 taken of 10, 0 refused" in said
    assert "1 hit" in said
    assert sum(row[0].startswith("DM26-") for row in rows(document)) == 10
    assert re.search(r"match(_s)? \d+\.\d", said)
    answer = post(staged, "/batches/1", {})
    assert answer.status_code == 303
    assert "Asked for" in text(see(staged, answer.headers["location"]))
    see(staged, "/batches/99", 404)


@pytest.mark.parametrize(
    ("query", "n"),
    [("", 1), ("force=dem", 1), ("force=Gwent", 0), ("outcome=SUCCESSFUL", 1),
        ("outcome=FAILED", 0), ("day=2026-03-28", 1), ("day=2026-03-29", 0)],
)  # fmt: skip
def test_batches_are_filtered_in_the_address(
    staged: TestClient, query: str, n: int
) -> None:
    document = see(staged, f"/batches?{query}")
    assert sum(BATCH_ID in row[0] for row in rows(document) if row) == n


SEARCHES = [
    ({}, 1),
    ({"force": FORCE}, 1),
    ({"force": "Gwent"}, 0),
    ({"reference": FIRST[:6].lower()}, 1),
    ({"reference": "%"}, 0),
    ({"from": "2026-03-28", "to": "2026-03-28"}, 1),
    ({"from": "2026-03-29"}, 0),
    ({"person": "N1"}, 1),
    ({"person": "N2"}, 0),
    ({"batch": "1"}, 1),
    ({"batch": "2"}, 0),
]


@pytest.mark.parametrize(
    ("typed", "n"),
    [*SEARCHES, ({"device": "T1"}, 1), ({"device": "T2"}, 0), ({"stage": "sent"}, 0),
        ({"stage": "unreviewed"}, 1), ({"verdict": "possible"}, 0),
        ({"sort": "newest"}, 1), ({"sort": "crime"}, 1), ({"stage": "recalled"}, 0)],
)  # fmt: skip
def test_hits_are_searched(staged: TestClient, typed: dict[str, str], n: int) -> None:
    document = see(staged, f"/hits?{urlencode(typed)}")
    assert sum(FIRST in row[2] for row in rows(document) if len(row) == 9) == n
    if not n:
        assert "No hit answers these filters" in text(document)


@pytest.mark.parametrize(("place", "n"), [(0, 1), (90, 1), (110, 0)])
def test_crimes_and_hits_are_searched_by_place(
    staged: TestClient, place: int, n: int
) -> None:
    version = staged.get("/v1/hits/1").json()["hit"]
    at = f"{version['latitude'] + place / 111_250}, {version['longitude']}"
    query = urlencode({"place": at, "within": "100"})
    document = see(staged, f"/hits?{query}")
    assert sum(FIRST in row[2] for row in rows(document) if len(row) == 9) == n
    document = see(staged, f"/crimes?{query}")
    assert sum(row[0].startswith(FIRST) for row in rows(document) if row) == n


@pytest.mark.parametrize(("typed", "n"), SEARCHES)
def test_crimes_are_searched(staged: TestClient, typed: dict[str, str], n: int) -> None:
    document = see(staged, f"/crimes?{urlencode(typed)}")
    assert any(row[0].startswith(FIRST) for row in rows(document) if row) == bool(n)


@pytest.mark.parametrize(
    ("sort", "heading", "way", "next_sort"),
    [
        ("", "When", "descending", "oldest"),
        ("newest", "When", "descending", "oldest"),
        ("oldest", "When", "ascending", "newest"),
        ("received", "Batch", "descending", "received"),
    ],
)
def test_crimes_are_sorted_by_their_headings(
    staged: TestClient, sort: str, heading: str, way: str, next_sort: str
) -> None:
    document = see(staged, f"/crimes?force=demoshire&sort={sort}")
    (by,) = [th for th in found(document, "th") if th.get("aria-sort")]
    assert "".join(by.itertext()).startswith(heading)
    assert by.get("aria-sort") == way
    (link,) = found(by, "a")
    assert link.get("href") == f"/crimes?force=demoshire&sort={next_sort}"
    shown = [a.get("href") or "" for a in found(document, "a")]
    shown = [h for h in shown if h.startswith("/crimes/")]
    asked = {"force": "demoshire", "sort": sort or "newest"}
    items = staged.get("/v1/crimes", params=asked).json()["items"]
    key = {"received": "batch"}.get(sort, "window_from")
    values = [item[key] for item in items]
    assert values == sorted(values, reverse=sort != "oldest")
    assert [h.rpartition("/")[2] for h in shown] == [i["reference"] for i in items]


def test_an_order_of_crimes_that_there_is_not_is_refused(staged: TestClient) -> None:
    assert staged.get("/crimes?sort=size", headers=HTML).status_code == 422
    assert staged.get("/v1/crimes?sort=size").status_code == 422


@pytest.mark.parametrize("path", ["/hits", "/crimes"])
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-03-28", "to": "2026-03-01"}, "to"),
        ({"batch": "x"}, "batch"),
        ({"batch": "9" * 30}, "batch"),
        ({"place": "Timbuktu", "within": "100"}, "place"),
        ({"place": "530500, 180500", "within": "1e9"}, "within"),
        ({"place": "530500, 180500", "within": "near"}, "within"),
    ],
)
def test_a_search_that_cannot_be_read_says_where(
    client: TestClient, path: str, typed: dict[str, str], field: str
) -> None:
    document = see(client, f"{path}?{urlencode(typed)}", 422)
    assert f"#{field}" in [a.get("href") for a in found(document, "a")]


def test_a_crime_with_versions_hits_and_coverage(
    staged: TestClient, database: Database
) -> None:
    document = see(staged, CRIME)
    said = text(document)
    assert heading(document) == f"{FORCE} {FIRST}"
    assert "wearers monitored in the window" in said
    assert "first sent" in said
    post(staged, "/hits", {"hit": "1", "word": "sent", "reason": "x"})
    moved = TEN.replace(BATCH_ID, f"{BATCH_ID}-1")
    line = next(line for line in moved.splitlines() if FIRST in line)
    send(staged, moved.replace(line, line.replace("12:00", "12:01", 1)))
    work(database)
    answer = post(staged, CRIME, {})
    assert answer.status_code == 303
    see(staged, answer.headers["location"])
    see(staged, f"/crimes/{FORCE}/other", 404)


def test_many_are_qualified_dismissed_and_sent(staged: TestClient) -> None:
    answer = post(
        staged, "/hits?force=dem", {"hit": ["1"], "word": "qualified", "reason": "y"}
    )
    assert answer.headers["location"] == "/hits?force=dem&done=hits_qualified"
    assert "Qualified." in text(see(staged, answer.headers["location"]))
    assert stage_of(staged) == "qualified"
    document = see(staged, "/hits/send")
    assert f"{FORCE} : 1 hit" in text(document)
    answer = post(staged, "/hits/send", {"force": [FORCE]})
    assert "Sent." in text(see(staged, answer.headers["location"]))
    assert stage_of(staged) == "sent"
    answer = post(staged, "/hits", {"hit": "1", "word": "dismissed", "reason": "z"})
    assert stage_of(staged) == "dismissed"
    said = staged.get("/v1/hits/1/decisions").json()["said"]
    assert [(s["word"], s["reason"]) for s in said] == [
        ("qualified", "y"), ("sent", ""), ("dismissed", "z"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"word": "qualified", "reason": "x"}, "hits"),
        ({"hit": "1", "reason": "x"}, "word"),
        ({"hit": "1", "word": "ruled_in", "reason": "x"}, "word"),
        ({"hit": "1", "word": "dismissed", "reason": "  "}, "reason"),
        ({"hit": ["1", "99"], "word": "dismissed", "reason": "x"}, "form"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(
    staged: TestClient, typed: dict[str, object], field: str
) -> None:
    answer = post(staged, "/hits", typed)
    assert answer.status_code == 422
    document = parsed(answer)
    assert f"#{field}" in [a.get("href") for a in found(document, "a")]
    ticked = next(i for i in found(document, "input") if i.get("id") == "hit-1")
    assert (ticked.get("checked") is not None) == ("hit" in typed)
    assert stage_of(staged) == "unreviewed"


def test_nothing_is_sent_without_a_force(staged: TestClient) -> None:
    for typed in ({}, {"force": FORCE}):
        answer = post(staged, "/hits/send", typed)
        assert answer.status_code == 422
        assert "There is a problem" in text(parsed(answer))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_text_on_every_page(client: TestClient, name: str) -> None:
    """In the file's free text and reference, and in every field that is searched by."""
    hostile = HOSTILE[name].replace("\r", " ").replace("\n", " ")
    cell = '"' + hostile.replace('"', '""')[:900] + '"'
    file = TEN.replace(FIRST, cell, 1)
    answer = upload(client, (f"{name}.csv", file), zone="UTC", force=hostile[:50])
    parsed(answer)
    assert_harmless(answer.text)
    answer = upload(client, (f"{name}.csv", file), zone="UTC")
    pages = [answer.headers["location"], "/batches", "/crimes", "/"]
    pages += [f"/batches/{n}" for n in re.findall(r"batch=(\d+)", pages[0])]
    for line in client.get("/v1/crimes?limit=2").json()["items"]:
        force, reference = (
            quote(line["force"], safe=""),
            quote(line["reference"], safe=""),
        )
        pages.append(f"/crimes/{force}/{reference}")
    searched = {"reference": hostile[:500], "person": hostile[:500], "done": hostile}
    every = ("force", "type", "device", "place", "batch", "from", "to", "within",
        "stage", "verdict", "sort", "page", "easting", "map")  # fmt: skip
    for asked in (searched, {**searched, **dict.fromkeys(every, hostile[:500])}):
        query = urlencode(asked)
        pages += [f"/hits?{query}", f"/crimes?{query}", f"/batches?{query}"]
    for path in pages:
        response = client.get(path, headers=HTML)
        assert response.status_code in (200, 404, 422), (path, response.text)
        parsed(response)
        assert_harmless(response.text)


def test_searches_and_looks_are_audited_without_names_and_places(
    staged: TestClient, owner_entries
) -> None:
    see(staged, "/hits?person=N1&place=530500,180500&within=100&force=dem")
    see(staged, "/crimes?person=Smith")
    see(staged, CRIME)
    see(staged, "/batches/1")
    told = owner_entries()
    by = {(action, subject): detail for action, subject, detail in told}
    assert by["list hits", "hits"] == {"force": "dem", "also": ["person", "place"]}
    assert by["list crimes", "crimes"] == {"also": ["person"]}
    assert ("read crime", f"crime {FORCE}/{FIRST}") in by
    assert ("read batch", "batch 1") in by


@pytest.fixture
def owner_entries(database: Database):
    """The audit's entries: action, subject, detail."""

    async def read() -> list[tuple[str, str, dict]]:
        async with connection(database, Role.OWNER) as conn:
            found = await conn.fetch("select action, subject, detail from audit")
            return [tuple(row) for row in found]

    return lambda: asyncio.run(read())


def test_the_scene_has_what_these_tests_rest_on() -> None:
    assert scenes.ten_valid_crimes() == TEN
    assert FIRST in TEN
