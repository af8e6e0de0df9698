"""Two forces, three LPUs, and persons in every table: for who sees which rows.

Kent has the LPUs W and E, Essex has X. What a nominal is to them stands in its name.
Hits are made by matching, all else stands in the tables as if it had been said.
"""

from dataclasses import dataclass

from sql.db import Connection
from tests.db.deliveries import House, crime, order, stay

# Each has an order and a tag at a crime's place: W and X at Kent's, E at Essex's.
WEARERS = ("W", "E", "X")
OWN_W, OWN_E, OWN_X = "N-W", "N-E", "N-X"
JOINT, PROPOSED, CONSULTED, UNKNOWN = "N-joint", "N-proposed", "N-consulted", "N-none"
EVERYONE = frozenset({OWN_W, OWN_E, OWN_X, JOINT, PROPOSED, CONSULTED, UNKNOWN})
KENT_CRIME, ESSEX_CRIME = "K1", "S1"

PEOPLE = """
insert into nominal (nominal_id, family_name, given_names, force, flags) values
    ('N-W', 'F', 'G', 'Kent', '{}'), ('N-E', 'F', 'G', 'Kent', '{}'),
    ('N-X', 'F', 'G', 'Essex', '{}'), ('N-joint', 'F', 'G', 'Kent', '{}'),
    ('N-proposed', 'F', 'G', null, '{}'), ('N-consulted', 'F', 'G', 'Essex', '{}'),
    ('N-none', 'F', 'G', null, '{}');
insert into nominal_address (nominal_id, kind, line)
    select nominal_id, 'home', 'line' from nominal;
insert into address_place (address, x_m, y_m, placed_by, reason)
    select id, 0, 0, 'A', 'r' from nominal_address;
insert into device_event (device_id, at, kind, note)
    select device_id, '2026-03-10', 'battery_flat', '' from tag_order;

insert into ownership (nominal_id, day, act, force, lpu, queue, managing_unit, joint,
        rules, evidence, because, profile, run)
    select said.nominal_id, '2026-03-01', 'found', force, lpu, queue, 'OM',
        joint::jsonb, '{}', '{}', 'b', 'p', (select min(id) from run)
    from (values
        ('N-W', 'Kent', 'W', null, '[]'), ('N-E', 'Kent', 'E', null, '[]'),
        ('N-X', 'Essex', 'X', null, '[]'),
        ('N-joint', 'Kent', 'E', null, '[{"force": "Kent", "lpu": "W", "why": "m"}]'),
        ('N-proposed', null, null, 'not_aligned', '[]'),
        ('N-consulted', 'Essex', 'X', null, '[]')
    ) as said (nominal_id, force, lpu, queue, joint);
-- Whom W had and released, and whom X had and E claimed.
insert into ownership (nominal_id, day, act, force, lpu, rules, evidence, because,
        decided_by) values
    ('N-E', '2026-03-02', 'allocated', 'Kent', 'W', '{}', '{}', 'b', 'A'),
    ('N-E', '2026-03-03', 'released', null, null, '{}', '{}', 'b', 'A');
insert into joint_plan (nominal_id, leads, review_on, made_by, reason)
    select nominal_id, '[]', '2026-06-01', 'A', 'r' from nominal;
insert into proposal (nominal_id, day, force, lpu, conflict, candidates, nights, rules,
        because, profile, profile_hash, policy_hash)
    select whose, '2026-03-01', 'Kent', 'W', false, '[]', '[]', '{}', 'b', 'p', 'h', 'h'
    from unnest(array['N-proposed', 'N-X']) as whose;
insert into inbox_answer (nominal_id, decision, lpu, answer, reason, said_by)
    select nominal_id, id, coalesce(lpu, '-'), 'accepted', 'r', 'A' from ownership;
insert into inbox_escalation (decision, nominal_id, lpu)
    select id, nominal_id, coalesce(lpu, '-') from ownership;
insert into consultation (kind, nominal_id, owner_force, owner_lpu, force, lpu, rules,
        because, asked_by) values
    ('transfer', 'N-consulted', 'Essex', 'X', 'Kent', 'W', '{}', 'b', 'A'),
    ('transfer', 'N-none', 'Essex', 'X', 'Kent', 'E', '{}', 'b', 'A');
insert into consultation_answer (consultation, answer, said_by, reason)
    select id, 'refused', 'A', 'r' from consultation where nominal_id = 'N-none';

insert into score_nominal (nominal_id) select nominal_id from nominal;
insert into entry_kind (data_set, code, grade) values ('ims', 'x', '1');
insert into entry_event (event_id) select nominal_id || '-event' from nominal;
insert into entry_version (entry_id, version, nominal, event, kind, event_on, outcome,
        handling, withdrawn, known_from)
    select nominal_id || '-entry', 1, score_nominal.id, entry_event.id,
        (select max(id) from entry_kind), '2026-03-01', 'none', '', false, now()
    from score_nominal join entry_event on event_id = nominal_id || '-event';
insert into score_run (run, day, everyone)
    select max(id), '2026-03-01', true from run where state = 'done';
insert into score_profile (hash, name, choices) values ('h', 'p', '{}');
insert into score_list (run, portion, known_at, profile, nominals, computed, unknown,
        manual_nominals, manual_given)
    select (select run from score_run), 0, now(), 'h', array_agg(id order by id),
        array_agg(id * 10 order by id), array_agg(0),
        array_agg(id order by id), array_agg(id * 100 order by id)
    from score_nominal;
insert into score_change (run, nominal, day, band, given)
    select run, score_nominal.id, '2026-03-01', 'LOW', 1
    from score_run, score_nominal;
insert into manual_score (nominal_id, points, ground, reason, given_on, review_due,
        computed, by)
    select nominal_id, 1, 'other', 'r', '2026-03-01', '2026-06-01', 0, 'A' from nominal;
insert into manual_score_step (manual_score, step, on_day, by, reason)
    select id, 'ended', '2026-03-02', 'A', 'r' from manual_score;
insert into partner_assessment (nominal_id, agency, assessed_on, level, reason, by)
    select nominal_id, 'A', '2026-03-01', 'low', 'r', 'A' from nominal;
insert into meeting (kind, held_on, agencies, nominal_ids, outcome, by)
    select 'odoc', '2026-03-01', '{A}', array[nominal_id], 'o', 'A' from nominal;
insert into outbox (nominal_id, kind, day, band_after, department, rules, because)
    select nominal_id, 'first_score', '2026-03-01', 'LOW', 'D', '{}', 'b' from nominal;
insert into outbox_step (outbox, step, by, detail)
    select id, 'seen', 'A', '' from outbox;

insert into case_fact (fact_id, version, nominal_id, kind, value, subject, on_day,
        victim, household, relationship, source, withdrawn, recorded_by)
    select nominal_id, 1, nominal_id, 'k', 'v', '', '2026-03-01', '', '', '', 's',
        false, 'A'
    from nominal;
insert into cohort_proposal (run, day, nominal_id, cohort, action, headings, priority,
        profile, rules, evidence, because)
    select (select min(id) from run), '2026-03-01', nominal_id, 'fixed', 'enter', '{}',
        0, 'p', '{}', '{}', 'b'
    from nominal;
insert into cohort_decision (nominal_id, cohort, decision, day, reason, decided_by,
        decided_as, discussed_with, plan, shared_with)
    select nominal_id, 'fixed', 'enter', '2026-03-01', 'r', 'A', '', '', '', ''
    from nominal;
insert into referral (nominal_id, force, lpu, cohort, criteria, reason, agency, urgent,
        made_by)
    select nominal_id, 'Essex', 'X', 'fixed', '{c}', 'r', 'A', false, 'A' from nominal;
insert into referral_ruling (referral, step, agencies, said_by, reason)
    select id, 'rejected', '{}', 'A', 'r' from referral;
insert into managed_case (nominal_id, kind, force, lpu)
    select nominal_id, 'iom', 'Essex', 'X' from nominal;
insert into case_entry (managed_case, step, held_on, said_by, words)
    select id, 'opened', '2026-03-01', 'A', 'w' from managed_case;
insert into sharing_agreement (name, agencies, signed_on, said_by)
    values ('S', '{A}', '2026-03-01', 'A');
insert into disclosure (nominal_id, agency, agreement, what, purpose, said_by)
    select nominal_id, 'A', 'S', 'w', 'p', 'A' from nominal;

insert into zone_version (zone_id, version, kind, nominal_id, x_m, y_m, radius_m,
        timetable, during, owner)
    select nominal_id, 1, 'exclusion', nominal_id, 0, 0, 1, '', '[2026-03-01,)', 'O'
    from nominal;
insert into breach (zone_id, kind, nominal_id, device_id, order_id, owner, deadline_at)
    select nominal_id, 'entry', nominal_id, 'D', 'O', 'O', now() from nominal;
insert into breach_finding (breach, run, zone_version, standing, reason, from_at, to_at,
        fixes, shown_s, why, rules, because, evidence)
    select breach.id, (select min(id) from run), zone_version.id, 'found', '', now(),
        now(), 0, 0, '', '{}', 'b', 'bytes'
    from breach join zone_version using (zone_id);
insert into breach_outcome (breach, outcome, decided_by, reason)
    select id, 'explained', 'A', 'r' from breach;

insert into hit_decision (hit, crime_version, device_id, nominal_id, order_id, verdict,
        word, said_by, reason)
    select id, crime_version, device_id, nominal_id, order_id, verdict, 'qualified',
        'A', 'r'
    from hit;
insert into verdict_list (run, crime_version, x_m, y_m, window_from, window_to,
        radius_m, location_r95_m, tamper_known, device_ids, nominal_ids, order_ids,
        verdicts, required_speed_kmh, margin_m, coverage, uncovered, fixes, first_us,
        last_us, rules, because, evidence, evidence_ends, account)
    select row_number() over (order by crime_version), crime_version, 0, 0, now(),
        now(), 1, 0, true, '{}', array[crime_version::text], '{}', '{}', '{}', '{}',
        '{}', '{}', '{}', '{}', '{}', '{}', '{}', 'bytes', '{}',
        case when crime_version is null then 'kent.officer' end
    from (select id as crime_version from crime_version union all select null) as asked;
insert into coverage_due (crime_version) select id from crime_version
    on conflict do nothing;
insert into audit (actor, action, subject) values ('A', 'read hit', 'hit 1');
"""


@dataclass(frozen=True)
class Scene:
    """The house, and the owner's connection, before whom nothing is hidden."""

    house: House
    owner: Connection


async def staged(house: House, owner: Connection) -> Scene:
    """All of it."""
    await house.orders(*(order(name, f"T-{name}") for name in WEARERS))
    await house.trails(*stay("T-W"), *stay("T-X"), *stay("T-E", x=9_000))
    await house.crimes(crime(KENT_CRIME))
    await house.crimes(
        crime(ESSEX_CRIME, x=9_000, police_force="Essex"), batch="ESX20260311"
    )
    await house.drain()
    await owner.execute(PEOPLE)
    return Scene(house, owner)
