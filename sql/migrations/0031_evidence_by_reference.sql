-- What a verdict rests on stands in the trails already. A list of everyone's verdicts no
-- longer copies it: it keeps the times of each wearer's fixes, first_us to last_us, and
-- whoever changes or removes rows of those times first puts the fixes aside as they were,
-- in `verdict_slice`.
-- `proofs` is packed (sql/verdicts.py): of each answer where its copied evidence begins
-- and ends (-1: none was copied), the order's time in force, and whether tampering would
-- be known. Older runs have null, and arrays of some of that.
alter table verdict_list
    add column proofs bytea,
    add column rests_from timestamptz,
    add column rests_to timestamptz,
    alter column evidence_ends drop not null,
    drop constraint verdict_list_check1,
    add check (num_nonnulls(evidence, evidence_starts, proofs) = 1),
    add check ((evidence_ends is null) = (proofs is not null)),
    add check ((rests_from is null) = (rests_to is null)),
    add check (rests_from is null or proofs is not null);
create index verdict_list_rests on verdict_list (rests_from, rests_to)
    where rests_from is not null;

-- `place` counts the answers of the list from 1.
create table verdict_slice (
    run    bigint not null references verdict_list on delete cascade,
    place  integer not null,
    packet bytea not null,
    primary key (run, place)
) with (toast_tuple_target = 8160);
alter table verdict_slice alter column packet set storage external;
call allow('geocorr_worker', 'select, insert', 'verdict_slice');

-- Do the trails of these UTC days stand still until the transaction ends? False, and at
-- once, where somebody is changing them. Meanwhile who wants to change them waits.
create function trail_days_stand(first_day date, last_day date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    part text;
begin
    -- A day that is not there yet must not come, either.
    if not pg_try_advisory_xact_lock_shared(hashtext('trail_partition')) then
        return false;
    end if;
    for day in 0 .. last_day - first_day loop
        part := 'trail_' || to_char(first_day + day, 'YYYYMMDD');
        if to_regclass('public.' || part) is not null then
            execute format('lock table %I in share mode nowait', part);
        end if;
    end loop;
    return true;
exception when lock_not_available then
    return false;
end
$$;

-- Wait until nobody rests on these UTC days' standing still, and have them change.
create function trail_days_change(days date[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    day date;
    part text;
begin
    foreach day in array days loop
        part := 'trail_' || to_char(day, 'YYYYMMDD');
        if to_regclass('public.' || part) is not null then
            execute format('lock table %I in row exclusive mode', part);
        end if;
    end loop;
end
$$;
revoke execute on function trail_days_stand(date, date) from public;
revoke execute on function trail_days_change(date[]) from public;
call allow('geocorr_worker', 'execute', 'function trail_days_stand(date, date)');
call allow('geocorr_worker', 'execute', 'function trail_days_change(date[])');
