-- name: hold_panel
-- a panel that sat; said again, it is the one that is there
insert into panel (kind, force, held_on, chair, agencies, said_by)
values ($1, $2, $3, $4, $5, $6)
on conflict (kind, force, held_on) do nothing;

-- name: panels
-- the panels of a force, the last first
select id, kind, force, held_on, chair, agencies, said_by, said_at from panel
where ($1::text is null or force = $1) and ($2::text is null or kind = $2)
    and ($3::bigint is null or id = $3)
order by held_on desc, id desc;

-- name: make_referral
-- the standard form, as it was filled in
insert into referral (nominal_id, force, lpu, cohort, criteria, reason, agency, urgent,
    made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
returning id;

-- name: find_referrals
-- a page of referrals with what became of them and the total; waiting and urgent first,
-- or the newest first, or by nominal ($8)
with found as materialized (
    select referral.*, ruling.step, ruling.panel, ruling.agencies, ruling.said_by,
        ruling.reason as ruling_reason, ruling.said_at
    from referral left join referral_ruling as ruling on ruling.referral = referral.id
    where ($1::bigint is null or referral.id = $1)
        and ($2::text is null or referral.nominal_id = $2)
        and ($3::text is null or referral.force = $3)
        and ($4::text is null or referral.lpu = $4)
        and ($5::boolean is null or (ruling.step is null) = $5)
), page as (
    select *, row_number() over (
        order by case when $8 = 'nominal' then nominal_id end,
            case when $8 = 'newest' then made_at end desc,
            step is not null, not urgent, made_at, id) as nth
    from found
    order by nth limit $6 offset $7
)
select counted.total, page.*
from (select count(*) as total from found) as counted left join page on true
order by page.nth;

-- name: lock_referral
-- nobody else decides on it meanwhile
select id, pg_advisory_xact_lock(hashtext('referral'), id::integer) from referral
where id = $1;

-- name: rule
-- what became of a referral; said once
insert into referral_ruling (referral, step, panel, agencies, said_by, reason)
values ($1, $2, $3, $4, $5, $6);
