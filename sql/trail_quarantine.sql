-- name: list_quarantined
-- Fixes outside every order wait for one that comes late, then they must go.
with worn as (
    select device_id, range_agg(during) as during from tag_order group by device_id
), outside as (
    select device.device_id, worn.during, trail.received_at, unnest(
        tstzmultirange(tstzrange(trail.t_from, trail.t_to, '[]'))
        - coalesce(worn.during, '{}')) as part
    from trail
    join device on device.id = trail.device
    left join worn on worn.device_id = device.device_id
    where not coalesce(worn.during, '{}') @> tstzrange(trail.t_from, trail.t_to, '[]')
), counted as (
    select outside.*, (
        select count(*) from unnest(coalesce(during, '{}')) as spell
        where upper(spell) <= lower(part)) as orders_before
    from outside
)
select device_id, min(lower(part)) as from_at, max(upper(part)) as to_at,
    date_trunc('day', received_at + $1::interval, 'UTC') as due_at
from counted
group by device_id, orders_before, due_at
order by device_id, from_at, due_at;

-- name: find_due
-- Rows that came in long enough ago and do not lie within the device's orders.
select device.device_id, trail.t_from, trail.t_to
from trail
join device on device.id = trail.device
left join (
    select device_id, range_agg(during) as during from tag_order group by device_id
) as worn on worn.device_id = device.device_id
where trail.received_at <= $1
    and not coalesce(worn.during, '{}') @> tstzrange(trail.t_from, trail.t_to, '[]');

-- name: list_orders
-- When these devices were in force, whoever wore them.
select device_id, lower(during) as from_at, upper(during) as to_at
from tag_order where device_id = any($1::text[]);

-- name: record_purge
-- What went, without where it was.
insert into trail_purge (purged_at, device_id, t_from, t_to, n_fixes)
values ($1, $2, $3, $4, $5);
