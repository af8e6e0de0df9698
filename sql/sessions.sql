-- name: log_in_began
-- A try by a name: what to compare with, or until when to wait.
select attempt, account, password_hash, locked_until, slowed
from log_in_began($1, $2, $3, $4, $5, $6);

-- name: log_in_ended
-- It was let in: what failed before counts no more.
select log_in_ended($1);

-- name: open_session
-- Says whether the account may have one.
select session_opened($1, $2, $3, $4, $5);

-- name: whose_session
-- Who asks with it, if it has not ended by itself or by anybody.
select account, name, shown, roles, force, lpu, must_change from session_seen($1, $2);

-- name: whose_token
-- Who asks with a script's key.
select account, name, shown, roles, force, lpu, false as must_change
from token_used($1);

-- name: end_session
-- One ends; it is kept.
select session_ended($1, $2);

-- name: end_others
-- All of an account end but one.
select sessions_ended($1, $2, $3);

-- name: change_password
-- A person's own.
select password_changed($1, $2);

-- name: account_of_subject
-- Whom the provider names.
select account, name from account_of_subject($1);

-- name: begin_journey
-- Somebody leaves for the provider.
insert into oidc_journey (state, nonce, verifier, next_path) values ($1, $2, $3, $4);

-- name: end_journey
-- Somebody comes back from it, once and in time.
update oidc_journey set used_at = now()
where state = $1 and used_at is null and made_at > now() - $2::interval
returning nonce, verifier, next_path;
