-- name: known_breaches
-- The breaches of these devices with their last finding, oldest first; one that became
-- part of another is that other's.
select breach.id, breach.zone_id, breach.device_id, breach.order_id, breach.kind,
    last.standing, last.from_at, last.to_at, last.because
from breach
cross join lateral (
    select * from breach_finding where breach = breach.id order by id desc limit 1
) as last
where breach.device_id = any($1::text[]) and last.standing <> 'joined'
order by breach.id;

-- name: open_breach
-- A breach nobody knew of: its owner has to see to it by the deadline.
insert into breach (zone_id, kind, nominal_id, device_id, order_id, owner, deadline_at)
values ($1, $2, $3, $4, $5, $6, now() + $7::interval)
returning id;

-- name: append_finding
-- What a run found of a breach.
insert into breach_finding (breach, run, zone_version, standing, reason, from_at, to_at,
    nearest_edge_m, probability, fixes, shown_s, why, rules, because, evidence)
values ($1, $2, $3, 'found', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: append_end
-- A breach that was not found again, or is now part of another; as it was last found.
insert into breach_finding (breach, run, zone_version, standing, joined_to, reason,
    from_at, to_at, nearest_edge_m, probability, fixes, shown_s, why, rules, because)
select breach, $2, zone_version, $3, $4, $5, from_at, to_at, nearest_edge_m,
    probability, fixes, shown_s, why, rules, because
from breach_finding where breach = $1 order by id desc limit 1;

-- name: find_breaches
-- A page of the queue with the total, what is to be done first standing first; one row
-- with the total alone where the page is empty.
with stated as (
    select breach.*, last.standing, last.joined_to, last.found_at, last.from_at,
        last.to_at, last.nearest_edge_m, last.probability, last.fixes, last.shown_s,
        last.why, last.rules, last.because, last.run, last.zone_version as of_version,
        said.outcome, said.decided_by, said.reason, said.decided_at,
        last.standing = 'found' and said.id is null as is_open
    from breach
    cross join lateral (
        select standing, joined_to, found_at, from_at, to_at, nearest_edge_m,
            probability, fixes, shown_s, why, rules, because, run, zone_version
        from breach_finding where breach = breach.id order by id desc limit 1
    ) as last
    left join lateral (
        select * from breach_outcome where breach = breach.id order by id desc limit 1
    ) as said on true
), found as materialized (
    select *, is_open and deadline_at < now() as overdue from stated
    where ($1::bigint is null or id = $1)
        and ($2::text is null or zone_id = $2)
        and ($3::text is null or nominal_id = $3)
        and ($4::text is null or device_id = $4)
        and ($5::text is null or kind = $5)
        and ($6::text is null or owner = $6)
        and ($7::boolean is null or is_open = $7)
        and ($8::boolean is null or (is_open and deadline_at < now()) = $8)
), page as (
    select * from found order by is_open desc, deadline_at, id limit $9 offset $10
)
select counted.total, page.id, page.zone_id, zone_version.version as zone_version,
    page.kind, page.nominal_id, page.device_id, page.order_id, page.owner,
    page.detected_at, page.deadline_at, page.is_open, page.overdue, page.standing,
    page.joined_to, page.found_at, page.from_at, page.to_at, page.nearest_edge_m,
    page.probability, page.fixes, page.shown_s, page.why, page.rules, page.because,
    page.run, run.policy_hash, run.software_version, page.outcome, page.decided_by,
    page.reason, page.decided_at,
    page.outcome is not null and page.found_at > page.decided_at as found_since
from (select count(*) as total from found) as counted
left join page on true
left join zone_version on zone_version.id = page.of_version
left join run on run.id = page.run
order by page.is_open desc, page.deadline_at, page.id;

-- name: findings_of_breach
-- Everything that was ever found of a breach, oldest first.
select finding.id, finding.run, zone_version.version as zone_version, finding.standing,
    finding.joined_to, finding.reason, finding.found_at, finding.from_at,
    finding.to_at, finding.nearest_edge_m, finding.probability, finding.fixes,
    finding.shown_s, finding.why, finding.rules, finding.because, run.policy_hash,
    run.software_version
from breach_finding as finding
join zone_version on zone_version.id = finding.zone_version
join run on run.id = finding.run
where finding.breach = $1
order by finding.id;

-- name: outcomes_of_breach
-- What people said of a breach, oldest first.
select outcome, decided_by, reason, decided_at from breach_outcome
where breach = $1 order by id;

-- name: read_evidence
-- The last finding that holds evidence, with all it takes to make it again.
select finding.id, finding.from_at, finding.to_at,
    breach_evidence_of(finding.id) as evidence, finding.rules,
    finding.because, breach.device_id, breach.nominal_id, breach.order_id, breach.kind,
    run.policy, zone_version.zone_id, zone_version.version
from breach_finding as finding
join breach on breach.id = finding.breach
join run on run.id = finding.run
join zone_version on zone_version.id = finding.zone_version
where finding.breach = $1 and finding.standing = 'found'
order by finding.id desc
limit 1;

-- name: append_outcome
-- What a person says became of it; one word never overwrites another.
insert into breach_outcome (breach, outcome, decided_by, reason)
values ($1, $2, $3, $4);
