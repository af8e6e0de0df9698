-- The audit as a chain, holds, and what retention removed.

-- Why somebody looked or did it, in their own words; empty where nothing asks for it.
alter table audit add column why text not null default '';
create index audit_subject on audit (subject, id);
create index audit_actor on audit (actor, id);
create index audit_at on audit using brin (at);
create index audit_nominals on audit using gin ((detail -> 'nominals'))
    where detail ? 'nominals';

-- Every entry of the audit has its place in a chain: `hash` is the SHA-256 of the hash
-- before it and of all that the entry says, so that an entry that was changed, taken out
-- or put in breaks every link after it.
create table audit_link (
    seq       bigint primary key check (seq > 0),
    entry     bigint not null unique,
    prev_hash bytea not null check (octet_length(prev_hash) = 32),
    hash      bytea not null check (octet_length(hash) = 32)
);

-- Where retention cut the chain off: the links up to `seq` went, the last had this hash.
create table audit_anchor (
    seq            bigint primary key,
    hash           bytea not null check (octet_length(hash) = 32),
    entries        bigint not null,
    first_at       timestamptz not null,
    last_at        timestamptz not null,
    anchored_at    timestamptz not null default now(),
    anchored_by    text not null check (anchored_by <> ''),
    retention_hash text not null
);

-- The parts in their order, each behind its length in bytes, so that no two entries read
-- alike; the time in microseconds since 1970.
create function audit_hash(prev_hash bytea, seq bigint, entry audit) returns bytea
language sql stable set search_path = public, pg_temp as $$
    select sha256(prev_hash || convert_to(
        string_agg(octet_length(part) || ':' || part, ',' order by place), 'UTF8'))
    from unnest(array[seq::text, entry.id::text,
        (extract(epoch from entry.at) * 1000000)::bigint::text, entry.actor,
        entry.action, entry.subject, entry.detail::text, entry.why])
        with ordinality as parts (part, place)
$$;

-- Put an entry at the end of the chain. The lock is the commit's own: taken when all
-- else is done, given back by the commit, so that writers wait for one another no longer
-- than that. In a transaction that reads an older moment it fails rather than forks.
create function audit_chain() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtext('geocorr.audit'));
    select seq, hash into last from audit_link order by seq desc limit 1;
    if not found then
        select coalesce(max(seq), 0) as seq, coalesce(
            (select hash from audit_anchor order by seq desc limit 1),
            decode(repeat('00', 32), 'hex')) as hash
        into last from audit_anchor;
    end if;
    insert into audit_link (seq, entry, prev_hash, hash)
    values (last.seq + 1, new.id, last.hash, audit_hash(last.hash, last.seq + 1, new));
    return null;
end
$$;

-- What was written before there was a chain, in the order in which it was written.
do $$
declare
    past audit;
    prev bytea := decode(repeat('00', 32), 'hex');
    n    bigint := 0;
begin
    for past in select * from audit order by id loop
        n := n + 1;
        insert into audit_link values (n, past.id, prev, audit_hash(prev, n, past))
        returning hash into prev;
    end loop;
end
$$;
create constraint trigger audit_chained after insert on audit
    deferrable initially deferred for each row execute function audit_chain();

-- Nobody changes what was written, the owner neither; and only what lies before an
-- anchor goes.
create function audit_stays() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    cut bigint := coalesce((select max(seq) from audit_anchor), 0);
begin
    if tg_op = 'DELETE' and tg_table_name = 'audit' then
        if exists (select from audit_link where entry = old.id and seq <= cut) then
            return old;
        end if;
    elsif tg_op = 'DELETE' and tg_table_name = 'audit_link' then
        if old.seq <= cut then
            return old;
        end if;
    end if;
    raise 'The audit is written once.' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_stays before update or delete on audit
    for each row execute function audit_stays();
create trigger audit_is_not_emptied before truncate on audit
    for each statement execute function audit_stays();
create trigger audit_link_stays before update or delete on audit_link
    for each row execute function audit_stays();
create trigger audit_link_is_not_emptied before truncate on audit_link
    for each statement execute function audit_stays();
create trigger audit_anchor_stays before update or delete on audit_anchor
    for each row execute function audit_stays();
create trigger audit_anchor_is_not_emptied before truncate on audit_anchor
    for each statement execute function audit_stays();

-- Retention: remove the chain up to a link and leave an anchor there. Whatever a policy
-- says, nothing of the last year goes, and the last link stays.
create function audit_forget(upto bigint, who text, retention text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint;
begin
    perform pg_advisory_xact_lock(hashtext('geocorr.audit'));
    if upto >= (select max(seq) from audit_link) or exists (
            select from audit_link join audit on audit.id = audit_link.entry
            where audit_link.seq <= upto and audit.at > now() - interval '1 year') then
        raise 'The audit of the last year stays.' using errcode = 'insufficient_privilege';
    end if;
    insert into audit_anchor (seq, hash, entries, first_at, last_at, anchored_by,
        retention_hash)
    select upto, (select hash from audit_link where seq = upto), count(*), min(audit.at),
        max(audit.at), who, retention
    from audit_link join audit on audit.id = audit_link.entry
    where audit_link.seq <= upto
    returning entries into gone;
    delete from audit using audit_link as link
    where link.entry = audit.id and link.seq <= upto;
    delete from audit_link where seq <= upto;
    return gone;
end
$$;

-- An investigation for which everything of a crime or of a nominal is kept, whatever its
-- time; until a day, or until somebody ends it.
create table hold (
    id         bigint generated always as identity primary key,
    force      text,
    reference  text,
    nominal_id text,
    reason     text not null check (reason <> ''),
    until      date,
    made_by    text not null check (made_by <> ''),
    made_at    timestamptz not null default now(),
    check (num_nonnulls(reference, nominal_id) = 1),
    check ((force is null) = (reference is null))
);
create table hold_end (
    hold     bigint primary key references hold,
    reason   text not null check (reason <> ''),
    ended_by text not null check (ended_by <> ''),
    ended_at timestamptz not null default now()
);
create view hold_now as
select hold.*, until is null or until >= (now() at time zone 'Europe/London')::date
    as live
from hold where not exists (select from hold_end where hold_end.hold = hold.id);

-- What went because its time was over: how many of what, of which times, by which
-- retention; without saying whose it was.
create table purge_record (
    id             bigint generated always as identity primary key,
    kind           text not null check (kind <> ''),
    purged_at      timestamptz not null default now(),
    purged_by      text not null check (purged_by <> ''),
    counts         jsonb not null,
    from_at        timestamptz,
    to_at          timestamptz,
    days           integer not null check (days > 0),
    retention_hash text not null
);
create index purge_record_kind on purge_record (kind, id);

-- Of which times a file's fixes are (null: not known, none is later than its arrival);
-- and when the bytes of a file went, of which only this stays on record.
alter table trail_file
    add column first_fix_at timestamptz,
    add column last_fix_at timestamptz,
    add column purged_at timestamptz;
alter table original_file add column purged_at timestamptz;

-- What is held now: crimes, nominals, and the times of whose trails all is kept.
create function held_crimes() returns setof bigint
language sql stable set search_path = public, pg_temp as $$
    select crime.id from hold_now as hold
    join crime on crime.force = hold.force and crime.reference = hold.reference
    where hold.live
$$;
create function held_nominals() returns setof text
language sql stable set search_path = public, pg_temp as $$
    select nominal_id from hold_now where live and nominal_id is not null
$$;
create function held_times(margin interval)
returns table (from_at timestamptz, to_at timestamptz)
language sql stable set search_path = public, pg_temp as $$
    select window_from - margin, window_to + margin from crime_version
    where crime in (select held_crimes())
$$;

-- Whatever a policy says, nothing of the last four weeks goes.
create function forgettable(upto timestamptz) returns void
language plpgsql stable set search_path = public, pg_temp as $$
begin
    if upto is null or upto > now() - interval '28 days' then
        raise 'What is of the last four weeks stays.'
            using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- The devices whose trails of a UTC day are kept, because a nominal who is held wore
-- them; null where a crime is held of which all trails are.
create function trail_kept(day date, margin interval) returns integer[]
language sql stable set search_path = public, pg_temp as $$
    select case when not exists (
            select from held_times(margin)
            where from_at < (day + 1)::timestamp at time zone 'UTC'
                and to_at >= day::timestamp at time zone 'UTC')
        then array(
            select distinct device.id from tag_order
            join device on device.device_id = tag_order.device_id
            where tag_order.nominal_id in (select held_nominals())
                and tag_order.during && tstzrange(day::timestamp at time zone 'UTC',
                    (day + 1)::timestamp at time zone 'UTC'))
        end
$$;

-- The UTC days of which there are trails.
create function trail_days() returns setof date
language sql stable set search_path = public, pg_temp as $$
    select to_date(right(relname, 8), 'YYYYMMDD') from pg_class
    join pg_inherits on inhrelid = pg_class.oid
    where inhparent = 'trail'::regclass and relname ~ '^trail_\d{8}$'
$$;

-- Remove the trails of a UTC day, but of the devices that are kept; how many rows and
-- fixes went, and how many rows stay. A day with nothing left gives back its room.
create function trail_day_forgotten(day date, margin interval, out n_rows bigint,
    out n_fixes bigint, out n_held bigint)
language plpgsql security definer
set search_path = public, pg_temp set lock_timeout = '10s' as $$
declare
    part text := 'trail_' || to_char(day, 'YYYYMMDD');
    kept integer[];
begin
    perform forgettable((day + 1)::timestamp at time zone 'UTC');
    kept := trail_kept(day, margin);
    execute format('select count(*) filter (where $1 is null or device = any($1)),
        count(*) filter (where device <> all($1)),
        coalesce(sum(n_own) filter (where device <> all($1)), 0) from %I', part)
        into n_held, n_rows, n_fixes using kept;
    if n_held = 0 then
        execute format('drop table %I', part);
    elsif n_rows > 0 then
        execute format('delete from %I where device <> all($1)', part) using kept;
    end if;
end
$$;

-- Trail files all of whose fixes are of a time that is over. Of older files it is not
-- known of which times; none of their fixes is later than their arrival.
create function trail_files_due(upto timestamptz, margin interval)
returns table (sha256 bytea, first_at timestamptz, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select sha256, first_fix_at, last_at, exists (
            select from held_times(margin) as held
            where held.to_at >= first_at and held.from_at <= last_at)
        or exists (
            select from tag_order where nominal_id in (select held_nominals())
                and during && tstzrange(first_at, last_at, '[]'))
    from trail_file
    cross join lateral (select coalesce(first_fix_at, '-infinity') as first_at,
        coalesce(last_fix_at, received_at) as last_at) as times
    where purged_at is null and last_at <= upto
$$;
create function trail_files_forgotten(upto timestamptz, margin interval, at_most integer,
    out n_files bigint, out n_bytes bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bytea[];
begin
    perform forgettable(upto);
    select array_agg(due.sha256), count(*), min(due.first_at), max(due.last_at)
    into gone, n_files, first_at, last_at
    from (select * from trail_files_due(upto, margin) as f where not f.held
        order by f.last_at, f.sha256 limit at_most) as due;
    select coalesce(sum(octet_length(bytes)), 0) into n_bytes
    from trail_file_piece where sha256 = any(gone);
    delete from trail_file_piece where sha256 = any(gone);
    update trail_file set purged_at = now() where sha256 = any(gone);
end
$$;

-- Tags and persons at a crime, in all its versions, whose time is over: those on whom a
-- word other than `dismissed` was ever said, or the others. Time runs from the last run
-- that found them, or the last word.
create function pairs_due(of_qualified boolean, upto timestamptz)
returns table (crime bigint, device_id text, nominal_id text, last_at timestamptz,
    held boolean)
language sql stable set search_path = public, pg_temp as $$
    with found as (
        select version.crime, hit.device_id, hit.nominal_id,
            max(run.started_at) as found_at
        from hit
        join run on run.id = hit.run
        join crime_version as version on version.id = hit.crime_version
        group by version.crime, hit.device_id, hit.nominal_id
    ), spoken as (
        select version.crime, said.device_id, said.nominal_id,
            max(said.said_at) as said_at,
            bool_or(said.word <> 'dismissed') as qualified
        from hit_decision as said
        join crime_version as version on version.id = said.crime_version
        group by version.crime, said.device_id, said.nominal_id
    )
    select crime, device_id, nominal_id, greatest(found_at, said_at),
        crime in (select held_crimes()) or nominal_id in (select held_nominals())
    from found left join spoken using (crime, device_id, nominal_id)
    where coalesce(qualified, false) = of_qualified
        and greatest(found_at, said_at) <= upto
$$;
create function pairs_forgotten(of_qualified boolean, upto timestamptz, at_most integer,
    piece_bytes integer, out n_pairs bigint, out n_hits bigint, out n_words bigint,
    out n_assessments bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
    runs bigint[];
    part record;
begin
    perform forgettable(upto);
    with due as materialized (
        select * from pairs_due(of_qualified, upto) as p where not p.held
        order by p.last_at, p.crime, p.device_id, p.nominal_id limit at_most
    ), theirs as (
        select hit.id, hit.run from due
        join crime_version as version on version.crime = due.crime
        join hit on hit.crime_version = version.id and hit.device_id = due.device_id
            and hit.nominal_id = due.nominal_id
    )
    select array(select id from theirs order by id),
        array(select distinct run from theirs),
        count(*), min(due.last_at), max(due.last_at)
    into gone, runs, n_pairs, first_at, last_at from due;
    -- Pieces of evidence that other hits share are blanked where these were, and go
    -- when no hit is left in them.
    for part in
        select hit.run, piece.number,
            greatest(hit.evidence_at - piece.number * piece_bytes, 0)::integer as a,
            least(hit.evidence_at + hit.evidence_bytes - piece.number * piece_bytes,
                piece_bytes)::integer as b
        from hit cross join lateral generate_series(hit.evidence_at / piece_bytes,
            (hit.evidence_at + hit.evidence_bytes - 1) / piece_bytes) as piece (number)
        where hit.id = any(gone) and hit.evidence_at is not null
    loop
        update hit_evidence
        set data = overlay(data placing decode(repeat('00', part.b - part.a), 'hex')
            from part.a + 1 for part.b - part.a)
        where run = part.run and piece = part.number;
    end loop;
    delete from assessment where hit = any(gone);
    get diagnostics n_assessments = row_count;
    delete from hit_decision where hit = any(gone);
    get diagnostics n_words = row_count;
    delete from hit where id = any(gone);
    get diagnostics n_hits = row_count;
    delete from hit_evidence as evidence
    where run = any(runs) and not exists (
        select from hit where hit.run = evidence.run and evidence_at is not null
            and evidence.piece between evidence_at / piece_bytes
                and (evidence_at + evidence_bytes - 1) / piece_bytes);
end
$$;

-- Verdicts that were asked for; of a crime with a qualified hit they stay with it, since
-- they say of everybody else why they were not told.
create function verdict_lists_due(upto timestamptz)
returns table (run bigint, answered_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select list.run, run.started_at,
        version.crime in (select held_crimes()) is true
            or list.nominal_ids && array(select held_nominals())
            or list.nominal_id in (select held_nominals()) is true
    from verdict_list as list
    join run on run.id = list.run
    left join crime_version as version on version.id = list.crime_version
    where run.started_at <= upto and not exists (
        select from hit_decision as said
        join crime_version as same on same.id = said.crime_version
        where same.crime = version.crime and said.word <> 'dismissed')
$$;
create function verdict_lists_forgotten(upto timestamptz, at_most integer,
    out n_lists bigint, out n_answers bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.run), count(*), min(due.answered_at), max(due.answered_at)
    into gone, n_lists, first_at, last_at
    from (select * from verdict_lists_due(upto) as l where not l.held
        order by l.run limit at_most) as due;
    select coalesce(sum(cardinality(device_ids)), 0) into n_answers
    from verdict_list where run = any(gone);
    delete from verdict_evidence where run = any(gone);
    delete from verdict_list where run = any(gone);
end
$$;

-- Crimes whose time is over and of which no hit and no verdict is left.
create function crimes_due(upto timestamptz)
returns table (crime bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select crime, max(greatest(window_to, created_at)),
        crime in (select held_crimes())
    from crime_version as version
    where not exists (
            select from hit join crime_version as same on same.id = hit.crime_version
            where same.crime = version.crime)
        and not exists (
            select from verdict_list as list
            join crime_version as same on same.id = list.crime_version
            where same.crime = version.crime)
    group by crime
    having max(greatest(window_to, created_at)) <= upto
$$;
create function crimes_forgotten(upto timestamptz, at_most integer, out n_crimes bigint,
    out n_versions bigint, out n_statements bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone     bigint[];
    versions bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.crime), count(*), min(due.last_at), max(due.last_at)
    into gone, n_crimes, first_at, last_at
    from (select * from crimes_due(upto) as c where not c.held
        order by c.last_at, c.crime limit at_most) as due;
    versions := array(select id from crime_version where crime = any(gone));
    delete from coverage_due where crime_version = any(versions);
    delete from coverage_statement where crime_version = any(versions);
    get diagnostics n_statements = row_count;
    delete from batch_crime where crime_version = any(versions);
    delete from crime_version where id = any(versions);
    get diagnostics n_versions = row_count;
    delete from crime where id = any(gone);
end
$$;

-- Files as they came, of which no crime is left; with the rows of them that were refused
-- and what was wrong with those. Files of persons stay while a nominal is held: in which
-- of them he stands, nobody wrote down. Weights stay with their set.
create function files_due(upto timestamptz)
returns table (sha256 bytea, received_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select file.sha256, file.received_at, file.kind <> 'crimes'
        and exists (select held_nominals())
    from original_file as file
    where file.purged_at is null and file.received_at <= upto
        and not exists (select from weight_set where weight_set.sha256 = file.sha256)
        and not exists (
            select from batch join crime_version as version on version.batch = batch.id
            where batch.sha256 = file.sha256)
        and not exists (
            select from batch join batch_crime on batch_crime.batch = batch.id
            where batch.sha256 = file.sha256)
$$;
create function files_forgotten(upto timestamptz, at_most integer, out n_files bigint,
    out n_bytes bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bytea[];
begin
    perform forgettable(upto);
    select array_agg(due.sha256), count(*), min(due.received_at), max(due.received_at)
    into gone, n_files, first_at, last_at
    from (select * from files_due(upto) as f where not f.held
        order by f.received_at, f.sha256 limit at_most) as due;
    select coalesce(sum(octet_length(compressed)), 0) into n_bytes
    from original_file where sha256 = any(gone);
    update original_file set compressed = '', purged_at = now()
    where sha256 = any(gone);
    update batch set faults = '[]', warnings = '[]', refused = '[]'
    where sha256 = any(gone);
end
$$;

-- Sessions and journeys to the provider that are over, and tries to come in, up to a time.
create function log_ins_forgotten(upto timestamptz, out n_sessions bigint,
    out n_attempts bigint, out n_journeys bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from session where coalesce(ended_at, expires_at) <= upto;
    get diagnostics n_sessions = row_count;
    delete from log_in_attempt where at <= upto;
    get diagnostics n_attempts = row_count;
    delete from oidc_journey where made_at <= upto;
    get diagnostics n_journeys = row_count;
end
$$;
-- How many sessions are over, and since when.
create function log_ins_due(upto timestamptz, out n bigint, out held bigint,
    out from_at timestamptz, out to_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    select count(*), 0, min(coalesce(ended_at, expires_at)),
        max(coalesce(ended_at, expires_at))
    into n, held, from_at, to_at
    from session where coalesce(ended_at, expires_at) <= upto;
end
$$;

-- These are the one way in which things go, and the worker's alone.
do $$
declare
    one text;
begin
    foreach one in array array['trail_day_forgotten(date, interval)',
        'trail_files_forgotten(timestamptz, interval, integer)',
        'pairs_forgotten(boolean, timestamptz, integer, integer)',
        'verdict_lists_forgotten(timestamptz, integer)',
        'crimes_forgotten(timestamptz, integer)',
        'files_forgotten(timestamptz, integer)',
        'log_ins_due(timestamptz)', 'log_ins_forgotten(timestamptz)',
        'audit_forget(bigint, text, text)'] loop
        execute 'revoke execute on function ' || one || ' from public';
        call allow('geocorr_worker', 'execute', 'function ' || one);
    end loop;
end
$$;

-- A right to insert is one to say who did what: not when, and not in which place.
do $$
begin
    if to_regrole('geocorr_worker') is not null then
        revoke insert on audit from geocorr_worker;
    end if;
    if to_regrole('geocorr_web') is not null then
        revoke insert on audit from geocorr_web;
    end if;
end
$$;
call allow('geocorr_worker', 'insert (actor, action, subject, detail, why)', 'audit');
call allow('geocorr_web', 'insert (actor, action, subject, detail, why)', 'audit');
call allow('geocorr_worker', 'select', 'audit_link, audit_anchor, hold_now');
call allow('geocorr_web', 'select',
    'audit_link, audit_anchor, hold, hold_end, hold_now, purge_record');
call allow('geocorr_worker', 'select, insert', 'hold, hold_end, purge_record');
call allow('geocorr_worker', 'update (first_fix_at, last_fix_at)', 'trail_file');
call allow('geocorr_worker', 'update (compressed, purged_at)', 'original_file');
