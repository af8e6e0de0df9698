-- name: list_worklist
-- The numbers of a page of hits, the strongest first; one row with the total alone where
-- the page is empty.
with found as materialized (
    select hit, ratio, probability, rank from hit_listed
    where stage = any($1::text[])
        and ($2::text is null or force = $2)
        and ($3::text is null or verdict = $3)
        and ($4::text is null or crime_type = $4)
        and ($5::text is null or nominal_id = $5)
), page as (
    select hit,
        row_number() over (order by ratio desc, probability desc, rank, hit) as place
    from found
    order by place
    limit $6 offset $7
)
select counted.total, page.hit
from (select count(*) as total from found) as counted
left join page on true
order by page.place;

-- name: beside_on_worklist
-- The hits before and after one on the same list, whether it still stands on it or not.
with here as (
    select ratio, probability, rank, hit from hit_listed where hit = $6
), found as materialized (
    select ratio, probability, rank, hit from hit_listed
    where stage = any($1::text[])
        and ($2::text is null or force = $2)
        and ($3::text is null or verdict = $3)
        and ($4::text is null or crime_type = $4)
        and ($5::text is null or nominal_id = $5)
)
select
    (select found.hit from found, here
    where (-found.ratio, -found.probability, found.rank, found.hit)
        < (-here.ratio, -here.probability, here.rank, here.hit)
    order by found.ratio, found.probability, found.rank desc, found.hit desc
    limit 1) as before,
    (select found.hit from found, here
    where (-found.ratio, -found.probability, found.rank, found.hit)
        > (-here.ratio, -here.probability, here.rank, here.hit)
    order by found.ratio desc, found.probability desc, found.rank, found.hit
    limit 1) as after;

-- name: crime_types
-- Of which types of crime hits stand on the list.
select distinct crime_type from hit_listed
where stage = any($1::text[]) and ($2::text is null or force = $2)
order by crime_type;

-- name: lookers
-- Who looked at these hits since a time, each with the last look.
select hit, account, at from lookers($1, $2) order by hit, at desc, account;
