-- name: read_device
-- A few hours of one device as COPY would send them, without the round trips of one.
select string_agg('\x0008'::bytea
    || ('\x00000004' || int4send(device))
    || ('\x00000008' || timestamptz_send(t_from))
    || ('\x00000008' || timestamptz_send(received_at))
    || ('\x00000004' || int4send(n_own))
    || ('\x00000004' || int4send(n_borrowed))
    || (int4send(13 + 24 * ST_NPoints(path)) || geometry_send(path)
        || (int4send(octet_length(attrs)) || attrs
            || (int4send(octet_length(stops)) || stops))), '') as rows, min(device) as device
from trail
where device = (select id from device where device_id = $1)
    and t_from >= $2::timestamptz and t_from <= $3::timestamptz;

-- name: until_devices
-- Each device's last fix: "trail data until", part of every statement on coverage.
select device.device_id, latest.t_to
from device
cross join lateral (
    select trail.t_to from trail where trail.device = device.id
    order by trail.t_from desc limit 1
) as latest
order by device.device_id;

-- name: behind_devices
-- Devices worn at a time, or in no order at all, whose trail ends before it or never
-- began; one row with the counts alone where the page is empty.
with known as (
    select device_id from device
    union
    select device_id from tag_order where during @> $1::timestamptz
), judged as materialized (
    select known.device_id, latest.t_to as trail_until, orders.worn
    from known
    cross join lateral (
        select bool_or(during @> $1) as worn from tag_order
        where tag_order.device_id = known.device_id
    ) as orders
    left join device on device.device_id = known.device_id
    left join lateral (
        select trail.t_to from trail where trail.device = device.id
        order by trail.t_from desc limit 1
    ) as latest on true
    where orders.worn is not false
), behind as (
    select * from judged where trail_until is null or trail_until < $1
), page as (
    select * from behind
    order by worn desc nulls last, trail_until nulls first, device_id
    limit $2 offset $3
)
select counted.devices, counted.total, page.device_id, page.trail_until,
    coalesce(page.worn, false) as worn
from (select (select count(*) from judged) as devices,
    (select count(*) from behind) as total) as counted
left join page on true
order by page.worn desc nulls last, page.trail_until nulls first, page.device_id;
