-- name: round_hit
-- The trail round a hit, as far as its order goes; the database notes the look.
select device_id, from_at, to_at, rows, device from trail_round_hit($1, $2, $3, $4);

-- name: of_nominal
-- Where a nominal's tags were in a stretch of time; the database notes the search.
select device_id, from_at, to_at, rows, device
from trail_of_nominal($1, $2, $3, $4, $5);
