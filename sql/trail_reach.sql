-- name: rows_before
-- Of each device the latest rows before a time, in its order, as COPY would send them.
-- Rows whose fixes all bear one and the same mark hold nobody to account: passed over
-- unless all are asked for.
select number, count(*)::integer as n, min(t_from) as edge,
    string_agg('\x0008'::bytea
    || ('\x00000004' || int4send(device))
    || ('\x00000008' || timestamptz_send(t_from))
    || ('\x00000008' || timestamptz_send(received_at))
    || ('\x00000004' || int4send(n_own))
    || ('\x00000004' || int4send(n_borrowed))
    || (int4send(13 + 24 * ST_NPoints(path)) || geometry_send(path)
        || (int4send(octet_length(attrs)) || attrs
            || (int4send(octet_length(stops)) || stops))), ''::bytea) as rows
from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
    as asked (number, edge_at, limit_at)
cross join lateral (
    select * from trail
    where device = number and t_from < edge_at and t_from >= limit_at
        and ($4 or get_byte(attrs, 1) & 12 <> 4)
    order by t_from desc
    limit $5
) as found
group by number;

-- name: rows_after
-- The same of the earliest rows from a time on.
select number, count(*)::integer as n, max(t_from) as edge,
    string_agg('\x0008'::bytea
    || ('\x00000004' || int4send(device))
    || ('\x00000008' || timestamptz_send(t_from))
    || ('\x00000008' || timestamptz_send(received_at))
    || ('\x00000004' || int4send(n_own))
    || ('\x00000004' || int4send(n_borrowed))
    || (int4send(13 + 24 * ST_NPoints(path)) || geometry_send(path)
        || (int4send(octet_length(attrs)) || attrs
            || (int4send(octet_length(stops)) || stops))), ''::bytea) as rows
from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
    as asked (number, edge_at, limit_at)
cross join lateral (
    select * from trail
    where device = number and t_from > edge_at and t_from < limit_at
        and ($4 or get_byte(attrs, 1) & 12 <> 4)
    order by t_from
    limit $5
) as found
group by number;

-- name: fast_devices
-- The devices with a line faster than so much in two stretches of time, or of which that
-- is not known, or not of lines so long. Each case apart, as the index can find it.
select array_agg(distinct device)
from (values ($1::timestamptz, $2::timestamptz), ($3, $4)) as stretch (from_at, to_at)
cross join lateral (
    select device from trail
        where t_from >= from_at and t_from < to_at and fastest_m_s is null
    union all
    select device from trail
        where t_from >= from_at and t_from < to_at and fastest_m_s > $5
    union all
    select device from trail
        where t_from >= from_at and t_from < to_at and line_gap_s < $6
) as found;

-- name: last_fix
-- How far the trails reach at all: "trail data until".
select max(t_to) from trail;
