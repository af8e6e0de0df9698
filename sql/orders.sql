-- name: find_conflicts
-- Orders of a file whose device a stored order holds at that time.
select distinct on (asked.order_id) asked.order_id, held.order_id as held_by
from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
    as asked (order_id, device_id, from_at, to_at)
join tag_order as held
    on held.device_id = asked.device_id
    and held.during && tstzrange(asked.from_at, asked.to_at)
    and held.order_id <> all($1::text[])
order by asked.order_id, held.order_id;

-- name: lock_orders
-- One file of orders at a time: what it changes is compared with what is there.
select pg_advisory_xact_lock(hashtext('geocorr.orders'));

-- name: read_orders
-- Orders by id, as they are before a file changes them.
select order_id, device_id, nominal_id, basis, lower(during), upper(during),
    licence_ends, fitted_at, force
from tag_order
where order_id = any($1::text[]);

-- name: keep_orders
-- New orders, and changed ones as they are now.
insert into tag_order
    (order_id, device_id, nominal_id, basis, during, licence_ends, fitted_at, force)
select order_id, device_id, nominal_id, basis, tstzrange(from_at, to_at),
    licence_ends, fitted_at, force
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[],
        $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::text[])
    as asked (order_id, device_id, nominal_id, basis, from_at, to_at, licence_ends,
        fitted_at, force)
on conflict (order_id) do update set
    device_id = excluded.device_id, nominal_id = excluded.nominal_id,
    basis = excluded.basis, during = excluded.during,
    licence_ends = excluded.licence_ends, fitted_at = excluded.fitted_at,
    force = excluded.force, updated_at = now();

-- name: orders_and_births
-- Every order of these devices, and when who wears them was born, where known.
select order_id, device_id, nominal_id, basis, lower(during), upper(during),
    licence_ends, fitted_at, tag_order.force, date_of_birth
from tag_order
left join nominal using (nominal_id)
where device_id = any($1::text[])
order by device_id, lower(during), order_id;

-- name: orders_of_nominals
-- Every order of these nominals.
select order_id, device_id, nominal_id, basis, lower(during), upper(during),
    licence_ends, fitted_at, force
from tag_order
where nominal_id = any($1::text[])
order by nominal_id, lower(during), order_id;

-- name: orders_in_time
-- Every order that holds a device at some instant of a closed stretch of time.
select order_id, device_id, nominal_id, basis, lower(during), upper(during),
    licence_ends, fitted_at, force
from tag_order
where during && tstzrange($1, $2, '[]')
order by device_id, lower(during), order_id;

-- name: any_event
-- Whether devices report at all: else nobody knows of flat batteries and open straps.
select exists (select from device_event);

-- name: devices_without_order
-- Devices that no order holds in any of these stretches: trails may come first.
select device_id
from unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
    as asked (device_id, from_at, to_at)
group by device_id
having not bool_or(exists (
    select from tag_order as held
    where held.device_id = asked.device_id
        and held.during && tstzrange(asked.from_at, asked.to_at, '[]')))
order by device_id;

-- name: born_nominals
-- Dates of birth, where known: HANTS-GPS-1 is for adults.
select nominal_id, date_of_birth from nominal
where nominal_id = any($1::text[]) and date_of_birth is not null;

-- name: keep_events
-- Events that were not known; the same report twice is one.
insert into device_event (device_id, at, kind, note)
select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[])
on conflict do nothing
returning device_id, at;

-- name: events_of_devices
-- All reports of these devices, oldest first.
select device_id, at, kind, note from device_event
where device_id = any($1::text[])
order by device_id, at, kind;

-- name: events_of_all
-- All reports of all devices, oldest first.
select device_id, at, kind, note from device_event order by device_id, at, kind;
