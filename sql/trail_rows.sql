-- name: number_devices
-- The numbers of these devices, in their order; -1 where one is not known.
select coalesce(array_agg(coalesce(id, -1) order by place), '{}')
from unnest($1::text[]) with ordinality as asked (device_id, place)
left join device using (device_id);

-- name: empty_stretch
-- Which hours of which devices the next statement is about.
create temporary table if not exists trail_stretch (
    device  integer not null,
    from_at timestamptz not null,
    to_at   timestamptz not null
) on commit drop;
truncate trail_stretch;

-- name: read_stretches
-- The rows of the stretches, in no order: they are sorted once they are columns. All lie
-- from $1 to $2: other days are not even opened.
select trail.device, trail.t_from, trail.received_at, trail.n_own, trail.n_borrowed,
    trail.path, trail.attrs, trail.stops
from trail_stretch as stretch
join trail on trail.device = stretch.device
    and trail.t_from >= stretch.from_at and trail.t_from < stretch.to_at
where trail.t_from >= $1 and trail.t_from < $2;

-- name: read_hours
-- The same of many devices in the same hours.
select device, t_from, received_at, n_own, n_borrowed, path, attrs, stops
from trail
where device = any($1::integer[]) and t_from >= $2 and t_from < $3;

-- name: read_few
-- The rows of a few stretches as COPY would send them, without the round trips of one;
-- and the names of their devices, in the order of the numbers. All lie from $4 to $5.
select string_agg('\x0008'::bytea
    || ('\x00000004' || int4send(device))
    || ('\x00000008' || timestamptz_send(t_from))
    || ('\x00000008' || timestamptz_send(received_at))
    || ('\x00000004' || int4send(n_own))
    || ('\x00000004' || int4send(n_borrowed))
    || (int4send(13 + 24 * ST_NPoints(path)) || geometry_send(path)
        || (int4send(octet_length(attrs)) || attrs
            || (int4send(octet_length(stops)) || stops))), ''::bytea) as rows,
    (select array_agg(device_id order by id) from device
        where id = any($1::integer[])) as names
from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
    as stretch (number, from_at, to_at)
cross join lateral (
    select * from trail
    where device = number and t_from >= from_at and t_from < to_at
        and t_from >= $4 and t_from < $5
    offset 0
) as found;

-- name: name_devices
-- The devices that bear these numbers.
select id, device_id from device where id = any($1::integer[]);

-- name: delete_stretches
-- The rows of the stretches make way for those cut anew. All lie from $1 to $2: other
-- days are neither opened nor locked.
delete from trail using trail_stretch as stretch
where trail.device = stretch.device
    and trail.t_from >= stretch.from_at and trail.t_from < stretch.to_at
    and trail.t_from >= $1 and trail.t_from < $2;

-- name: nest_loops
-- Few stretches or targets against a large index: to hash all trails never pays.
set local enable_hashjoin = off; set local enable_mergejoin = off;

-- name: plan_freely
-- The planner may do again what it does elsewhere.
set local enable_hashjoin to default; set local enable_mergejoin to default;
