-- name: keep_original
-- the evidence, once for each content; again where its time was over and it went
insert into original_file (sha256, kind, size_bytes, compressed, received_by)
values ($1, $2, $3, $4, $5)
on conflict (sha256) do update
set compressed = excluded.compressed, purged_at = null
where original_file.purged_at is not null;

-- name: original
-- a file as it came
select compressed from original_file where sha256 = $1;

-- name: lock_force
-- deliveries of one force, one after the other, until the transaction ends
select pg_advisory_xact_lock(hashtext('geocorr.force'), hashtext($1));

-- name: latest_accepted
-- the delivery that a repeat would repeat
select id, sha256, zone, outcome
from batch
where force = $1 and outcome in ('SUCCESSFUL', 'PARTIAL')
order by id desc
limit 1;

-- name: insert_batch
-- one attempt, whatever became of it; a replacement names what it replaces
insert into batch (force, batch_id, day, suffix, sha256, sender, zone, outcome, cause,
    n_read, n_accepted, n_rejected, faults, warnings, refused, supersedes)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
    case when $4 like '%R' and $8 in ('SUCCESSFUL', 'PARTIAL') then (
        select max(id) from batch
        where force = $1 and day = $3 and outcome in ('SUCCESSFUL', 'PARTIAL')
    ) end
returning id;

-- name: batches
-- the latest attempts, newest first; all forces where none is named
select id, force, batch_id, day, suffix, received_at, sender, zone, outcome, cause,
    n_read, n_accepted, n_rejected, supersedes
from batch
where $1::text is null or force = $1
order by id desc
limit $2;

-- name: faults
-- what was wrong with a delivery, and the rows that were refused
select faults, warnings, refused from batch where id = $1;

-- name: numbers
-- Every delivery of a batch id, oldest first.
select id from batch where lower(batch_id) = lower($1) order by id;

-- name: find_batches
-- A page of attempts in one of three orders, in each the newest first, with the crimes
-- and live hits of each; one row with the total alone where the page is empty.
with found as materialized (
    select id, case when $7 = 'force' then force end as by_force,
        case when $7 = 'refused' then n_rejected end as by_refused
    from batch
    where ($1::text is null or force = $1)
        and ($2::text is null or outcome = $2)
        and ($3::date is null or day = $3)
        and ($4::bigint is null or id = $4)
), listed as (
    select id, row_number() over (order by by_force, by_refused desc, id desc) as place
    from found
    order by place
    limit $5 offset $6
), page as (
    select batch.*, listed.place from batch join listed on listed.id = batch.id
)
select counted.total, page.id, force, batch_id, day, suffix, received_at, sender, zone,
    outcome, cause, n_read, n_accepted, n_rejected, supersedes,
    (select count(*) from batch_crime where batch = page.id) as crimes,
    (select max(window_to) from batch_crime
        join crime_version on crime_version.id = batch_crime.crime_version
        where batch_crime.batch = page.id) as window_until,
    (select coalesce(jsonb_object_agg(verdict, n), '{}') from (
        select hit.verdict, count(*) as n from batch_crime
        join hit on hit.crime_version = batch_crime.crime_version
            and hit.state = 'live'
        where batch_crime.batch = page.id
        group by hit.verdict) as by_verdict) as hits,
    (select max(id) from run where run.batch = page.id and state = 'done') as last_run
from (select count(*) as total from found) as counted
left join page on true
order by page.place;

-- name: total_batches
-- how many attempts of each outcome, and their rows
select outcome, count(*) as batches, sum(n_read) as read, sum(n_accepted) as accepted,
    sum(n_rejected) as rejected
from batch
where ($1::text is null or force = $1)
    and ($2::text is null or outcome = $2)
    and ($3::date is null or day = $3)
group by outcome
order by outcome;

-- name: silent_forces
-- forces that sent accepted files before, and none for this day
select force from batch
where outcome in ('SUCCESSFUL', 'PARTIAL')
group by force
having not bool_or(coalesce(day = $1, false))
order by force;
