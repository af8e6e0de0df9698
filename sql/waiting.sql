-- name: failed_files
-- Files since a time of which nothing was taken, and after which their force sent none
-- that was.
select id, force, batch_id, received_at, sender, outcome, cause, n_rejected
from batch
where received_at >= $1 and outcome in ('ERROR', 'FAILED')
    and not exists (
        select from batch as later
        where later.force = batch.force and later.id > batch.id
            and later.outcome in ('SUCCESSFUL', 'PARTIAL'))
order by id desc
limit $2;

-- name: unreviewed_batches
-- The latest batches with hits that nobody looked at, each found by one step in the
-- index, and how many, counted so far and no further.
with recursive found as (
    (select batch from hit_listed
        where stage = 'unreviewed' order by batch desc limit 1)
    union all
    select (select batch from hit_listed
        where stage = 'unreviewed' and batch < found.batch order by batch desc limit 1)
    from found
    where found.batch is not null
), latest as (
    select batch from found where batch is not null limit $1
)
select batch.id, force, batch_id, received_at, (select count(*) from (
        select from hit_listed where stage = 'unreviewed' and batch = latest.batch
        limit $2) as counted) as hits
from latest
join batch on batch.id = latest.batch
order by batch.id desc;

-- name: silent_since
-- Forces that sent accepted files before and none since a time, with their last.
select force, max(received_at) as last_at
from batch
where outcome in ('SUCCESSFUL', 'PARTIAL')
group by force
having max(received_at) < $1
order by force;

-- name: qualified_by_force
-- How many qualified hits wait to be sent to each force.
select force, count(*) as hits from hit_listed where stage = 'qualified'
group by force order by force;

-- name: count_at_stages
-- How many hits stand at each of these stages, counted so far and no further.
select asked.stage, (select count(*) from (
        select from hit_listed where hit_listed.stage = asked.stage
        -- the order of the index, so that it is the index that is read
        order by ratio desc, probability desc, rank, hit
        limit $2) as counted) as hits
from unnest($1::text[]) as asked (stage);

-- name: people_named
-- Who is called so: by the whole identifier, or by how a name begins, in these letters.
select nominal_id from nominal
where nominal_id = $1
    or starts_with(family_name, $2) or starts_with(given_names, $2)
    or starts_with(family_name, $3) or starts_with(given_names, $3)
    or starts_with(family_name, $4) or starts_with(given_names, $4)
order by nominal_id
limit $5;
