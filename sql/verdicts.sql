-- name: store_verdicts
-- What a run answered; what it rests on stands in verdict_evidence. Columns of short
-- words come as one text, each word behind the separator $28.
insert into verdict_list (run, crime_version, nominal_id, x_m, y_m, window_from,
    window_to, radius_m, location_r95_m, top_speed_m_s, tamper_known, device_ids,
    nominal_ids, order_ids, verdicts, required_speed_kmh, margin_m, coverage, uncovered,
    fixes, first_us, last_us, rules, because, proofs, rests_from, rests_to)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, (string_to_array($12, $28))[2:],
    (string_to_array($13, $28))[2:], (string_to_array($14, $28))[2:],
    (string_to_array($15, $28))[2:], $16, $17, $18, (string_to_array($19, $28))[2:],
    $20, $21, $22, (string_to_array($23, $28))[2:], $24, $25, $26, $27);

-- name: pack_quickly
-- The words of 20,000 answers are packed in a moment by lz4, where the server has it.
select set_config(name, 'lz4', true) from pg_settings
where name = 'default_toast_compression' and 'lz4' = any(enumvals);

-- name: read_verdicts
-- What a run answered, without its evidence.
select list.run, crime_version, nominal_id, list.x_m, list.y_m, list.window_from,
    list.window_to,
    radius_m, location_r95_m, top_speed_m_s, tamper_known, device_ids, nominal_ids,
    order_ids, verdicts, required_speed_kmh, margin_m, coverage, uncovered, fixes,
    first_us, last_us, rules, because, crime.force, crime.reference, version.version,
    run.started_at, run.policy, run.policy_hash, run.software_version
from verdict_list as list
join run on run.id = list.run
left join crime_version as version on version.id = list.crime_version
left join crime on crime.id = version.crime
where list.run = $1;

-- name: list_verdict_runs
-- Runs that answered for a crime, or for a nominal, newest first, a page at a time; one
-- row with the total alone where the page is empty.
with found as materialized (
    select list.run from verdict_list as list
    left join crime_version as version on version.id = list.crime_version
    left join crime on crime.id = version.crime
    where ($1::text is null or crime.force = $1)
        and ($2::text is null or crime.reference = $2)
        and ($3::text is null or $3 = any(list.nominal_ids))
), page as (
    select run from found order by run desc limit $4 offset $5
)
select counted.total, list.run, run.started_at as at, crime.force, crime.reference,
    version.version as crime_version, list.nominal_id, list.window_from, list.window_to,
    list.radius_m, run.policy_hash, run.software_version as version, run.counts
from (select count(*) as total from found) as counted
left join page on true
left join verdict_list as list on list.run = page.run
left join run on run.id = page.run
left join crime_version as version on version.id = list.crime_version
left join crime on crime.id = version.crime
order by page.run desc;
