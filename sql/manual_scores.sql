-- name: lock_manual_scores
-- One at a time gives, reviews or ends a manual score.
select pg_advisory_xact_lock(hashtext('geocorr.manual_scores'));

-- name: give_manual_score
-- A score that a person gives; its number.
insert into manual_score (nominal_id, points, ground, reason, given_on, review_due,
    computed, by)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning id;

-- name: manual_scores_on
-- Those that stand on a day, of these nominals or (null) of all, by what was said until
-- a time; the latest where there were two.
with told as (
    select manual_score.*,
        coalesce((
            select step.review_due from manual_score_step as step
            where step.manual_score = manual_score.id and step.step = 'reviewed'
                and step.at <= $2
            order by step.id desc limit 1), manual_score.review_due) as due,
        (select min(on_day) from manual_score_step as step
            where step.manual_score = manual_score.id
                and step.step in ('ended', 'overtaken') and step.at <= $2) as ended_on
    from manual_score
    where given_on <= $1 and given_at <= $2
        and ($3::text[] is null or nominal_id = any($3))
)
select distinct on (nominal_id) id, nominal_id, points, ground, reason, given_on,
    due as review_due, ended_on, computed, by, given_at
from told
where due >= $1 and coalesce(ended_on > $1, true)
order by nominal_id, id desc;

-- name: find_manual_scores
-- A page of manual scores as they are now, newest first, with the total; `open` = not
-- ended by a word and not past its review on the day.
with told as (
    select manual_score.*,
        coalesce((
            select step.review_due from manual_score_step as step
            where step.manual_score = manual_score.id and step.step = 'reviewed'
            order by step.id desc limit 1), manual_score.review_due) as due,
        (select min(on_day) from manual_score_step as step
            where step.manual_score = manual_score.id
                and step.step in ('ended', 'overtaken')) as ended_on
    from manual_score
), found as materialized (
    select * from told
    where ($1::bigint is null or id = $1)
        and ($2::text is null or nominal_id = $2)
        and ($3::boolean is null
            or $3 = (due >= $4 and given_on <= $4 and coalesce(ended_on > $4, true)))
), page as (
    select * from found order by id desc limit $5 offset $6
)
select counted.total, page.id, nominal_id, points, ground, reason, given_on,
    due as review_due, ended_on, computed, by, given_at
from (select count(*) as total from found) as counted
left join page on true
order by page.id desc;

-- name: keep_manual_step
-- A review, or an end, by a person.
insert into manual_score_step (manual_score, step, on_day, review_due, by, reason)
values ($1, $2, $3, $4, $5, $6);

-- name: end_overtaken
-- The computed score has overtaken these on a day: they do not come back.
insert into manual_score_step (manual_score, step, on_day, by, reason)
select id, 'overtaken', $2, $3, 'the computed score has overtaken it'
from unnest($1::bigint[]) as given (id)
where not exists (
    select from manual_score_step as step
    where step.manual_score = given.id and step.step in ('ended', 'overtaken'))
order by id;

-- name: manual_steps
-- What was said of a manual score, in order.
select step, on_day, review_due, by, reason, at from manual_score_step
where manual_score = $1
order by id;
