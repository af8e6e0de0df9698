-- name: put_notices
-- What departments are to be told, in the transaction of the score.
insert into outbox (nominal_id, kind, day, band_before, band_after, department, email,
    rules, because)
select nominal_id, kind, day, band_before, band_after, department, email, $9, because
from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[],
        $7::text[], $8::text[])
    as given (nominal_id, kind, day, band_before, band_after, department, email, because);

-- name: find_notices
-- A page of notices, newest first, with the total; one row with the total alone where
-- the page is empty. `seen`: a person has said so; $8: what nobody has seen first.
with told as (
    select id, exists (
        select from outbox_step
        where outbox_step.outbox = outbox.id and step = 'seen') as is_seen
    from outbox
    where ($1::bigint is null or id = $1)
        and ($2::text is null or department = $2)
        and ($3::text is null or nominal_id = $3)
        and ($5::text is null or kind = $5)
), found as materialized (
    select * from told where $4::boolean is null or $4 = is_seen
), page as (
    select id from found order by $8::boolean and is_seen, id desc limit $6 offset $7
), listed as (
    select outbox.*,
        (select step from outbox_step as step
            where step.outbox = outbox.id and step.step in ('sent', 'failed')
            order by step.id desc limit 1) as mail,
        seen.by as seen_by, seen.at as seen_at
    from page
    join outbox using (id)
    left join lateral (
        select by, at from outbox_step
        where outbox_step.outbox = outbox.id and step = 'seen'
        order by id limit 1
    ) as seen on true
)
select counted.total, listed.*
from (select count(*) as total from found) as counted
left join listed on true
order by $8 and listed.seen_at is not null, listed.id desc;

-- name: lock_mail
-- One mailer at a time, until the transaction ends; false where another is at work.
select pg_try_advisory_xact_lock(hashtext('geocorr.outbox'));

-- name: notices_to_mail
-- Notices with an address that no mail has left for, oldest first; one that failed so
-- many times is left to people.
select id, nominal_id, kind, day, band_before, band_after, department, email, because
from outbox
where email is not null
    and not exists (
        select from outbox_step where outbox_step.outbox = outbox.id and step = 'sent')
    and (select count(*) from outbox_step
        where outbox_step.outbox = outbox.id and step = 'failed') < $1
order by id
limit $2;

-- name: keep_notice_steps
-- What became of notices.
insert into outbox_step (outbox, step, by, detail)
select outbox, $2, $3, $4 from unnest($1::bigint[]) as given (outbox) order by outbox;

-- name: whereabouts
-- By what notices are routed: each nominal's force, flags, and LPU on a day.
select given.nominal_id, nominal.force, owned.lpu,
    coalesce(nominal.flags, '{}') as flags
from unnest($2::text[]) as given (nominal_id)
left join nominal using (nominal_id)
left join ownership_on($1) as owned using (nominal_id);
