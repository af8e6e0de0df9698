-- name: start_score_run
-- A run is one of scoring, for a day, over everyone or over some.
insert into score_run (run, day, everyone) values ($1, $2, $3);

-- name: unfinished_score_run
-- The latest run over everyone for a day and a reason that did not come to its end, if
-- it decides by the same choices.
select score_run.run from score_run
join run on run.id = score_run.run
where day = $1 and everyone and run.state = 'running' and run.policy_hash = $2
    and run.policy ->> 'reason' = $3
order by score_run.run desc limit 1;

-- name: score_portions_done
-- The portions of a run that are done.
select distinct portion from score_list where run = $1 order by portion;

-- name: last_score_number
-- The highest number of a nominal; 0 where there is none.
select coalesce(max(id), 0) from score_nominal;

-- name: score_nominals
-- Nominals in a range of numbers, with the force that they are recorded under.
select score_nominal.id as number, score_nominal.nominal_id, nominal.force
from score_nominal
left join nominal using (nominal_id)
where score_nominal.id >= $1 and score_nominal.id < $2
order by number;

-- name: score_nominals_by_id
-- The same of some nominals by their identifiers.
select score_nominal.id as number, score_nominal.nominal_id, nominal.force
from score_nominal
left join nominal using (nominal_id)
where score_nominal.nominal_id = any($1::text[])
order by number;

-- name: score_names
-- The identifiers of nominals by their numbers.
select id as number, nominal_id from score_nominal where id = any($1::integer[]);

-- name: keep_score_profile
-- A profile that scores are given by, once.
insert into score_profile (hash, name, choices) values ($1, $2, $3)
on conflict do nothing;

-- name: score_profile
-- A profile as it was when scores were given by it.
select hash, name, choices from score_profile where hash = $1;

-- name: keep_score_list
-- The scores of a portion's nominals of one force.
insert into score_list (run, portion, force, known_at, profile, weight_set, nominals,
    computed, unknown, manual_nominals, manual_given)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: last_bands
-- The band that each of these nominals was last in, of those that ever scored.
select distinct on (nominal) nominal, band from score_change
where nominal = any($1::integer[])
order by nominal, id desc;

-- name: keep_score_changes
-- First scores and changes of band.
insert into score_change (run, nominal, day, was, band, given)
select $1, nominal, $2, was, band, given
from unnest($3::integer[], $4::text[], $5::text[], $6::bigint[])
    as changed (nominal, was, band, given);

-- name: score_lists
-- What runs that came to their end gave on a day, in the order that they gave it; cut to
-- those whom one may see.
select * from score_lists_seen($1) order by id;

-- name: score_lists_of_nominal
-- What was given to one nominal from a day to a day, in the order that it was given.
select *, $1::integer as nominal from scores_given($1, $2, $3) order by id;

-- name: score_day_is_stored
-- Whether a run over everyone came to its end for a day, and is kept still.
select exists (
    select from score_run join run on run.id = score_run.run
    where day = $1 and everyone and run.state = 'done'
        and score_run.purged_at is null);

-- name: score_changes
-- First scores and changes of band of a nominal, newest first.
select run, day, was, band, given
from score_change
join score_nominal on score_nominal.id = score_change.nominal
where nominal_id = $1
order by score_change.id desc;
