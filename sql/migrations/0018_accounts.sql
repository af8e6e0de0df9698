-- Who may come in. Accounts are never deleted; the web's role reads none of these tables:
-- it asks the functions below, one name, one session, one token at a time.
create table account (
    id            bigint generated always as identity primary key,
    name          text not null unique check (name ~ '^[a-z0-9][a-z0-9._@-]{1,99}$'),
    shown         text not null check (shown <> ''),
    roles         text[] not null check (roles <@ array['central_team', 'investigator',
        'lpu_team', 'intelligence', 'auditor', 'admin', 'om_inspector', 'supervisor']),
    force         text,
    lpu           text,
    -- Who the provider says it is; its own name where nothing else was agreed.
    subject       text not null unique,
    -- argon2id; null for who comes in by the provider alone.
    password_hash text,
    must_change   boolean not null default true,
    made_at       timestamptz not null default now(),
    made_by       text not null,
    disabled_at   timestamptz
);

-- A session by the hash of its id, which only the browser holds.
create table session (
    id         bytea primary key check (octet_length(id) = 32),
    account    bigint not null references account,
    way        text not null check (way in ('password', 'oidc')),
    address    text not null,
    made_at    timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at   timestamptz,
    ended_why  text
);
create index session_account on session (account) where ended_at is null;

-- A script's key by its hash.
create table api_token (
    id           bigint generated always as identity primary key,
    sha256       bytea not null unique check (octet_length(sha256) = 32),
    account      bigint not null references account,
    name         text not null,
    made_at      timestamptz not null default now(),
    made_by      text not null,
    expires_at   timestamptz not null,
    last_used_at timestamptz,
    ended_at     timestamptz
);

-- Every try to come in by a name, known or not; the name as a hash, for people type
-- passwords into the wrong field.
create table log_in_attempt (
    id          bigint generated always as identity primary key,
    name_sha256 bytea not null,
    address     text not null,
    at          timestamptz not null default now(),
    let_in      boolean not null default false
);
create index log_in_attempt_name on log_in_attempt (name_sha256, at);
create index log_in_attempt_address on log_in_attempt (address, at);

-- Somebody on the way to the provider and back.
create table oidc_journey (
    state     bytea primary key check (octet_length(state) = 32),
    nonce     text not null,
    verifier  text not null,
    next_path text not null,
    made_at   timestamptz not null default now(),
    used_at   timestamptz
);

-- A try by a name begins: with the hash to compare with, or until when to wait. No hash
-- is given without a try that counts; `at_most` failures lock the name for `lock`, and
-- `at_most_here` an address. A name that nobody has is treated alike.
create function log_in_began(
    tried_name text, from_address text, at_most integer, at_most_here integer,
    lock interval
) returns table (
    attempt bigint, account bigint, password_hash text, locked_until timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
declare
    tried bytea := sha256(convert_to(tried_name, 'UTF8'));
    failed timestamptz[];
    failed_here timestamptz[];
begin
    -- One at a time, or many at once would all find few failures.
    perform pg_advisory_xact_lock(hashtextextended('geocorr.log_in', 0));
    failed := array(
        select a.at from log_in_attempt as a
        where a.name_sha256 = tried and not a.let_in
            and a.at > coalesce(
                (select max(b.at) from log_in_attempt as b
                 where b.name_sha256 = tried and b.let_in), '-infinity')
        order by a.at desc limit at_most);
    failed_here := array(
        select a.at from log_in_attempt as a
        where a.address = from_address and not a.let_in
        order by a.at desc limit at_most_here);
    if failed[at_most] > failed[1] - lock and failed[1] + lock > clock_timestamp() then
        return query select null::bigint, null::bigint, null::text, failed[1] + lock;
    elsif failed_here[at_most_here] > clock_timestamp() - lock then
        return query select null::bigint, null::bigint, null::text,
            failed_here[at_most_here] + lock;
    else
        insert into log_in_attempt (name_sha256, address, at)
        values (tried, from_address, clock_timestamp()) returning id into attempt;
        return query select attempt, a.id, a.password_hash, null::timestamptz
            from (select 1) as always
            left join account as a on a.name = tried_name and a.disabled_at is null;
    end if;
end
$$;

-- The try was let in: what failed before it counts no more.
create function log_in_ended(attempt bigint) returns void
language sql security definer set search_path = public, pg_temp as $$
    update log_in_attempt set let_in = true where id = attempt
$$;

-- A session begins for an account that is not disabled; says whether it did.
create function session_opened(
    session_id bytea, of_account bigint, by_way text, from_address text, lasts interval
) returns boolean language sql security definer set search_path = public, pg_temp as $$
    with opened as (
        insert into session (id, account, way, address, expires_at)
        select session_id, id, by_way, from_address, now() + lasts
        from account where id = of_account and disabled_at is null
        returning id
    )
    select exists (select from opened)
$$;

-- Whose session it is, if it still is one; that it was seen is kept to the minute.
create function session_seen(session_id bytea, idle interval)
returns table (
    account bigint, name text, shown text, roles text[], force text, lpu text,
    must_change boolean
) language sql security definer set search_path = public, pg_temp as $$
    with found as (
        select s.way, a.* from session as s join account as a on a.id = s.account
        where s.id = session_id and s.ended_at is null and a.disabled_at is null
            and now() < s.expires_at and now() < s.seen_at + idle
    ), noted as (
        update session set seen_at = now()
        where id = session_id and seen_at < now() - interval '1 minute'
            and exists (select from found)
    )
    select id, name, shown, roles, force, lpu, must_change and way = 'password'
    from found
$$;

create function session_ended(session_id bytea, why text) returns void
language sql security definer set search_path = public, pg_temp as $$
    update session set ended_at = now(), ended_why = why
    where id = session_id and ended_at is null
$$;

-- All sessions of an account end but one, which may be none.
create function sessions_ended(of_account bigint, but bytea, why text) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with ended as (
        update session set ended_at = now(), ended_why = why
        where account = of_account and ended_at is null and id is distinct from but
        returning id
    )
    select count(*) from ended
$$;

-- Whose token it is, if it still is one; when it was used is kept to the minute.
create function token_used(token_sha256 bytea)
returns table (
    account bigint, name text, shown text, roles text[], force text, lpu text
) language sql security definer set search_path = public, pg_temp as $$
    with found as (
        select t.id as token, a.* from api_token as t join account as a on a.id = t.account
        where t.sha256 = token_sha256 and t.ended_at is null and a.disabled_at is null
            and now() < t.expires_at
    ), noted as (
        update api_token set last_used_at = now()
        where id in (select token from found)
            and (last_used_at is null or last_used_at < now() - interval '1 minute')
    )
    select id, name, shown, roles, force, lpu from found
$$;

-- A person's own new password.
create function password_changed(of_account bigint, new_hash text) returns void
language sql security definer set search_path = public, pg_temp as $$
    update account set password_hash = new_hash, must_change = false
    where id = of_account and disabled_at is null
$$;

-- The account of whom the provider names, if there is one and it is not disabled.
create function account_of_subject(of_subject text)
returns table (account bigint, name text)
language sql security definer set search_path = public, pg_temp as $$
    select id, name from account where subject = of_subject and disabled_at is null
$$;

do $$
declare
    doing text;
begin
    foreach doing in array array[
        'log_in_began(text, text, integer, integer, interval)', 'log_in_ended(bigint)',
        'session_opened(bytea, bigint, text, text, interval)',
        'session_seen(bytea, interval)', 'session_ended(bytea, text)',
        'sessions_ended(bigint, bytea, text)', 'token_used(bytea)',
        'password_changed(bigint, text)', 'account_of_subject(text)'
    ] loop
        execute format('revoke execute on function %s from public', doing);
        call allow('geocorr_web', 'execute', 'function ' || doing);
        call allow('geocorr_worker', 'execute', 'function ' || doing);
    end loop;
end
$$;
call allow('geocorr_worker', 'select, insert, update', 'account, session, api_token');
call allow('geocorr_worker', 'select, insert', 'log_in_attempt');
call allow('geocorr_worker', 'select', 'oidc_journey');
call allow('geocorr_web', 'select, insert', 'oidc_journey');
call allow('geocorr_web', 'update (used_at)', 'oidc_journey');
