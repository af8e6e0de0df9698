-- name: near_targets
-- Rows whose box meets a target's, with what may lie near it: the stops, and the path
-- (behind the numbers of borrowed and own fixes, before the attributes). What is plain
-- stays here: of a row with none but trusted fixes, so that no line passes one over, the
-- path where it stays away (its length 0), and all where it comes near and lies within
-- the window (no stops, length -1). The times prune the days: those of each target at run
-- time, those of all ($11 to $12) before any is opened.
select string_agg(case
        when not plain
            or (away_m <= reach_m and not (t_from >= opens_at and t_to <= closes_at))
        then int8send(number) || (int4send(octet_length(stops)) || stops)
            || (int4send(21 + 24 * ST_NPoints(path) + octet_length(attrs))
                || (int4send(n_borrowed) || int4send(n_own))
                || (geometry_send(path) || attrs))
        when away_m <= reach_m
        then int8send(number) || '\x00000000ffffffff'::bytea
        else int8send(number) || (int4send(octet_length(stops)) || stops)
            || '\x00000000'::bytea
    end, ''::bytea)
from (
    select target << 32 as target, ST_MakePoint(x, y) as place, reach_m,
        cube(array[x_low, y_low, s_low], array[x_high, y_high, s_high]) as bounds,
        to_timestamp(s_low) as opens_at, to_timestamp(s_high) as closes_at,
        -- A row lies within one hour; its path may begin one gap before its first fix.
        to_timestamp(s_low) - interval '1 hour' as from_at,
        to_timestamp(s_high) + make_interval(secs => $10) as to_at
    from unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[], $5::float8[],
        $6::float8[], $7::float8[], $8::float8[], $9::float8[]) with ordinality
        as asked (x, y, reach_m, x_low, y_low, s_low, x_high, y_high, s_high, target)
) as sought
-- Not to be turned round: to look for the target of each of all rows never pays.
cross join lateral (
    select target | device as number, t_from, t_to, n_borrowed, n_own, path, attrs, stops,
        ST_Distance(path, ST_SetSRID(place, ST_SRID(path))) as away_m,
        n_borrowed <= 1
            -- How marks are packed, and if as one value, its bits: only "assumed".
            and 254 & case get_byte(attrs, 1) & 12
                when 0 then 0
                when 4 then get_byte(attrs, octet_length(attrs) - 1)
                else 255
            end = 0 as plain
    from trail
    where trail.bounds && sought.bounds
        and trail.t_from between sought.from_at and sought.to_at
        and trail.t_from between $11 and $12
    offset 0
) as trail;
