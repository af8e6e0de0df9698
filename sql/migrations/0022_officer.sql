-- Why somebody asked for more than their work shows: a longer trail round a hit, the names
-- behind counts, where a tag was. Written once; what it opens names it.
create table reason (
    id       bigint generated always as identity primary key,
    account  text not null check (account <> ''),
    purpose  text not null check (purpose in ('longer slice', 'names', 'locations')),
    subject  text not null check (subject <> ''),
    from_at  timestamptz,
    to_at    timestamptz,
    reason   text not null check (btrim(reason) <> ''),
    given_at timestamptz not null default now(),
    check (from_at <= to_at)
);

-- Who looked at these hits lately, as the audit says: whose hit is in hand is no secret
-- among those who see the hit, though the audit is.
create function lookers(hits bigint[], since timestamptz)
returns table (hit bigint, account text, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select asked.hit, entry.actor, max(entry.at)
    from unnest(hits) as asked (hit)
    join hit on hit.id = asked.hit and (not asked_by_web() or acts_as('central_team')
        or hit.force = investigated_force())
    join audit as entry on entry.subject = 'hit ' || asked.hit
    where entry.action = 'read hit' and entry.at >= since
    group by asked.hit, entry.actor
$$;
revoke all on function lookers(bigint[], timestamptz) from public;

call guard('reason', 'account = (select acting(''account''))');
call allow('geocorr_web', 'select, insert', 'reason');
call allow('geocorr_web', 'usage', 'sequence reason_id_seq');
call allow('geocorr_web', 'execute', 'function lookers(bigint[], timestamptz)');
