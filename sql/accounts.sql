-- name: make_account
-- A new account; its number, or nothing where the name or the subject is taken.
insert into account (name, shown, roles, force, lpu, subject, password_hash, must_change,
    made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning id;

-- name: accounts
-- Accounts by name: all, or one; with the sessions that go on and the last log-in.
select account.id, name, shown, roles, force, lpu, subject,
    password_hash is not null as has_password, must_change, account.made_at, made_by,
    disabled_at,
    count(session.id) filter (where ended_at is null and expires_at > now()) as sessions,
    max(session.made_at) as last_log_in
from account left join session on session.account = account.id
where $1::text is null or name = $1
group by account.id
order by name;

-- name: set_roles
-- What an account may be from now on, and of which force and LPU.
update account set roles = $2, force = $3, lpu = $4 where id = $1;

-- name: set_disabled
-- Nobody comes in by it any more, or somebody does again.
update account set disabled_at = case when $2 then coalesce(disabled_at, now()) end
where id = $1;

-- name: set_password
-- A password that somebody else set.
update account set password_hash = $2, must_change = $3 where id = $1;

-- name: forgive
-- What was tried by this name counts no more.
insert into log_in_attempt (name_sha256, address, let_in)
values (sha256(convert_to($1, 'UTF8')), '', true);

-- name: sessions_of
-- The sessions of an account that go on, the newest first.
select way, address, made_at, seen_at, expires_at from session
where account = $1 and ended_at is null and expires_at > now()
order by made_at desc;

-- name: make_token
-- A script's key.
insert into api_token (sha256, account, name, made_by, expires_at)
values ($1, $2, $3, $4, now() + $5::interval)
returning id, expires_at;

-- name: tokens_of
-- The keys of an account, the newest first.
select id, name, made_at, made_by, expires_at, last_used_at, ended_at from api_token
where account = $1
order by id desc;

-- name: end_tokens
-- An account's keys end: one of them, or all.
with ended as (
    update api_token set ended_at = now()
    where account = $1 and ended_at is null and ($2::bigint is null or id = $2)
    returning id
)
select count(*) from ended;
