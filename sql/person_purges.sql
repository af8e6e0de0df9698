-- name: due_scores
-- lists of scores whose time is over; one that is cut to those who are held counts twice
select count(*) filter (where goes) as n, count(*) filter (where held) as held,
    min(last_at) filter (where goes) as from_at,
    max(last_at) filter (where goes) as to_at
from score_lists_due($1);

-- name: forget_breaches
-- some of them, the oldest first
select * from breaches_forgotten($1, $2);

-- name: forget_scores
-- some of them, the oldest first
select * from scores_forgotten($1, $2);

-- name: forget_notices
-- some of them, the oldest first
select * from notices_forgotten($1, $2);

-- name: forget_casework
-- that of some nominals, the oldest first
select * from casework_forgotten($1, $2);

-- name: forget_meetings
-- some of them, the oldest first
select * from meetings_forgotten($1, $2);

-- name: forget_orders
-- some of them, the oldest first
select * from orders_forgotten($1, $2, $3, $4);

-- name: forget_zones
-- some of them, the oldest first
select * from zones_forgotten($1, $2);

-- name: forget_nominals
-- some of them, the oldest first
select * from nominals_forgotten($1, $2);
