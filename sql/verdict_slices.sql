-- name: trails_stand
-- Whether nobody changes the trails of these UTC days until the transaction ends.
select trail_days_stand($1, $2);

-- name: trails_change
-- The trails of these UTC days are about to be changed.
select trail_days_change($1);

-- name: runs_resting
-- The runs of verdicts that rest on trails of these times, where these stand.
select run from verdict_list where rests_from < $2 and rests_to >= $1 order by run;

-- name: slices_resting
-- Of a run's answers on these devices (null: on any) the times of the fixes they rest
-- on, but for those put aside already; and what is packed of all its answers.
select (select proofs from verdict_list where run = $1) as proofs,
    coalesce(array_agg(place order by place), '{}') as place,
    coalesce(array_agg(device_id order by place), '{}') as device_id,
    coalesce(array_agg(first_at order by place), '{}') as first_us,
    coalesce(array_agg(last_at order by place), '{}') as last_us
from verdict_list as list
cross join lateral unnest(device_ids, first_us, last_us) with ordinality
    as answer (device_id, first_at, last_at, place)
where list.run = $1 and first_at is not null
    and ($2::text[] is null or device_id = any($2))
    and place not in (select place from verdict_slice where verdict_slice.run = $1);

-- name: put_aside
-- The fixes that answers of a run rest on, as they are.
insert into verdict_slice (run, place, packet)
select $1, place, packet from unnest($2::integer[], $3::bytea[]) as slice (place, packet)
on conflict do nothing;

-- name: read_aside
-- What was put aside of a run.
select place, packet from verdict_slice where run = $1;
