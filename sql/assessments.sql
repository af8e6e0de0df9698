-- name: read_offences
-- What assessing needs of these crimes: the latest version of those not withdrawn.
-- Unlocked, unlike for matching: nothing of theirs is changed.
select version.id, crime.force, coalesce(batch.batch_id, '') as batch_id,
    crime.reference, version.crime_type, version.window_from, version.window_to,
    version.x_m, version.y_m, version.version
from crime_version as version
join crime on crime.id = version.crime
join batch on batch.id = version.batch
where version.id = any($1::bigint[])
    and crime.state = 'current'
    and version.version =
        (select max(v.version) from crime_version as v where v.crime = crime.id)
order by crime.force, crime.reference;

-- name: read_hits
-- The live hits of these crime versions, as far as an assessment asks about them.
select id, crime_version, nominal_id, verdict, probability, coverage
from hit
where crime_version = any($1::bigint[]) and state = 'live'
    and verdict in ('hit', 'passed')
order by crime_version, nominal_id, device_id, id;

-- name: orders_during
-- Every order in force in one of these half-open times.
select distinct on (order_id) order_id, device_id, nominal_id, basis, lower(during),
    upper(during), licence_ends, fitted_at, force
from unnest($1::timestamptz[], $2::timestamptz[]) as asked (from_at, to_at)
join tag_order on tag_order.during && tstzrange(from_at, to_at)
order by order_id;

-- name: list_assessments
-- Assessments of one hit, newest first, a page at a time, with the run that made each;
-- one row with the total alone where the page is empty.
with page as (
    select * from assessment where hit = $1 order by id desc limit $2 offset $3
)
select counted.total, page.*, run.policy_hash, run.software_version
from (select count(*) as total from assessment where hit = $1) as counted
left join page on true
left join run on run.id = page.run
order by page.id desc;

-- name: latest_assessments
-- The last assessment of each of these hits, which is the one that holds.
select distinct on (hit) hit, because from assessment
where hit = any($1::bigint[])
order by hit, id desc;

-- name: due_versions
-- Crimes with a live hit that was never assessed, or for which another $2 of the $1
-- weeks after it have come since: $3 later, so that the trails are in.
select distinct version.id
from hit
join crime_version as version on version.id = hit.crime_version
cross join lateral (
    select max(as_at) as at from assessment where assessment.hit = hit.id
) as last
where hit.state = 'live' and (last.at is null
    or floor(least($1::integer, greatest(0, extract(epoch from
            $4::timestamptz - $3::interval - version.window_to) / 604800)) / $2::integer)
        > floor(least($1, greatest(0, extract(epoch from
            last.at - $3::interval - version.window_to) / 604800)) / $2))
order by version.id;
