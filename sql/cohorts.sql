-- name: lock_review
-- One review writes at a time: what it proposes is compared with what was proposed.
select pg_advisory_xact_lock(hashtext('geocorr.cohort_review'));

-- name: lpus_on
-- Which LPU owns each nominal on a day, where one does.
select nominal_id, lpu from ownership_on($1) where lpu is not null;

-- name: lock_nominal
-- One decision on a nominal at a time.
select pg_advisory_xact_lock(hashtext('geocorr.cohort'), hashtext($1));

-- name: standings_of
-- The last proposal and the last decision of these nominals, by cohort, and since when
-- they have been in it without a break: as `cohort_now`, but looking at theirs alone.
with proposed as (
    select distinct on (nominal_id, cohort) *
    from cohort_proposal
    where nominal_id = any($1::text[])
    order by nominal_id, cohort, id desc
), said as (
    select *, decision = 'leave' as gone,
        max(id) filter (where decision = 'leave') over one as last_leave
    from cohort_decision
    where nominal_id = any($1::text[])
    window one as (partition by nominal_id, cohort)
), spell as (
    select nominal_id, cohort, min(day) as since
    from said where id > coalesce(last_leave, 0)
    group by nominal_id, cohort
), decided as (
    select distinct on (nominal_id, cohort) *
    from said order by nominal_id, cohort, id desc
)
select nominal_id, cohort, proposed.id as proposal,
    coalesce(proposed.action, 'none') as action,
    coalesce(proposed.headings, '{}') as headings,
    coalesce(proposed.priority, 0) as priority,
    proposed.profile, proposed.rules, proposed.because, proposed.made_at,
    coalesce(not decided.gone, false) as member, decided.id as decided,
    decided.review_on, spell.since, decided.proposal as answered
from proposed
full join decided using (nominal_id, cohort)
left join spell using (nominal_id, cohort)
order by nominal_id, cohort;

-- name: propose
-- What the software proposes, where it is not what it proposed before.
insert into cohort_proposal (run, day, nominal_id, cohort, action, headings, priority,
    profile, rules, evidence, because)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: decide
-- What a person decides, with the proposal that they had before them.
insert into cohort_decision (nominal_id, cohort, decision, day, reason, decided_by,
    decided_as, discussed_with, plan, shared_with, review_on, proposal)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, max(id)
from cohort_proposal where nominal_id = $1 and cohort = $2
returning id;

-- name: decisions_of
-- All that was decided on a nominal, oldest first.
select id, nominal_id, cohort, decision, day, reason, decided_by, decided_as,
    discussed_with, plan, shared_with, review_on, proposal, decided_at
from cohort_decision where nominal_id = $1 order by id;

-- name: proposals_of
-- All that was proposed for a nominal, oldest first.
select id, run, day, nominal_id, cohort, action, headings, priority, profile, rules,
    evidence, because, made_at
from cohort_proposal where nominal_id = $1 order by id;

-- name: find_standings
-- How nominals stand to cohorts now, a page at a time with the total: what waits for a
-- decision first, then what is due for review, by what is proposed and by priority; or
-- by the day of review, or by nominal ($10).
with found as materialized (
    select held.*, owned.lpu, nominal.force,
        held.member and coalesce(held.review_on <= $8, false) as review_due,
        array_position(array['leave', 'discuss', 'enter', 'consider', 'stay', 'none'],
            held.action) as place
    from cohort_now as held
    left join nominal using (nominal_id)
    left join ownership_on($8) as owned using (nominal_id)
    where (held.member or held.action <> 'none')
        and ($1::text is null or held.cohort = $1)
        and ($2::text is null or held.action = $2)
        and ($3::boolean is null or held.member = $3)
        and ($4::text is null or nominal.force = $4)
        and ($5::text is null or owned.lpu = $5)
), asked as (
    select * from found
    where $6::boolean is null or (waits or review_due) = $6
), page as (
    select *, row_number() over (
        order by case when $10 = 'nominal' then nominal_id end,
            case when $10 = 'review' then review_on end nulls last,
            waits desc, review_due desc, place, priority desc, cohort, nominal_id) as nth
    from asked
    order by nth limit $7 offset $9
)
select counted.total, page.nominal_id, page.cohort, page.action, page.headings,
    page.priority, page.profile, page.rules, page.because, page.made_at, page.member,
    page.review_on, page.waits, page.review_due, page.force, page.lpu
from (select count(*) as total from asked) as counted
left join page on true
order by page.nth;

-- name: keep_weighting
-- What a force gives more weight to, and the trend that is its evidence.
insert into cohort_weighting (force, attribute, evidence, from_day, until_day,
    recorded_by)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: weightings
-- All weightings, oldest first.
select force, attribute, evidence, from_day, until_day
from cohort_weighting order by id;
