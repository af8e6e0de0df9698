-- name: near_targets
-- Rows whose box meets a target's, with what may lie near it: always the stops, and the
-- path (behind the numbers of borrowed and own fixes, before the attributes) unless it
-- stays away and has none but trusted fixes, so that no line passes one over.
-- The times prune the days at run time.
select string_agg(int4send(target::integer) || int4send(trail.device)
    || int4send(octet_length(stops)) || stops || case
        when not ST_DWithin(path, ST_SetSRID(place, ST_SRID(path)), reach_m)
            and n_borrowed <= 1
            -- How marks are packed, and if as one value, its bits: only "assumed".
            and 254 & case get_byte(attrs, 1) & 12
                when 0 then 0
                when 4 then get_byte(attrs, octet_length(attrs) - 1)
                else 255
            end = 0
        then int4send(0)
        else int4send(21 + 24 * ST_NPoints(path) + octet_length(attrs))
            || int4send(n_borrowed) || int4send(n_own) || geometry_send(path) || attrs
    end, ''::bytea)
from (
    select target, ST_MakePoint(x, y) as place, reach_m,
        cube(array[x_low, y_low, s_low], array[x_high, y_high, s_high]) as bounds,
        -- A row lies within one hour; its path may begin one gap before its first fix.
        to_timestamp(s_low) - interval '1 hour' as from_at,
        to_timestamp(s_high) + make_interval(secs => $10) as to_at
    from unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[], $5::float8[],
        $6::float8[], $7::float8[], $8::float8[], $9::float8[]) with ordinality
        as asked (x, y, reach_m, x_low, y_low, s_low, x_high, y_high, s_high, target)
) as sought
-- Not to be turned round: to look for the target of each of all rows never pays.
cross join lateral (
    select device, n_borrowed, n_own, path, attrs, stops
    from trail
    where trail.bounds && sought.bounds
        and trail.t_from between sought.from_at and sought.to_at
    offset 0
) as trail;
