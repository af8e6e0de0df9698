-- name: forget
-- the areas of this file's codes and kinds that begin then: they are given anew
delete from boundary
where kind = $1 and code = $2 and lower(valid) is not distinct from $3::timestamptz;

-- name: insert
-- one area for its time; places in metres of the working CRS
insert into boundary (force, code, name, kind, valid, area)
values ($1, $2, $3, $4, $5, st_geomfromwkb($6));

-- name: boundaries
-- the areas of a kind that hold at a time
select force, code, name, kind, lower(valid) as valid_from, upper(valid) as valid_to,
    st_asbinary(area) as wkb
from boundary
where kind = $1 and valid @> $2::timestamptz
order by code;

-- name: names
-- how the areas of a kind that hold at a time are called
select force, code, name from boundary
where kind = $1 and valid @> $2::timestamptz
order by force, code;

-- name: outlines
-- the areas of some LPUs at a time, as rough as a map of a country may be (metres)
select force, code, name, kind, lower(valid) as valid_from, upper(valid) as valid_to,
    st_asbinary(st_simplifypreservetopology(area, $3)) as wkb
from boundary
where kind = 'lpu' and code = any($1::text[]) and valid @> $2::timestamptz
order by code;
