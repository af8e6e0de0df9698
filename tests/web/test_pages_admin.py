"""The pages of the auditor and the admin: audit, users, policy, performance."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.cohorts.performance import TableName
from api.login.who import UserRole
from sql import audit
from sql.db import Connection
from tests.hostile import HOSTILE
from tests.web.forms import post
from tests.web.pages import HTML, found, heading, parsed, rows, text

ANN = {"name": "ann.example", "shown": "Ann Example", "roles": ["auditor"]}


def get(client: TestClient, path: str) -> Response:
    answer = client.get(path, headers=HTML, follow_redirects=False)
    assert answer.status_code == 200, answer.text
    return answer


async def test_who_looked_at_a_person_is_found(
    client: TestClient, db: Connection
) -> None:
    for name in sorted(HOSTILE):
        why = HOSTILE[name][:500]
        await audit.note(db, "ann", "read score", "nominal N1", {"x": why}, why)
    await audit.note(db, "bob", "read score", "nominal N2")
    document = parsed(get(client, "/audit?subject=N1&actor=&page=1"))
    told = rows(document)
    assert len(told) == len(HOSTILE) + 1
    assert all(row[1:4] == ["ann", "read score", "nominal N1"] for row in told[1:])
    assert "bob" not in text(document)
    assert "Nobody did anything" in text(parsed(get(client, "/audit?actor=nobody")))
    last = (await audit.entries(db, 1))[0]
    assert (last.actor, last.action) == ("test.all", "search audit")


def test_the_audit_leaves_as_a_file_without_formulas(client: TestClient) -> None:
    get(client, "/audit?subject=%3D1%2B1")
    answer = client.get("/audit/entries.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert ",=1" not in answer.text


def test_days_are_londons_and_both_included(client: TestClient) -> None:
    assert parsed(get(client, "/audit?first=2026-03-29&last=2026-03-29"))
    assert client.get("/audit?first=soon", headers=HTML).status_code == 422


def test_the_chain_is_checked_with_a_head(client: TestClient) -> None:
    get(client, "/audit")
    document = parsed(get(client, "/audit/chain"))
    assert "The chain holds" in text(document)
    (head,) = ["".join(one.itertext()) for one in found(document, "code")]
    assert "The chain holds" in text(parsed(get(client, f"/audit/chain?head={head}")))
    other = get(client, f"/audit/chain?head={'f' * 64}")
    assert "entries were cut off" in text(parsed(other))
    wrong = client.get("/audit/chain?head=x", headers=HTML)
    assert (wrong.status_code, "is no head" in wrong.text) == (422, True)


def test_an_account_is_made_and_its_password_shown_once(client: TestClient) -> None:
    assert "Choose one role" in post(client, "/users/new", ANN | {"roles": []}).text
    made = post(client, "/users/new", ANN)
    assert made.status_code == 200
    document = parsed(made)
    (password,) = ["".join(s.itertext()) for s in found(document, "strong")
                   if "app-text" in s.get("class", "")]  # fmt: skip
    assert len(password) >= 12
    assert password not in get(client, "/users/ann.example").text
    listed = rows(parsed(get(client, "/users")))
    assert ["ann.example", "Ann Example", "auditor"] in [row[:3] for row in listed]
    taken = post(client, "/users/new", ANN)
    assert (taken.status_code, "taken" in taken.text) == (422, True)


def test_a_role_of_an_area_needs_one(client: TestClient) -> None:
    wrong = post(client, "/users/new", ANN | {"roles": ["lpu_team"]})
    assert wrong.status_code == 422
    assert "lpu_team needs" in text(parsed(wrong))


@pytest.mark.parametrize(
    ("act", "says"),
    [
        ({"act": "roles", "roles": ["admin", "auditor"]}, "admin, auditor"),
        ({"act": "disable", "reason": "left"}, "disabled"),
        ({"act": "end", "tokens_too": "yes"}, "All sessions and tokens have ended"),
    ],
)
def test_an_account_is_changed(
    client: TestClient, act: dict[str, object], says: str
) -> None:
    post(client, "/users/new", ANN)
    answer = post(client, "/users/ann.example", act)
    assert answer.status_code == 303
    assert says in text(parsed(get(client, answer.headers["location"])))


def test_who_is_disabled_is_out_at_once_and_comes_in_again(
    client: TestClient, client_as
) -> None:
    other = client_as("other", {UserRole.AUDITOR})
    assert get(other, "/audit")
    why = {"reason": "left"}
    assert post(client, "/users/other", {"act": "disable"}).status_code == 422
    assert post(client, "/users/other", {"act": "disable", **why}).status_code == 303
    assert other.get("/audit", follow_redirects=False).status_code in (303, 401)
    assert post(client, "/users/other", {"act": "enable", **why}).status_code == 303
    reset = post(client, "/users/other", {"act": "password"})
    assert "The password for once" in text(parsed(reset))


def test_nobody_changes_their_own_account(client: TestClient) -> None:
    answer = post(client, "/users/test.all", {"act": "roles", "roles": ["admin"]})
    assert (answer.status_code, "Somebody else" in answer.text) == (422, True)
    assert post(client, "/users/test.all", {"act": "vanish"}).status_code == 422
    assert client.get("/users/nobody", headers=HTML).status_code == 404


def test_the_policy_in_force_names_everything(client: TestClient) -> None:
    told = text(parsed(get(client, "/policy")))
    for word in ("geocorr ", "trails", "HANTS-GPS-1", "national", "max_gap_s"):
        assert word in told


def test_every_table_of_performance_is_a_page_and_a_file(client: TestClient) -> None:
    assert len(found(parsed(get(client, "/performance")), "li")) >= len(TableName)
    for name in TableName:
        document = parsed(get(client, f"/performance/{name.value}"))
        assert heading(document)
        if found(document, "table"):
            path = f"/performance/{name.value}/rows.csv?first=&last="
            assert client.get(path).headers["content-type"].startswith("text/csv")
    wrong = client.get(
        "/performance/hits?first=2026-02-02&last=2026-01-01", headers=HTML
    )
    assert wrong.status_code == 422
