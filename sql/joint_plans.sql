-- name: keep_plan
-- A joint case plan; the last one holds.
insert into joint_plan (nominal_id, leads, review_on, made_by, reason)
values ($1, $2, $3, $4, $5)
returning id;

-- name: plans
-- The joint case plans of a nominal, oldest first.
select id, leads, review_on, made_by, reason, made_at
from joint_plan where nominal_id = $1 order by id;

-- name: plans_due
-- Who is jointly managed on a day without a plan, or with one whose review is due.
select held.nominal_id, held.force, held.lpu, held.joint, plan.id as plan, plan.review_on
from ownership_on($1) as held
left join lateral (
    select id, review_on from joint_plan
    where joint_plan.nominal_id = held.nominal_id order by id desc limit 1
) as plan on true
where held.force is not null and held.joint <> '[]'
    and (plan.id is null or plan.review_on <= $1)
    and ($2::text is null or held.lpu = $2)
order by plan.review_on nulls first, held.nominal_id;
