-- name: lock_weights
-- One at a time imports, decides on, or withdraws weight sets.
select pg_advisory_xact_lock(hashtext('geocorr.weights'));

-- name: keep_set
-- A draft, with all that is wrong with it; its number.
insert into weight_set (name, version, force, purpose, owner, effective_from, review_due,
    data_set_caps, event_cap, faults, sha256, author)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning id;

-- name: keep_weights
-- The rows of a draft.
insert into weight (weight_set, data_set, code, grade, micropoints, occurrence, label)
values ($1, $2, $3, $4, $5, $6, $7);

-- name: set_named
-- The set of a name and version, and the hash of the file it came in.
select id, sha256 from weight_set where name = $1 and version = $2;

-- name: find_sets
-- A page of the sets, newest first, with the total; one row with the total alone where
-- the page is empty.
with told as (
    select weight_set.*,
        coalesce((
            select step from weight_step where weight_step.weight_set = weight_set.id
            order by weight_step.id desc limit 1), 'draft') as state,
        (select max(id) from weight_simulation
            where weight_simulation.weight_set = weight_set.id) as simulation,
        (select count(*) from weight where weight.weight_set = weight_set.id) as n_rows
    from weight_set
), found as materialized (
    select * from told
    where ($1::bigint is null or id = $1)
        and ($2::text is null or force = $2)
        and ($3::text is null or purpose = $3)
        and ($4::text is null or state = $4)
), page as (
    select * from found order by id desc limit $5 offset $6
)
select counted.total, page.*
from (select count(*) as total from found) as counted
left join page on true
order by page.id desc;

-- name: weights_of_sets
-- The rows of these sets.
select weight_set, data_set, code, grade, micropoints, occurrence, label from weight
where weight_set = any($1::bigint[])
order by weight_set, data_set, code, grade, occurrence;

-- name: sets_in_force
-- The set of each force that is in force on a day, by what was decided until a time.
select distinct on (force) weight_set.id
from weight_set
join weight_step as approved on approved.weight_set = weight_set.id
    and approved.step = 'approved' and approved.decided_at <= $3
where purpose = $1 and effective_from <= $2
    and not exists (
        select from weight_step as withdrawn
        where withdrawn.weight_set = weight_set.id
            and withdrawn.step = 'withdrawn' and withdrawn.decided_at <= $3)
order by force, effective_from desc, approved.id desc;

-- name: approved_sets
-- What is approved for a force (null = those without their own) and a purpose.
select name, version, effective_from from weight_set
where force is not distinct from $1 and purpose = $2
    and exists (select from weight_step
        where weight_step.weight_set = weight_set.id and step = 'approved')
    and not exists (select from weight_step
        where weight_step.weight_set = weight_set.id and step = 'withdrawn')
order by effective_from;

-- name: keep_simulation
-- What a draft would change, as it was told; its number.
insert into weight_simulation (weight_set, against, day, software_version, result, by)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: simulations
-- The simulations of a set, newest first.
select id, weight_set, against, day, software_version, result, by, simulated_at
from weight_simulation
where weight_set = $1
order by id desc;

-- name: keep_step
-- What a person decided on a set.
insert into weight_step (weight_set, step, simulation, by, reason)
values ($1, $2, $3, $4, $5);

-- name: steps
-- What people decided on a set, in order.
select step, simulation, by, reason, decided_at from weight_step
where weight_set = $1
order by id;

-- name: nominal_groups
-- By what a simulation groups those who score: their LPU on a day, the cohorts that
-- people put them in, sex, and date of birth.
select score_nominal.id as number, score_nominal.nominal_id, nominal.force, owned.lpu,
    nominal.sex, nominal.date_of_birth, member.cohorts
from score_nominal
left join nominal using (nominal_id)
left join ownership_on($1) as owned using (nominal_id)
left join (
    select nominal_id, array_agg(cohort order by cohort) as cohorts
    from (
        select distinct on (nominal_id, cohort) nominal_id, cohort, decision
        from cohort_decision where day <= $1
        order by nominal_id, cohort, id desc
    ) as last
    where decision <> 'leave'
    group by nominal_id
) as member using (nominal_id)
where score_nominal.id >= $2 and score_nominal.id < $3
order by score_nominal.id;
