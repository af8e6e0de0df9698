"""What is said over the API is said by the account that asks."""

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.login.who import UserRole
from tests.web.conftest import ClientAs
from tests.web.staging import told
from tests.web.test_access import every

SIGNED = {"name": "ISA 4", "agencies": ["Housing"], "signed_on": "2026-01-05"}


@pytest.mark.parametrize("by", [None, "ann", "Ann A", " ANN a "])
def test_ones_own_name_may_be_said_or_left_out(
    client_as: ClientAs, by: str | None
) -> None:
    ann = client_as("ann", shown="Ann A")
    body = SIGNED if by is None else {**SIGNED, "by": by}
    answer = ann.post("/v1/disclosures/agreements", json=body)
    assert (answer.status_code, answer.json()["by"]) == (201, "ann")


def test_nobody_speaks_for_another(client_as: ClientAs) -> None:
    client_as("bob", shown="Bob B")
    ann = client_as("ann", shown="Ann A")
    body = {**SIGNED, "by": "bob"}
    refused = told(ann.post("/v1/disclosures/agreements", json=body), 403)
    assert "your own name" in refused["detail"]
    assert ann.get("/v1/disclosures/agreements").json()["total"] == 0


def test_every_body_with_a_name_is_the_askers(client: TestClient) -> None:
    """No route takes `by` from a body unless `spoken` has looked at it."""
    checked = 0
    for route in every(client.app.routes):
        dependant = getattr(route, "dependant", None)
        for kind in map(_kind, dependant.body_params if dependant else ()):
            assert "by" not in getattr(kind, "model_fields", {}), route.path
        for inner in getattr(dependant, "dependencies", ()):
            kinds = list(map(_kind, inner.body_params))
            checked += any("by" in getattr(k, "model_fields", {}) for k in kinds)
            if kinds and "by" in getattr(kinds[0], "model_fields", {}):
                assert inner.call.__qualname__ == "spoken.<locals>.read"
    assert checked > 20


def _kind(field: object) -> type[BaseModel]:
    return field.field_info.annotation


def test_an_lpu_answers_for_itself(client_as: ClientAs) -> None:
    team = client_as("lpu", {UserRole.LPU_TEAM}, ("Demoshire", "DEM-01"))
    body = {"answer": "accepted", "lpu": "DEM-02", "reason": "x"}
    path = "/v1/ownership/nominals/N1/answer"
    assert "answers for itself" in told(team.post(path, json=body), 403)["detail"]
    own = team.post(path, json={**body, "lpu": "DEM-01"})
    assert own.status_code in {404, 409}


def test_only_a_supervisor_decides_as_one(client_as: ClientAs) -> None:
    team = client_as("lpu", {UserRole.LPU_TEAM}, ("Demoshire", "DEM-01"))
    body = {"decision": "leave", "reason": "x", "capacity": "supervisor"}
    path = "/v1/cohorts/nominals/N1/decisions"
    assert "no supervisor" in told(team.post(path, json=body), 403)["detail"]
    head = client_as("head", {UserRole.SUPERVISOR}, ("Demoshire", "DEM-01"))
    assert head.post(path, json=body).status_code in {404, 409, 422}
