-- name: open_case
-- a case begins; what is said of it follows as entries
insert into managed_case (nominal_id, kind, force, lpu, referral)
values ($1, $2, $3, $4, $5)
returning id;

-- name: lock_case
-- nobody else says something of it meanwhile
select id, pg_advisory_xact_lock(hashtext('managed_case'), id::integer) from managed_case
where id = $1;

-- name: say
-- one more entry of a case
insert into case_entry (managed_case, step, held_on, said_by, words, detail)
values ($1, $2, $3, $4, $5, $6);

-- name: find_cases
-- cases with all that was said of them, in order, one row an entry
select managed_case.id, managed_case.nominal_id, managed_case.kind,
    managed_case.force, managed_case.lpu, managed_case.referral,
    case_entry.step, case_entry.held_on, case_entry.said_by, case_entry.words,
    case_entry.detail, case_entry.said_at
from managed_case join case_entry on case_entry.managed_case = managed_case.id
where ($1::bigint is null or managed_case.id = $1)
    and ($2::text is null or managed_case.nominal_id = $2)
    and ($3::text is null or managed_case.force = $3)
    and ($4::text is null or managed_case.lpu = $4)
    and ($5::text is null or managed_case.kind = $5)
order by managed_case.id, case_entry.id;

-- name: kinds
-- which kinds of cases nominals have or had
select distinct nominal_id, kind from managed_case;

-- name: candidates
-- registered sex offenders, and those who come of age within the year
select nominal_id from nominal
where 'RSO' = any(flags)
    or date_of_birth::date between $1::date - interval '18 years'
        and $1::date - interval '17 years'
order by nominal_id;

-- name: sign
-- an agreement to share information
insert into sharing_agreement (name, agencies, signed_on, ends_on, said_by)
values ($1, $2, $3, $4, $5)
on conflict (name) do nothing;

-- name: agreements
-- all agreements, by name
select name, agencies, signed_on, ends_on, said_by, said_at from sharing_agreement
order by name;

-- name: disclose
-- what was told of a nominal, to whom, by which agreement, what for
insert into disclosure (nominal_id, agency, agreement, what, purpose, said_by)
values ($1, $2, $3, $4, $5, $6)
returning id;

-- name: disclosures
-- everything that was told of a nominal, oldest first
select id, nominal_id, agency, agreement, what, purpose, said_by, said_at
from disclosure where nominal_id = $1 order by id;
