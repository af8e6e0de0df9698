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
from {found}
