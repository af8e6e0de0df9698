-- name: add_hold
-- from now on nothing of it goes
insert into hold (force, reference, nominal_id, reason, until, made_by)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: end_hold
-- its time runs again
insert into hold_end (hold, reason, ended_by) values ($1, $2, $3);

-- name: list_holds
-- every hold, the live ones first, with who ended it and why
select hold.id, hold.force, hold.reference, hold.nominal_id, hold.reason, hold.until,
    hold.made_by, hold.made_at, coalesce(hold_now.live, false) as live,
    hold_end.ended_by, hold_end.ended_at, hold_end.reason as end_reason
from hold
left join hold_now on hold_now.id = hold.id
left join hold_end on hold_end.hold = hold.id
where $1::bigint is null or hold.id = $1
order by coalesce(hold_now.live, false) desc, hold.id;

-- name: held_times
-- the times of whose trails all is kept, because of a crime
select from_at, to_at from held_times($1) order by from_at, to_at;

-- name: held_subjects
-- crimes and nominals that are held, by their names
select 'crime' as kind, force || '/' || reference as name from hold_now
where live and reference is not null
union all
select 'nominal', nominal_id from hold_now where live and nominal_id is not null
order by kind, name;

-- name: is_worn
-- is there an order of a nominal of this number?
select exists (select from tag_order where nominal_id = $1);
