-- name: register_devices
-- Number the devices that are new; those known keep their number.
insert into device (device_id)
select unnest($1::text[])
on conflict (device_id) do nothing;

-- name: make_partitions
-- A day's partition must be there before its first row.
select trail_partition(day) from unnest($1::date[]) as day;

-- name: lock_devices
-- One load at a time may re-cut a device; stripes, since a lock a device is too many.
select pg_advisory_xact_lock($1::integer, stripe) from unnest($2::integer[]) as stripe;
