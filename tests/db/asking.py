"""Who asks of the scene of `scoped`, whose rows they see, and what each row is of."""

import re
from collections.abc import AsyncIterator, Mapping

from api.login.who import UserRole
from sql.db import Connection, acting
from tests.db.scoped import (
    CONSULTED,
    ESSEX_CRIME,
    EVERYONE,
    JOINT,
    KENT_CRIME,
    OWN_E,
    OWN_W,
    OWN_X,
    PROPOSED,
    Scene,
)

KENT_W, KENT_E, KENT = ("Kent", "W"), ("Kent", "E"), ("Kent", None)
ALL_ROLES = tuple(role.value for role in UserRole)
OFFICER = "kent.officer"
# Who asks: roles, and of which force and LPU.
WHO: Mapping[str, tuple[tuple[str, ...], tuple[str | None, str | None]]] = {
    "nobody": ((), (None, None)),
    "no role": ((), KENT_W),
    "central": (("central_team",), (None, None)),
    OFFICER: (("investigator",), KENT),
    "officer of no force": (("investigator",), (None, None)),
    "officer of an LPU": (("investigator",), ("Essex", "X")),
    "team W": (("lpu_team",), KENT_W),
    "team E": (("lpu_team",), KENT_E),
    "team of no LPU": (("lpu_team",), KENT),
    "team of no force": (("lpu_team",), (None, "W")),
    "inspector W": (("om_inspector",), KENT_W),
    "supervisor of Kent": (("supervisor",), KENT),
    "intelligence": (("intelligence",), (None, None)),
    "intelligence of Kent": (("intelligence",), KENT),
    "auditor": (("auditor",), (None, None)),
    "admin": (("admin",), (None, None)),
    "everything": (ALL_ROLES, (None, None)),
}
_KENT = {OWN_W, OWN_E, JOINT, PROPOSED, CONSULTED}
# Whose case each may read; who is not named here, nobody's.
CASES: Mapping[str, set[str]] = {
    "team W": {OWN_W, JOINT, PROPOSED, CONSULTED},
    "team E": {OWN_E, JOINT},
    "inspector W": {OWN_W, JOINT, PROPOSED, CONSULTED},
    "supervisor of Kent": _KENT,
    "intelligence": set(EVERYONE),
    "intelligence of Kent": _KENT,
    "everything": set(EVERYONE),
}
# Whose hits, and so which crimes: of Kent's are W's and X's, of Essex's is E's.
HITS: Mapping[str, set[str]] = {
    "central": {OWN_W, OWN_X, OWN_E},
    OFFICER: {OWN_W, OWN_X},
    "officer of an LPU": {OWN_E},
    "team W": {OWN_W},
    "team E": {OWN_E},
    "inspector W": {OWN_W},
    "supervisor of Kent": {OWN_W, OWN_E},
    "everything": {OWN_W, OWN_X, OWN_E},
}
HAPPENED = {OWN_W: KENT_CRIME, OWN_X: KENT_CRIME, OWN_E: ESSEX_CRIME}
WORKS_ON_HITS = {"central", OFFICER, "officer of an LPU", "everything"}
# What each row of a table is of: a nominal or a crime, as the owner of the tables sees.
OF_CASES = {
    "nominal_address": "select ctid, nominal_id from nominal_address",
    "address_place": "select p.ctid, a.nominal_id from address_place p"
    " join nominal_address a on a.id = p.address",
    "ownership": "select ctid, nominal_id from ownership",
    "joint_plan": "select ctid, nominal_id from joint_plan",
    "proposal": "select ctid, nominal_id from proposal",
    "inbox_answer": "select ctid, nominal_id from inbox_answer",
    "inbox_escalation": "select ctid, nominal_id from inbox_escalation",
    "score_nominal": "select ctid, nominal_id from score_nominal",
    "score_change": "select c.ctid, n.nominal_id from score_change c"
    " join score_nominal n on n.id = c.nominal",
    "manual_score": "select ctid, nominal_id from manual_score",
    "manual_score_step": "select s.ctid, m.nominal_id from manual_score_step s"
    " join manual_score m on m.id = s.manual_score",
    "partner_assessment": "select ctid, nominal_id from partner_assessment",
    "meeting": "select ctid, nominal_ids[1] from meeting",
    "outbox": "select ctid, nominal_id from outbox",
    "outbox_step": "select s.ctid, o.nominal_id from outbox_step s"
    " join outbox o on o.id = s.outbox",
    "case_fact": "select ctid, nominal_id from case_fact",
    "cohort_proposal": "select ctid, nominal_id from cohort_proposal",
    "cohort_decision": "select ctid, nominal_id from cohort_decision",
    "referral": "select ctid, nominal_id from referral",
    "referral_ruling": "select r.ctid, f.nominal_id from referral_ruling r"
    " join referral f on f.id = r.referral",
    "managed_case": "select ctid, nominal_id from managed_case",
    "case_entry": "select e.ctid, m.nominal_id from case_entry e"
    " join managed_case m on m.id = e.managed_case",
    "disclosure": "select ctid, nominal_id from disclosure",
}
OF_INTELLIGENCE = {
    "zone_version": "select ctid, nominal_id from zone_version",
    "breach": "select ctid, nominal_id from breach",
    "breach_finding": "select f.id, b.nominal_id from breach_finding f"
    " join breach b on b.id = f.breach",
    "breach_outcome": "select o.ctid, b.nominal_id from breach_outcome o"
    " join breach b on b.id = o.breach",
}
OF_ENTRIES = {
    "entry_version": "select ctid, replace(entry_id, '-entry', '') from entry_version",
    "entry_event": "select ctid, replace(event_id, '-event', '') from entry_event",
}
OF_PERSONS = {
    "nominal": "select ctid, nominal_id from nominal",
    "tag_order": "select ctid, nominal_id from tag_order",
}
OF_EVENTS = {
    "device_event": "select e.ctid, o.nominal_id from device_event e"
    " join tag_order o using (device_id)",
}
OF_HITS = {
    "hit": "select id, nominal_id from hit",
    "hit_listed": "select ctid, nominal_id from hit_listed",
    "hit_decision": "select ctid, nominal_id from hit_decision",
    "assessment": "select a.ctid, hit.nominal_id from assessment a"
    " join hit on hit.id = a.hit",
}
OF_CRIMES = {
    "crime": "select ctid, reference from crime",
    "crime_version": "select v.ctid, reference from crime_version v"
    " join crime on crime.id = v.crime",
    "coverage_statement": "select s.ctid, reference from coverage_statement s"
    " join crime_version v on v.id = s.crime_version join crime on crime.id = v.crime",
    "coverage_due": "select d.ctid, reference from coverage_due d"
    " join crime_version v on v.id = d.crime_version join crime on crime.id = v.crime",
}
OF_FORCES = {
    "batch": "select ctid, force from batch",
    "batch_crime": "select b.ctid, force from batch_crime b join crime_version v"
    " on v.id = b.crime_version",
    "run": "select run.ctid, coalesce(force, '') from run"
    " left join batch on batch.id = run.batch",
}


async def ask_as(conn: Connection, name: str) -> None:
    """Say who asks; a person of no role is somebody all the same."""
    roles, where = WHO[name]
    if name != "nobody":
        await acting(conn, name, roles, where, until_end=True)


async def seen(scene: Scene, asker: Connection, table: str, of: str) -> list[str]:
    """What the rows that the web sees of a table are of, sorted."""
    known = dict(map(tuple, await scene.owner.fetch(of)))
    assert known, f"nobody is in {table}"
    key = re.match(r"select (?:\w+\.)?(\w+)", of)[1]
    return sorted(known[r[0]] for r in await asker.fetch(f"select {key} from {table}"))


async def expect(
    scene: Scene, asker: Connection, who: str, tables: Mapping[str, str], of: set[str]
) -> None:
    """Of these tables all rows of these, and no other."""
    for table, rows in tables.items():
        there = sorted(row[1] for row in await scene.owner.fetch(rows) if row[1] in of)
        assert await seen(scene, asker, table, rows) == there, (who, table)


async def each(asker: Connection) -> AsyncIterator[str]:
    """Everyone in turn, in parts of the transaction that leave nothing behind."""
    for who in WHO:
        part = asker.transaction()
        await part.start()
        await ask_as(asker, who)
        yield who
        await part.rollback()
