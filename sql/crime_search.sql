-- name: few
-- all crimes that are asked for, so far and no further: how many, and a page of them
with found as materialized (
    select v.id, v.window_from
    from crime_version as v
    join crime on crime.id = v.crime
    where not exists (
            select from crime_version as newer
            where newer.crime = v.crime and newer.version > v.version)
        and {only}
    limit $3::bigint
)
select counted.total, case when counted.total < $3 then array(
    select id from found as v order by {order}
    limit $1::bigint offset $2::bigint) end as versions
from (select count(*) as total from found) as counted;

-- name: few_by_reference
-- the same where references lead: their index, and of each crime its latest version
with found as materialized (
    select v.id, v.window_from
    from crime
    cross join lateral (
        select * from crime_version where crime = crime.id order by version desc limit 1
    ) as v
    where {only}
    limit $3::bigint
)
select counted.total, case when counted.total < $3 then array(
    select id from found as v order by {order}
    limit $1::bigint offset $2::bigint) end as versions
from (select count(*) as total from found) as counted;

-- name: many
-- a page of very many crimes, walking the index of the order asked for
select v.id
from crime_version as v
cross join lateral (
    select force, reference, reference_key, state from crime where id = v.crime offset 0
) as crime
where not exists (
        select from crime_version as newer
        where newer.crime = v.crime and newer.version > v.version offset 0)
    and {only}
order by {order}
limit $1::bigint offset $2::bigint;

-- name: count_many
-- how many crimes there are, to the last
select count(*)
from crime_version as v
join crime on crime.id = v.crime
where not exists (
        select from crime_version as newer
        where newer.crime = v.crime and newer.version > v.version)
    and {only};

-- name: page
-- These versions of crimes, each with its hits that stand, by verdict.
select v.*, crime.force, crime.reference, crime.state, batch.batch_id,
    (select coalesce(jsonb_object_agg(verdict, n), '{}') from (
        select verdict, count(*) as n from hit
        where hit.crime_version = v.id and hit.state = 'live'
        group by verdict) as by_verdict) as hits
from crime_version as v
join crime on crime.id = v.crime
left join batch on batch.id = v.batch
where v.id = any($1::bigint[]);
