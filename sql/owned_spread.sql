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
