-- name: stage
-- the crimes of one delivery on their way in
create temporary table if not exists crime_stage (
    row_no integer, turn integer, reference text, crime_type text, crime_type_description text,
    window_from timestamptz, window_to timestamptz,
    latitude double precision, longitude double precision,
    x_m double precision, y_m double precision, free_text text, flags text[]
) on commit drop;
truncate crime_stage;

-- name: let_in
-- crimes come in side by side, but not while something asks which crimes it touches
select pg_advisory_xact_lock_shared(hashtext('geocorr.crimes'));

-- name: keep_out
-- until this transaction ends no crimes come in that could not see what it stores
select pg_advisory_xact_lock(hashtext('geocorr.crimes'));

-- name: lock_named
-- the crimes of the file and of the day it replaces, in the order in which runs lock them
select id
from crime
where force = $1 and (
    reference in (select reference from crime_stage)
    or last_batch in (select id from batch where force = $1 and day = $2::date))
order by id
for update;

-- name: reinstated
-- withdrawn crimes that come again
select crime.id
from crime
where force = $1 and state = 'withdrawn'
    and reference in (select reference from crime_stage);

-- name: upsert_crimes
-- a crime is its force and reference; that it was sent puts it into force
insert into crime (force, reference, last_batch)
select distinct $1, reference, $2::bigint from crime_stage
on conflict (force, reference)
do update set last_batch = excluded.last_batch, state = 'current';

-- name: insert_versions
-- what is said anew; the same place within 1 m in other words is nothing new
insert into crime_version (crime, force, version, batch, crime_type, crime_type_description,
    window_from, window_to, latitude, longitude, x_m, y_m, free_text, flags, changed)
select crime.id, crime.force, coalesce(old.version, 0) + 1, $2, new.crime_type,
    new.crime_type_description, new.window_from, new.window_to, new.latitude,
    new.longitude, new.x_m, new.y_m, new.free_text, new.flags,
    case when old.version is null then '{}'::text[] else said.changed end
from crime_stage as new
join crime on crime.force = $1 and crime.reference = new.reference
left join lateral (
    select * from crime_version where crime = crime.id order by version desc limit 1
) as old on true
cross join lateral (
    select array_remove(array[
        case when new.crime_type <> old.crime_type then 'crime_type' end,
        case when new.crime_type_description <> old.crime_type_description
            then 'crime_type_description' end,
        case when new.window_from <> old.window_from then 'window_from' end,
        case when new.window_to <> old.window_to then 'window_to' end,
        case when (new.x_m - old.x_m) ^ 2 + (new.y_m - old.y_m) ^ 2 > 1
            then 'place' end,
        case when new.free_text <> old.free_text then 'free_text' end
    ], null) as changed
) as said
where new.turn = $3 and (old.version is null or said.changed <> '{}')
order by new.row_no
returning id;

-- name: note_standing
-- the words in which each crime of this turn stands in the delivery
insert into batch_crime (batch, crime_version)
select $2, latest.id
from crime_stage as new
join crime on crime.force = $1 and crime.reference = new.reference
cross join lateral (
    select id from crime_version where crime = crime.id order by version desc limit 1
) as latest
where new.turn = $3
on conflict do nothing;

-- name: withdraw_rest
-- what a replacement of the day names in no row, not even a refused one
update crime
set state = 'withdrawn'
from batch
where crime.last_batch = batch.id and crime.force = $1 and batch.day = $2
    and crime.state = 'current' and not crime.reference = any($3::text[])
returning crime.id;

-- name: versions
-- every version of one crime, oldest first
select v.*, crime.force, crime.reference, crime.state, batch.batch_id
from crime
join crime_version as v on v.crime = crime.id
join batch on batch.id = v.batch
where crime.force = $1 and crime.reference = $2
order by v.version;

-- name: by_version
-- crimes by the numbers of their versions
select v.*, crime.force, crime.reference, crime.state, batch.batch_id
from crime_version as v
join crime on crime.id = v.crime
join batch on batch.id = v.batch
where v.id = any($1::bigint[])
order by v.id;

-- name: of_batch
-- the current crimes of a delivery in the words in which they stand there
select v.*, crime.force, crime.reference, crime.state, batch.batch_id
from batch_crime
join crime_version as v on v.id = batch_crime.crime_version
join crime on crime.id = v.crime
join batch on batch.id = v.batch
where batch_crime.batch = $1 and crime.state = 'current'
order by crime.reference, v.version;
