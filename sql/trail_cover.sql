-- name: cover_rows
-- The rows of some times (apart from each other) as stretches without their fixes: each
-- is one line after the other unless a fix of it is not trusted (how marks are packed,
-- and if as one value, its bits: only "assumed"), which takes its bytes to tell.
select device, t_from, t_to, case
        when 254 & case get_byte(attrs, 1) & 12
                when 0 then 0
                when 4 then get_byte(attrs, octet_length(attrs) - 1)
                else 255
            end = 0
        then ''::bytea
        else int4send(n_borrowed) || int4send(n_own) || geometry_send(path) || attrs
    end
from unnest($1::timestamptz[], $2::timestamptz[]) as asked (from_at, to_at)
cross join lateral (
    select device, t_from, t_to, n_borrowed, n_own, path, attrs
    from trail
    where t_from >= from_at and t_from < to_at
    offset 0
) as found

-- name: cover_stretch
-- The same of one stretch of time, long enough for its days to be read from end to end.
select device, t_from, t_to, case
        when 254 & case get_byte(attrs, 1) & 12
                when 0 then 0
                when 4 then get_byte(attrs, octet_length(attrs) - 1)
                else 255
            end = 0
        then ''::bytea
        else int4send(n_borrowed) || int4send(n_own) || geometry_send(path) || attrs
    end
from trail
where t_from >= $1 and t_from < $2
