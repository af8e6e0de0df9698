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

-- name: queued
-- How many nominals wait in each queue on a day.
select queue, count(*)::int as n from ownership_on($1)
where queue is not null
group by queue order by queue;
