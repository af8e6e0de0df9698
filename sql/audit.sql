-- name: note
-- who did what, and why; written once
insert into audit (actor, action, subject, detail, why) values ($1, $2, $3, $4, $5);

-- name: entries
-- the latest entries, newest first
select id, at, actor, action, subject, detail, why from audit order by id desc limit $1;

-- name: find_entries
-- A page of entries, newest first; of a nominal also those whose list of nominals they
-- are in. One row with the total alone where the page is empty.
with found as materialized (
    select id from audit
    where ($1::text is null or id in (
            select id from audit where subject in ($1, 'nominal ' || $1)
            union all
            select id from audit where detail ? 'nominals'
                and detail -> 'nominals' ? $1))
        and ($2::text is null or actor = $2)
        and ($3::text is null or action = $3)
        and ($4::timestamptz is null or at >= $4)
        and ($5::timestamptz is null or at < $5)
), page as (
    select id from found order by id desc limit $6 offset $7
)
select counted.total, audit.*
from (select count(*) as total from found) as counted
left join page on true
left join audit on audit.id = page.id
order by page.id desc;

-- name: last_anchor
-- where retention last cut the chain off
select seq, hash, entries, first_at, last_at, anchored_at
from audit_anchor order by seq desc limit 1;

-- name: read_links
-- the chain in its order, with what its entries say now
select link.seq, link.prev_hash, link.hash, audit.id as entry, audit.at, audit.actor,
    audit.action, audit.subject, audit.detail::text, audit.why
from audit_link as link
left join audit on audit.id = link.entry
where link.seq > $1
order by link.seq
limit $2;

-- name: count_unlinked
-- entries that nothing in the chain names
select count(*) from audit
where not exists (select from audit_link where audit_link.entry = audit.id);

-- name: find_forgettable
-- the last link before the first entry that is younger, or of something that is held
select coalesce((
    select min(link.seq) from audit_link as link join audit on audit.id = link.entry
    where audit.at > $1
        or audit.subject in (select 'nominal ' || id from unnest($2::text[]) as id)
        or audit.detail -> 'nominals' ?| $2::text[]
        or audit.subject in (select 'crime ' || id from unnest($3::text[]) as id)
        or audit.subject in (
            select 'hit ' || hit.id from hit
            join crime_version as version on version.id = hit.crime_version
            join crime on crime.id = version.crime
            where hit.nominal_id = any($2::text[])
                or crime.force || '/' || crime.reference = any($3::text[]))
), (select max(seq) from audit_link), 1) - 1;

-- name: count_to
-- how much of the chain lies up to a link
select count(*) as entries, min(audit.at) as first_at, max(audit.at) as last_at
from audit_link as link join audit on audit.id = link.entry
where link.seq <= $1;

-- name: forget_to
-- the one way in which entries go
select audit_forget($1, $2, $3);
