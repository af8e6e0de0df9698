-- name: lock_facts
-- One load of facts at a time: what it says is compared with what is there.
select pg_advisory_xact_lock(hashtext('geocorr.case_facts'));

-- name: facts_by_id
-- The last version of each of these facts, withdrawn ones too.
select distinct on (fact_id) fact_id, nominal_id, kind, value, on_day, until_day, subject,
    victim, household, relationship, source, withdrawn
from case_fact
where fact_id = any($1::text[])
order by fact_id, version desc;

-- name: keep_fact
-- A new version of a fact; earlier ones stay.
insert into case_fact (fact_id, nominal_id, kind, value, on_day, until_day, subject,
    victim, household, relationship, source, withdrawn, recorded_by, version)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,
    coalesce(max(version), 0) + 1
from case_fact where fact_id = $1;

-- name: facts_of_nominals
-- What holds of these nominals' records, oldest first; withdrawn facts left out.
select * from (
    select distinct on (fact_id) fact_id, nominal_id, kind, value, on_day, until_day,
        subject, victim, household, relationship, source, withdrawn
    from case_fact
    where nominal_id = any($1::text[])
    order by fact_id, version desc
) as held
where not withdrawn
order by nominal_id, on_day, fact_id;

-- name: ids_after
-- The next nominals of whom anything is known, by id; a fact may come before its nominal.
(select nominal_id from nominal
    where nominal_id > $1 order by nominal_id limit $2)
union
(select distinct nominal_id from case_fact
    where nominal_id > $1 order by nominal_id limit $2)
union
(select distinct nominal_id from cohort_decision
    where nominal_id > $1 order by nominal_id limit $2)
order by nominal_id limit $2;

-- name: people
-- These nominals, of whom anything is known.
select asked.nominal_id, date_of_birth, sex, force, statutory, flags
from unnest($1::text[]) as asked (nominal_id)
left join nominal using (nominal_id)
where nominal.nominal_id is not null
    or exists (select from case_fact where nominal_id = asked.nominal_id)
    or exists (select from cohort_decision where nominal_id = asked.nominal_id)
order by asked.nominal_id;
