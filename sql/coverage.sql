-- name: ask_statements
-- The statements of these crimes are to be made; asked twice is asked once.
insert into coverage_due (crime_version)
select distinct * from unnest($1::bigint[])
on conflict do nothing;

-- name: ask_touched
-- Statements that exist are to be made anew where trails or orders changed at a time
-- which may enclose their window.
insert into coverage_due (crime_version)
select distinct statement.crime_version
from unnest($1::timestamptz[], $2::timestamptz[]) as changed (from_at, to_at)
join crime_version as version on version.window_from <= changed.to_at + $3::interval
    and version.window_to >= changed.from_at - $3::interval
join coverage_statement as statement on statement.crime_version = version.id
on conflict do nothing
returning crime_version;

-- name: take_due
-- What is to be made, the earliest windows first, so that one reading serves many; of
-- crimes in earlier words, and withdrawn ones, nothing is.
with taken as (
    delete from coverage_due where crime_version in (
        select due.crime_version from coverage_due as due
        join crime_version as version on version.id = due.crime_version
        order by version.window_from, version.id
        limit $1)
    returning crime_version
)
select taken.crime_version, version.id is not null and crime.state = 'current'
    and not exists (select from crime_version as newer
        where newer.crime = version.crime and newer.version > version.version) as stands
from taken
left join crime_version as version on version.id = taken.crime_version
left join crime on crime.id = version.crime;

-- name: insert_statements
-- A run's statements; earlier ones stay.
insert into coverage_statement (run, crime_version, as_at, monitored, full_cover,
    with_gaps, no_cover, hit, passed, possible, no_data, ruled_out)
select $1, said.crime_version, now(), said.monitored, said.full_cover, said.with_gaps,
    said.no_cover, said.hit, said.passed, said.possible, said.no_data, said.ruled_out
from unnest($2::bigint[], $3::integer[], $4::integer[], $5::integer[], $6::integer[],
    $7::integer[], $8::integer[], $9::integer[], $10::integer[], $11::integer[])
    as said (crime_version, monitored, full_cover, with_gaps, no_cover, hit, passed,
        possible, no_data, ruled_out);

-- name: statements_of_crime
-- All that was ever stated of a crime, newest first.
select statement.*, crime.force, crime.reference, version.version, run.policy_hash,
    run.software_version, exists (select from coverage_due as due
        where due.crime_version = statement.crime_version) as being_made
from coverage_statement as statement
join run on run.id = statement.run
join crime_version as version on version.id = statement.crime_version
join crime on crime.id = version.crime
where crime.force = $1 and crime.reference = $2
order by statement.id desc;

-- name: statements_of_batches
-- The newest statement of each crime of some deliveries.
select distinct on (crime.force, crime.reference) statement.*, crime.force,
    crime.reference, version.version, run.policy_hash, run.software_version,
    exists (select from coverage_due as due
        where due.crime_version = statement.crime_version) as being_made
from batch_crime
join coverage_statement as statement
    on statement.crime_version = batch_crime.crime_version
join run on run.id = statement.run
join crime_version as version on version.id = statement.crime_version
join crime on crime.id = version.crime
where batch_crime.batch = any($1::bigint[])
order by crime.force, crime.reference, statement.id desc;
