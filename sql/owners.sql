-- name: lock_owners
-- One at a time decides on ownership: what is found is compared with what stands.
select pg_advisory_xact_lock(hashtext('geocorr.owners'));

-- name: found_by
-- What the software found last of each of these nominals by a day.
select distinct on (nominal_id) id, nominal_id, force, lpu, queue, managing_unit, joint,
    rules, evidence, because
from ownership
where act = 'found' and day <= $2::date
    and ($1::text[] is null or nominal_id = any($1))
order by nominal_id, day desc, id desc;

-- name: held_by_people
-- What people decided that holds on a day, where it names an LPU.
select nominal_id, decision, force, lpu, decided_by
from ownership_on($2)
where decided_by is not null and lpu is not null
    and ($1::text[] is null or nominal_id = any($1))
order by nominal_id;

-- name: append_found
-- What the software found, in columns; rules are joined by `;`.
insert into ownership (day, run, profile, profile_hash, nominal_id, act, force, lpu, queue,
    managing_unit, joint, rules, evidence, because, supersedes)
select $1, $2, $3, $4, nominal_id, act, force, lpu, queue, managing_unit, joint::jsonb,
    string_to_array(rules, ';'), evidence::jsonb, because, supersedes
from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $11::text[], $12::text[], $13::text[], $14::text[], $15::bigint[])
    as found (nominal_id, act, force, lpu, queue, managing_unit, joint, rules, evidence,
        because, supersedes);

-- name: append_decision
-- A person's decision; it stands upon the one that held until now.
insert into ownership (nominal_id, day, act, force, lpu, queue, rules, evidence, because,
    decided_by, supersedes)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
    (select decision from ownership_on($2) as held where held.nominal_id = $1)
returning id;

-- name: owned
-- A page of who owns whom on a day, with the total; one row with the total alone where
-- the page is empty.
with found as materialized (
    select * from ownership_on($1) as held
    where ($2::text is null or held.nominal_id = $2)
        and ($3::text is null or held.force = $3)
        and ($4::text is null or held.lpu = $4 or exists (
            select from jsonb_array_elements(held.joint) as area
            where $8 and held.lpu is not null and area ->> 'lpu' = $4))
        and ($5::text is null or held.queue = $5)
        and ($6::boolean is null or (held.queue is not null) = $6)
        and ($7::boolean is null or held.found_since = $7)
), page as (
    select * from found order by nominal_id limit $9 offset $10
)
select counted.total, page.*
from (select count(*) as total from found) as counted
left join page on true
order by page.nominal_id;

-- name: history
-- Every decision on a nominal's ownership, in the order of their days.
select id, day, act, force, lpu, queue, managing_unit, joint, rules, evidence, because,
    profile, profile_hash, run, decided_by, decided_at, supersedes
from ownership where nominal_id = $1 order by day, id;

-- name: spread
-- How many nominals each area owns on a day, and in how many it shares.
with held as materialized (select * from ownership_on($1))
select force, lpu, sum(owned)::int as owned, sum(shared)::int as shared
from (
    select force, lpu, 1 as owned, 0 as shared from held where force is not null
    union all
    select area ->> 'force', area ->> 'lpu', 0, 1
    from held cross join jsonb_array_elements(held.joint) as area
) as told
where $2::text is null or force = $2
group by force, lpu
order by sum(owned) desc, sum(shared) desc, force, lpu nulls last;

-- name: crime_places
-- Where the crimes of some time happened, as they are worded now.
select latest.x_m, latest.y_m
from crime
cross join lateral (
    select x_m, y_m, window_from from crime_version
    where crime = crime.id order by version desc limit 1
) as latest
where crime.state = 'current' and latest.window_from > $1 and latest.window_from <= $2;

-- name: queued
-- How many nominals wait in each queue on a day.
select queue, count(*)::int as n from ownership_on($1)
where queue is not null
group by queue order by queue;

-- name: keep_plan
-- A joint case plan; the last one holds.
insert into joint_plan (nominal_id, leads, review_on, made_by, reason)
values ($1, $2, $3, $4, $5)
returning id;

-- name: plans
-- The joint case plans of a nominal, oldest first.
select id, leads, review_on, made_by, reason, made_at
from joint_plan where nominal_id = $1 order by id;

-- name: offences
-- The charged or cautioned offences of some days, as they are known now: one row for each
-- nominal and event, with the place of the crime that has the event's reference. What an
-- ending outcome ($4) closed by the last of the days does not count.
with standing as (
    select v.*, kind.data_set, kind.code,
        case when v.outcome_on <= $3::date then v.outcome else 'none' end as by_then
    from entry_version as v
    join entry_kind as kind on kind.id = v.kind and kind.data_set in ('crimes', 'icis')
    join score_nominal as who on who.id = v.nominal
        and ($1::text[] is null or who.nominal_id = any($1))
    where v.event_on > $2::date and v.event_on <= $3::date and not v.withdrawn
        and not exists (select from entry_version as r where r.replaces = v.id)
), offence as (
    select nominal, coalesce(event, -id) as event, min(event_on) as event_on,
        min(force) as force
    from standing
    where by_then <> all($4::text[]) and (by_then in ('charged', 'cautioned', 'convicted')
        or data_set = 'icis' and code in ('charged', 'cautioned'))
    group by nominal, coalesce(event, -id)
)
select who.nominal_id, offence.event_on, offence.force, at.x_m, at.y_m
from offence
join score_nominal as who on who.id = offence.nominal
left join nominal on nominal.nominal_id = who.nominal_id
left join entry_event as named on named.id = offence.event
left join crime on crime.force = coalesce(offence.force, nominal.force)
    and crime.reference = named.event_id and crime.state = 'current'
left join lateral (
    select x_m, y_m from crime_version where crime = crime.id
    order by version desc limit 1
) as at on true
order by who.nominal_id, offence.event_on, offence.event;

-- name: high_risk
-- Whose last band by a day is HIGH.
select who.nominal_id
from (
    select distinct on (nominal) nominal, band from score_change
    where day <= $2::date order by nominal, id desc
) as last
join score_nominal as who on who.id = last.nominal
where last.band = 'HIGH' and ($1::text[] is null or who.nominal_id = any($1))
order by who.nominal_id;

-- name: plans_due
-- Who is jointly managed on a day without a plan, or with one whose review is due.
select held.nominal_id, held.force, held.lpu, held.joint, plan.id as plan, plan.review_on
from ownership_on($1) as held
left join lateral (
    select id, review_on from joint_plan
    where joint_plan.nominal_id = held.nominal_id order by id desc limit 1
) as plan on true
where held.force is not null and held.joint <> '[]'
    and (plan.id is null or plan.review_on <= $1)
    and ($2::text is null or held.lpu = $2)
order by plan.review_on nulls first, held.nominal_id;
