-- name: few
-- all that is asked for, so far and no further: how many, and of these a page in order
with found as materialized (
    select listed.hit, listed.crime, listed.device_id, listed.nominal_id, listed.ratio,
        listed.probability, listed.rank
    from {source} as listed
    where {only}
    limit $3::bigint
)
select counted.total, case when counted.total < $3 or $3 is null then array(
    select listed.hit from {ordered} limit $1::bigint offset $2::bigint) end as hits
from (select count(*) as total from found) as counted;

-- name: many_by_crime
-- a page of very many hits by force and reference, in the order of the crimes' index
select found.hit
from crime
cross join lateral (
    select listed.hit, listed.device_id, listed.nominal_id
    from {source} as listed
    where listed.crime = crime.id and {only}
    offset 0
) as found
where $3::text is null or crime.force = $3
order by crime.force, crime.reference, found.device_id, found.nominal_id, found.hit
limit $1::bigint offset $2::bigint;

-- name: many_by_strength
-- a page of very many hits, the strongest first. Each stage lies in that order in the
-- index, so that of each no more is read than could be on the page.
select strong.hit
from unnest($3::text[]) as asked (stage)
cross join lateral (
    select listed.hit, listed.ratio, listed.probability, listed.rank
    from {source} as listed
    where {only}
    order by listed.ratio desc, listed.probability desc, listed.rank, listed.hit
    limit $1::bigint + $2::bigint
) as strong
order by ratio desc, probability desc, rank, hit
limit $1::bigint offset $2::bigint;

-- name: many_newest
-- a page of very many hits, the last found first
select listed.hit
from {source} as listed
where {only}
order by listed.hit desc
limit $1::bigint offset $2::bigint;

-- name: count_many
-- how many hits there are, to the last
select count(*) from {source} as listed where {only};
