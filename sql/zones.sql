-- name: lock_zones
-- One at a time loads zones or judges them: what is found is compared with what stands.
select pg_advisory_xact_lock(hashtext('geocorr.zones'));

-- name: keep_zone
-- A new version of a zone, or its first.
insert into zone_version (zone_id, version, kind, nominal_id, device_id, x_m, y_m,
    radius_m, area, timetable, during, owner)
select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7,
    ST_Multi(ST_GeomFromWKB($8)), $9, tstzrange($10, $11), $12
from zone_version where zone_id = $1;

-- name: zones_by_id
-- The version of each of these zones that holds.
select distinct on (zone_id) id, zone_id, version, kind, nominal_id, device_id, x_m, y_m,
    radius_m, ST_AsBinary(area) as area, timetable, lower(during) as from_at,
    upper(during) as to_at, owner, created_at
from zone_version
where zone_id = any($1::text[])
order by zone_id, version desc;

-- name: zones_of_devices
-- The zones of these devices and of all nominals who ever wore one, as they hold now.
with held as (
    select distinct on (zone_id) * from zone_version order by zone_id, version desc
)
select id, zone_id, version, kind, nominal_id, device_id, x_m, y_m, radius_m,
    ST_AsBinary(area) as area, timetable, lower(during) as from_at,
    upper(during) as to_at, owner, created_at
from held
where device_id = any($1::text[])
    or nominal_id in
        (select nominal_id from tag_order where device_id = any($1::text[]))
order by zone_id;

-- name: find_zones
-- A page of the zones as they hold, with the total; one row with the total alone where
-- the page is empty.
with held as (
    select distinct on (zone_id) * from zone_version order by zone_id, version desc
), found as materialized (
    select * from held
    where ($1::text is null or zone_id = $1)
        and ($2::text is null or nominal_id = $2)
        and ($3::text is null or device_id = $3)
        and ($4::text is null or kind = $4)
        and ($5::text is null or owner = $5)
), page as (
    select * from found order by zone_id limit $6 offset $7
)
select counted.total, page.id, zone_id, version, kind, nominal_id, device_id, x_m, y_m,
    radius_m, ST_AsBinary(area) as area, timetable, lower(during) as from_at,
    upper(during) as to_at, owner, created_at
from (select count(*) as total from found) as counted
left join page on true
order by page.zone_id;

-- name: devices_of_zones
-- The devices whose trails these zones concern, or did in an earlier version.
select device_id from zone_version
where zone_id = any($1::text[]) and device_id is not null
union
select tag_order.device_id from zone_version
join tag_order on tag_order.nominal_id = zone_version.nominal_id
where zone_id = any($1::text[])
union
select device_id from breach where zone_id = any($1::text[])
order by device_id;

-- name: devices_with_zones
-- Of these devices those that a zone concerns, or that have a breach to look at again.
select device_id from unnest($1::text[]) as asked (device_id)
where exists (select from zone_version where device_id = asked.device_id)
    or exists (
        select from tag_order
        join zone_version on zone_version.nominal_id = tag_order.nominal_id
        where tag_order.device_id = asked.device_id)
    or exists (select from breach where breach.device_id = asked.device_id)
order by device_id;

-- name: devices_in_curfew
-- Devices that are worn at some time in these hours by someone with a curfew then.
with held as (
    select distinct on (zone_id) * from zone_version order by zone_id, version desc
)
select distinct tag_order.device_id
from held
join tag_order on tag_order.device_id = held.device_id
    or tag_order.nominal_id = held.nominal_id
where held.kind = 'curfew' and held.during && tstzrange($1, $2)
    and tag_order.during && tstzrange($1, $2)
order by device_id;

-- name: rows_around
-- Of each device's time: its first and last fix, and the rows next to it on either side.
select asked.device_id, ends.first_at, ends.last_at, before.t_from as before_at,
    after.t_to as after_at
from unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
    as asked (device_id, from_at, to_at)
left join device on device.device_id = asked.device_id
left join lateral (
    select min(t_from) as first_at, max(t_to) as last_at
    from trail where trail.device = device.id
) as ends on true
left join lateral (
    select t_from from trail
    where trail.device = device.id and t_from < asked.from_at
    order by t_from desc limit 1
) as before on true
left join lateral (
    select t_to from trail
    where trail.device = device.id and t_from > asked.to_at
    order by t_from limit 1
) as after on true
order by asked.device_id;

-- name: zone_version
-- One version of a zone, as a finding was judged by it.
select id, zone_id, version, kind, nominal_id, device_id, x_m, y_m, radius_m,
    ST_AsBinary(area) as area, timetable, lower(during) as from_at,
    upper(during) as to_at, owner, created_at
from zone_version
where zone_id = $1 and version = $2;
