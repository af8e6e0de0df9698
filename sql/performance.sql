-- name: managed
-- Nominals of IOM cases by a day: managed since when, and whether still.
with steps as (
    select managed_case.id, managed_case.nominal_id, entry.step, entry.held_on,
        entry.id as entry
    from managed_case
    join case_entry as entry on entry.managed_case = managed_case.id
    where managed_case.kind = 'iom' and entry.held_on <= $2
        and ($1::text is null or managed_case.force = $1)
        and entry.step in ('opened', 'reopened', 'closed')
), last as (
    select distinct on (id) id, step from steps order by id, held_on desc, entry desc
)
select steps.nominal_id, nominal.sex, min(steps.held_on) as since,
    bool_or(last.step <> 'closed') as is_open
from steps
join last on last.id = steps.id
left join nominal on nominal.nominal_id = steps.nominal_id
group by steps.nominal_id, nominal.sex
order by steps.nominal_id;

-- name: count_managed
-- How many nominals had an open IOM case on each of these days.
select asked.day, count(distinct last.nominal_id) as nominals
from unnest($2::date[]) as asked (day)
left join lateral (
    select distinct on (managed_case.id) managed_case.nominal_id, entry.step
    from managed_case
    join case_entry as entry on entry.managed_case = managed_case.id
    where managed_case.kind = 'iom' and entry.held_on <= asked.day
        and ($1::text is null or managed_case.force = $1)
        and entry.step in ('opened', 'reopened', 'closed')
    order by managed_case.id, entry.held_on desc, entry.id desc
) as last on last.step <> 'closed'
group by asked.day
order by asked.day;

-- name: offences_of
-- How often these nominals offended by each code in so many months before a day of
-- their own, and from it on, together with all of that day: entries of crimes as they
-- hold now, up to a last day.
select asked.since as managed_since, asked.is_open, kind.code,
    count(*) filter (where held.event_on < asked.since) as before,
    count(*) filter (where held.event_on >= asked.since) as since
from unnest($1::text[], $2::date[], $6::boolean[])
    as asked (nominal_id, since, is_open)
join score_nominal on score_nominal.nominal_id = asked.nominal_id
join entry_version as held on held.nominal = score_nominal.id
join entry_kind as kind on kind.id = held.kind and kind.data_set = 'crimes'
where held.event_on >= asked.since - make_interval(months => $3)
    and held.event_on <= $4
    and not held.withdrawn and not held.outcome = any($5::text[])
    and not exists (select from entry_version as newer where newer.replaces = held.id)
group by asked.since, asked.is_open, kind.code
order by asked.since, asked.is_open, kind.code;

-- name: lead_agencies
-- IOM cases that are open on a day, by the agency last said to lead them.
with last as (
    select distinct on (managed_case.id) managed_case.id, entry.step
    from managed_case
    join case_entry as entry on entry.managed_case = managed_case.id
    where managed_case.kind = 'iom' and entry.held_on <= $2
        and ($1::text is null or managed_case.force = $1)
        and entry.step in ('opened', 'reopened', 'closed')
    order by managed_case.id, entry.held_on desc, entry.id desc
)
select coalesce(led.agency, '') as agency, count(*) as cases
from last
left join lateral (
    select detail ->> 'agency' as agency from case_entry
    where managed_case = last.id and held_on <= $2
        and coalesce(detail ->> 'agency', '') <> ''
    order by held_on desc, id desc limit 1
) as led on true
where last.step <> 'closed'
group by 1
order by 1;

-- name: offences_in
-- Offences in the days from the first to the last by those who were managed at some
-- time in a period: entries of crimes as they hold now.
with steps as (
    select managed_case.id, managed_case.nominal_id, entry.step, entry.held_on,
        lead(entry.held_on) over (
            partition by managed_case.id order by entry.held_on, entry.id) as until
    from managed_case
    join case_entry as entry on entry.managed_case = managed_case.id
    where managed_case.kind = 'iom' and ($1::text is null or managed_case.force = $1)
        and entry.step in ('opened', 'reopened', 'closed')
)
select count(*)
from score_nominal
join entry_version as held on held.nominal = score_nominal.id
join entry_kind as kind on kind.id = held.kind and kind.data_set = 'crimes'
where score_nominal.nominal_id in (
        select nominal_id from steps
        where step <> 'closed' and held_on <= $3 and (until is null or until >= $2))
    and held.event_on between $4 and $5
    and not held.withdrawn and not held.outcome = any($6::text[])
    and not exists (select from entry_version as newer where newer.replaces = held.id);

-- name: housing_needs
-- Nominals managed on a day who need accommodation, by owner's force and LPU and by
-- type: as the case says it last, else as a recorded fact does.
with last as (
    select distinct on (managed_case.id) managed_case.id, managed_case.nominal_id,
        entry.step
    from managed_case
    join case_entry as entry on entry.managed_case = managed_case.id
    where managed_case.kind = 'iom' and entry.held_on <= $2
        and ($1::text is null or managed_case.force = $1)
        and entry.step in ('opened', 'reopened', 'closed')
    order by managed_case.id, entry.held_on desc, entry.id desc
), managed as (
    select distinct nominal_id from last where step <> 'closed'
), said as (
    select last.nominal_id, coalesce(entry.detail ->> 'type', '') as type,
        entry.held_on as on_day, 1 as turn
    from last
    join case_entry as entry on entry.managed_case = last.id
    where last.step <> 'closed' and entry.step = 'need' and entry.held_on <= $2
        and entry.detail ->> 'pathway' = $3
    union all
    select fact.nominal_id, fact.subject, fact.on_day, 2
    from (select distinct on (fact_id) * from case_fact
        order by fact_id, version desc) as fact
    join managed using (nominal_id)
    where fact.kind = 'need' and fact.value = $3 and not fact.withdrawn
        and fact.on_day <= $2 and (fact.until_day is null or fact.until_day >= $2)
), needs as (
    select distinct on (nominal_id) nominal_id, type from said
    order by nominal_id, type = '', turn, on_day desc
)
select owner.force, owner.lpu, needs.type, count(*) as nominals
from needs
left join ownership_on($2) as owner on owner.nominal_id = needs.nominal_id
group by owner.force, owner.lpu, needs.type
order by owner.force, owner.lpu, needs.type;

-- name: reviewed
-- Of each finding that people said something of in a period, or that waited at its end:
-- when first what, the officer's last word, and whether it is over: dismissed last, or
-- gone by then.
select crime.force,
    min(said.said_at) filter (where said.word = 'qualified') as qualified_at,
    min(said.said_at) filter (where said.word = 'dismissed') as dismissed_at,
    min(said.said_at) filter (where said.word = 'sent') as sent_at,
    min(said.said_at) filter (where said.word in
        ('ruled_in', 'ruled_out', 'needs_more')) as first_decided_at,
    max(said.said_at) filter (where said.word in
        ('ruled_in', 'ruled_out', 'needs_more')) as decided_at,
    (array_agg(said.word order by said.id desc) filter (where said.word in
        ('ruled_in', 'ruled_out', 'needs_more')))[1] as decision,
    (array_agg(said.word order by said.id desc))[1] = 'dismissed' or not (
        exists (
            select from hit
            where hit.crime_version = said.crime_version and hit.state = 'live'
                and hit.device_id = said.device_id
                and hit.nominal_id = said.nominal_id
                and hit.order_id = said.order_id and hit.verdict = said.verdict)
        or exists (
            select from hit
            where hit.crime_version = said.crime_version and hit.state <> 'live'
                and hit.state_at >= $2 and hit.device_id = said.device_id
                and hit.nominal_id = said.nominal_id
                and hit.order_id = said.order_id and hit.verdict = said.verdict)
    ) as over
from hit_decision as said
join crime_version as version on version.id = said.crime_version
join crime on crime.id = version.crime
where said.said_at < $2 and ($1::text is null or crime.force = $1)
group by crime.force, said.crime_version, said.device_id, said.nominal_id,
    said.order_id, said.verdict
having max(said.said_at) >= $3
    or (bool_or(said.word = 'sent') and not bool_or(said.word in
        ('ruled_in', 'ruled_out', 'needs_more')))
order by crime.force, min(said.id);

-- name: deliveries
-- Attempts of forces that came in, or were of a day, within these days.
select force, day, received_at - (day::timestamp at time zone 'Europe/London') as after,
    outcome in ('SUCCESSFUL', 'PARTIAL') as accepted, n_read, n_rejected
from batch
where ($1::text is null or force = $1)
    and (day between $2 and $3
        or (received_at at time zone 'Europe/London')::date between $2 and $3)
order by id;

-- name: sending_forces
-- Forces that had an accepted delivery by a day: each owes one a day.
select distinct force from batch
where outcome in ('SUCCESSFUL', 'PARTIAL') and day <= $2
    and ($1::text is null or force = $1)
order by force;
