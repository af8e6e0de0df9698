-- name: due
-- what a function of the schema says is over, and how much of it is held
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from {of};

-- name: due_lists
-- verdicts that were asked for whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(answered_at) filter (where not held) as from_at,
    max(answered_at) filter (where not held) as to_at
from verdict_lists_due($1);

-- name: due_files
-- files as they came whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(received_at) filter (where not held) as from_at,
    max(received_at) filter (where not held) as to_at
from files_due($1);

-- name: due_trail_files
-- trail files as they came whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(first_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from trail_files_due($1, $2);

-- name: due_trail_days
-- UTC days of trails that are over, oldest first
select day from trail_days() as day
where (day + 1)::timestamp at time zone 'UTC' <= $1
order by day;

-- name: due_trails
-- how many rows of trails of those days go, and how many stay; what is kept is asked once
-- a day, not of each row
with days as materialized (
    select day, trail_kept(day, $2) as kept from unnest($1::date[]) as day
)
select count(*) filter (where device <> all(kept)) as n,
    count(*) filter (where kept is null or device = any(kept)) as held,
    min(t_from) filter (where device <> all(kept)) as from_at,
    max(t_to) filter (where device <> all(kept)) as to_at
from days join trail on trail.t_from >= day::timestamp at time zone 'UTC'
    and trail.t_from < (day + 1)::timestamp at time zone 'UTC';

-- name: due_keys
-- answers to repeated requests whose time is over
select count(*) as n, 0 as held, min(answered_at) as from_at, max(answered_at) as to_at
from idempotency_key where answered_at <= $1;

-- name: due_log_ins
-- sessions that are over
select n, held, from_at, to_at from log_ins_due($1);

-- name: forget_pairs
-- some of them, the oldest first
select * from pairs_forgotten($1, $2, $3, $4);

-- name: forget_lists
-- some of them, the oldest first
select * from verdict_lists_forgotten($1, $2);

-- name: forget_crimes
-- some of them, the oldest first
select * from crimes_forgotten($1, $2);

-- name: forget_files
-- some of them, the oldest first
select * from files_forgotten($1, $2);

-- name: forget_trail_files
-- some of them, the oldest first
select * from trail_files_forgotten($1, $2, $3);

-- name: forget_trail_day
-- the trails of a day, but of the devices that are kept
select * from trail_day_forgotten($1, $2);

-- name: forget_keys
-- keys that nobody repeats any more
with gone as (delete from idempotency_key where answered_at <= $1 returning answered_at)
select count(*) as n_keys, min(answered_at) as first_at, max(answered_at) as last_at
from gone;

-- name: forget_log_ins
-- sessions that are over, tries to come in, journeys to the provider
select * from log_ins_forgotten($1);

-- name: record_purge
-- what went, without saying whose it was
insert into purge_record (kind, purged_by, counts, from_at, to_at, days, retention_hash)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: purge_records
-- what went so far, newest first
select id, kind, purged_at, purged_by, counts, from_at, to_at, days, retention_hash
from purge_record order by id desc limit $1;
