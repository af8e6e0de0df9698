-- name: start_run
-- A run begins with all that decides its results.
insert into run (kind, batch, policy, policy_hash, software_version)
values ($1, $2, $3, $4, $5)
returning id;

-- name: finish_run
-- A run ends with what it took and what it came to.
update run
set state = 'done', finished_at = now(), timing = $2, counts = $3
where id = $1;

-- name: list_runs
-- Runs, newest first, of one batch and kind or of all, a page at a time; one row with the total
-- alone where the page is empty.
with found as materialized (
    select id from run
    where ($1::bigint is null or batch = $1) and ($4::text is null or kind = $4)
), page as (
    select run.* from run
    where id in (select id from found order by id desc limit $2 offset $3)
)
select counted.total, page.id, kind, batch, state, started_at, finished_at, policy_hash,
    software_version, timing, counts
from (select count(*) as total from found) as counted
left join page on true
order by page.id desc;

-- name: read_run
-- One run with its policy.
select id, kind, batch, state, started_at, finished_at, policy, policy_hash,
    software_version, grid_sha256, timing, counts
from run
where id = $1;

-- name: matched_otherwise
-- Batch ids whose last match as a batch was decided by another policy than this.
select batch_id from (
    select distinct on (batch.batch_id) batch.batch_id, run.policy_hash
    from run join batch on batch.id = run.batch
    where run.kind = 'batch' and run.state = 'done'
    order by batch.batch_id, run.id desc
) as latest
where policy_hash <> $1
order by batch_id;
