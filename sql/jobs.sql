-- name: count_jobs
-- How much work waits, is in hand, or was held after it failed.
select status::text, count(*) as n from pgqueuer group by status order by status;
