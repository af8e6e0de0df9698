-- name: lock_key
-- two requests of one key, one after the other, until the transaction ends
select pg_advisory_xact_lock(hashtext('geocorr.idempotency'), hashtext($1));

-- name: find_answer
-- what a key was answered to who asks, if it was
select request, status, answer from idempotency_key
where key = $1 and account = coalesce(acting('account'), '');

-- name: keep_answer
-- the answer that this key gets from now on
insert into idempotency_key (key, request, status, answer) values ($1, $2, $3, $4);
