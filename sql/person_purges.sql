-- name: due_breaches
-- breaches whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from breaches_due($1);

-- name: due_scores
-- lists of scores whose time is over; one that is cut to those who are held counts twice
select count(*) filter (where goes) as n, count(*) filter (where held) as held,
    min(last_at) filter (where goes) as from_at,
    max(last_at) filter (where goes) as to_at
from score_lists_due($1);

-- name: due_notices
-- notices of scores whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from notices_due($1);

-- name: due_casework
-- nominals all of whose casework is of a time that is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from casework_due($1);

-- name: due_meetings
-- meetings and panels whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from meetings_due($1);

-- name: due_orders
-- orders whose time is over and on which nothing rests
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from orders_due($1, $2, $3);

-- name: due_zones
-- zones whose time is over
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from zones_due($1);

-- name: due_nominals
-- nominals whose time is over and whom nothing names
select count(*) filter (where not held) as n, count(*) filter (where held) as held,
    min(last_at) filter (where not held) as from_at,
    max(last_at) filter (where not held) as to_at
from nominals_due($1);

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
