-- Wrong tries lock a name where they come from and nowhere else, so that nobody locks out
-- another from afar; very many at one name from anywhere slow the next ones.
-- A try by a name begins: with the hash to compare with, or until when to wait. No hash
-- is given without a try that counts; `at_most` failures from an address lock the name
-- there for `lock`, `at_most_here` at any names the address, and `at_most_anywhere` at
-- the name within `lock` have the try `slowed`. A name that nobody has is treated alike.
drop function log_in_began(text, text, integer, integer, interval);
create function log_in_began(
    tried_name text, from_address text, at_most integer, at_most_here integer,
    at_most_anywhere integer, lock interval
) returns table (
    attempt bigint, account bigint, password_hash text, locked_until timestamptz,
    slowed boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
declare
    tried bytea := sha256(convert_to(tried_name, 'UTF8'));
    failed timestamptz[];
    failed_here timestamptz[];
begin
    -- One at a time, or many at once would all find few failures.
    perform pg_advisory_xact_lock(hashtextextended('geocorr.log_in', 0));
    -- Who manages accounts forgives from no address, and so for all.
    failed := array(
        select a.at from log_in_attempt as a
        where a.name_sha256 = tried and not a.let_in and a.address = from_address
            and a.at > clock_timestamp() - 2 * lock
            and a.at > coalesce(
                (select max(b.at) from log_in_attempt as b
                 where b.name_sha256 = tried and b.let_in
                    and b.address in (from_address, '')), '-infinity')
        order by a.at desc limit at_most);
    failed_here := array(
        select a.at from log_in_attempt as a
        where a.address = from_address and not a.let_in
        order by a.at desc limit at_most_here);
    if failed[at_most] > failed[1] - lock and failed[1] + lock > clock_timestamp() then
        return query select null::bigint, null::bigint, null::text, failed[1] + lock,
            false;
    elsif failed_here[at_most_here] > clock_timestamp() - lock then
        return query select null::bigint, null::bigint, null::text,
            failed_here[at_most_here] + lock, false;
    else
        slowed := at_most_anywhere <= (
            select count(*) from log_in_attempt as a
            where a.name_sha256 = tried and not a.let_in
                and a.at > clock_timestamp() - lock
                and a.at > coalesce(
                    (select max(b.at) from log_in_attempt as b
                     where b.name_sha256 = tried and b.let_in and b.address = ''),
                    '-infinity'));
        insert into log_in_attempt (name_sha256, address, at)
        values (tried, from_address, clock_timestamp()) returning id into attempt;
        return query select attempt, a.id, a.password_hash, null::timestamptz, slowed
            from (select 1) as always
            left join account as a on a.name = tried_name and a.disabled_at is null;
    end if;
end
$$;
revoke execute on function
    log_in_began(text, text, integer, integer, integer, interval) from public;
call allow('geocorr_web', 'execute',
    'function log_in_began(text, text, integer, integer, integer, interval)');
call allow('geocorr_worker', 'execute',
    'function log_in_began(text, text, integer, integer, integer, interval)');
