-- name: lock_crimes
-- Two runs never judge one crime at once: the second waits, then sees the first's.
-- Version by version by their keys, as here below: a plan made once must not hang on how
-- few crimes there were that day.
select locked.id
from (
    select distinct crime from unnest($1::bigint[]) as asked (id)
    cross join lateral (
        select crime from crime_version where crime_version.id = asked.id offset 0
    ) as found
    order by crime
) as matched
cross join lateral (
    select id from crime where crime.id = matched.crime for update
) as locked;

-- name: plan_once
-- Statements about a few crimes are planned once a connection, until the transaction
-- ends: to plan them takes longer than to run them. By index, however few rows there are
-- on that day.
set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off;

-- name: list_offences
-- What matching needs of these crimes: the latest version of those not withdrawn.
select latest.*
from unnest($1::bigint[]) as asked (id)
cross join lateral (
    select version.id, crime.force, coalesce(batch.batch_id, '') as batch_id,
        crime.reference, version.crime_type, version.window_from, version.window_to,
        version.x_m, version.y_m, version.version
    from crime_version as version
    join crime on crime.id = version.crime
    join batch on batch.id = version.batch
    where version.id = asked.id
        and crime.state = 'current'
        and version.version =
            (select max(v.version) from crime_version as v where v.crime = crime.id)
    offset 0
) as latest
order by force, reference;

-- name: insert_hits
-- A few hits of a run with their evidence: one round trip, where a COPY takes several.
insert into hit (run,
    crime_version, order_id, evidence, force, device_id, nominal_id, verdict,
    fixes_inside, visits, first_inside, last_inside, dwell_s, min_fix_distance_m,
    min_path_distance_m, probability, median_accuracy_m, mechanisms, coverage,
    base_rate, likelihood_ratio, required_speed_kmh, rules, worst_accuracy_m,
    window_share, clock_test, lambda, because)
select $1,
    crime_version, order_id, evidence, force, device_id, nominal_id, verdict,
    fixes_inside, visits, first_inside, last_inside, dwell_s, min_fix_distance_m,
    min_path_distance_m, probability, median_accuracy_m, mechanisms, coverage,
    base_rate, likelihood_ratio, required_speed_kmh, string_to_array(rules, ';'),
    worst_accuracy_m, window_share, clock_test, lambda, because
from unnest(
    $2::bigint[], $3::text[], $4::bytea[], $5::text[], $6::text[], $7::text[],
    $8::text[], $9::integer[], $10::integer[], $11::timestamptz[], $12::timestamptz[],
    $13::float8[], $14::float8[], $15::float8[], $16::float8[], $17::float8[],
    $18::text[], $19::float8[], $20::float8[], $21::float8[], $22::float8[],
    $23::text[], $24::float8[], $25::float8[], $26::text[], $27::float8[], $28::text[])
    as found (
    crime_version, order_id, evidence, force, device_id, nominal_id, verdict,
    fixes_inside, visits, first_inside, last_inside, dwell_s, min_fix_distance_m,
    min_path_distance_m, probability, median_accuracy_m, mechanisms, coverage,
    base_rate, likelihood_ratio, required_speed_kmh, rules, worst_accuracy_m,
    window_share, clock_test, lambda, because);

-- name: supersede_hits
-- Earlier live hits of the matched crimes: replaced by the run, or not found again.
update hit
set state = case
        when hit.crime_version = any($1::bigint[]) and not exists (
            select from hit as again
            where again.run = $2 and again.state = 'live'
                and again.crime_version = hit.crime_version
                and again.device_id = hit.device_id and again.order_id = hit.order_id
        ) then 'retired' else 'superseded' end,
    state_reason = $3,
    state_at = now(),
    superseded_by_run = $2
from (
    select distinct crime from unnest($1::bigint[]) as asked (id)
    cross join lateral (
        select crime from crime_version where crime_version.id = asked.id offset 0
    ) as found
) as matched
cross join lateral (
    select id from crime_version where crime_version.crime = matched.crime offset 0
) as version
cross join lateral (
    select id from hit as live
    where live.crime_version = version.id and live.state = 'live' and live.run <> $2
    offset 0
) as earlier
where hit.id = earlier.id;

-- name: retire_withdrawn
-- A crime that its force withdrew has no live hits; they stay readable.
update hit
set state = 'retired', state_reason = 'the force withdrew the crime', state_at = now()
from crime_version as version
join crime on crime.id = version.crime
where hit.crime_version = version.id and hit.state = 'live'
    and crime.state = 'withdrawn' and crime.id = any($1::bigint[]);

-- name: latest_versions
-- The newest version of each of these crimes.
select max(id) as id from crime_version where crime = any($1::bigint[]) group by crime;

-- name: touched_versions
-- Latest versions of crimes whose vicinity and window the trails of some devices meet.
select distinct version.id
from unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
    as asked (device_id, from_at, to_at)
join device on device.device_id = asked.device_id
join trail on trail.device = device.id
    and trail.t_from between asked.from_at - interval '1 hour' and asked.to_at
join crime_version as version
    on version.place && st_expand(st_envelope(trail.path), $4)
    and version.window_from <= trail.t_to + $5::interval
    and version.window_to >= trail.t_from - $5::interval
join crime on crime.id = version.crime
where crime.state = 'current'
    and version.version =
        (select max(v.version) from crime_version as v where v.crime = crime.id)
union
-- and those with a live hit of such a device then, which may have to go
select version.id
from unnest($1::text[], $2::timestamptz[], $3::timestamptz[])
    as asked (device_id, from_at, to_at)
join hit_listed as hit on hit.device_id = asked.device_id and hit.state = 'live'
join crime_version as version on version.id = hit.crime_version
    and version.window_from <= asked.to_at + $5::interval
    and version.window_to >= asked.from_at - $5::interval;

-- name: read_hit
-- One hit with what it takes to judge it again, and its evidence (pieces are $2 bytes).
select hit.id, hit.run, hit.crime_version, hit.device_id, hit.nominal_id, hit.order_id,
    hit.rules, hit_evidence_of(hit.id, $2) as evidence, version.window_from,
    version.window_to, version.x_m, version.y_m, version.crime_type,
    version.version as crime_version_number, crime.force, crime.reference,
    coalesce(batch.batch_id, '') as batch_id, run.policy, run.policy_hash,
    run.software_version
from hit
join run on run.id = hit.run
join crime_version as version on version.id = hit.crime_version
join crime on crime.id = version.crime
left join batch on batch.id = version.batch
where hit.id = $1;

-- name: list_hits
-- Hits in the columns of the hits file, live ones unless a run or numbers are asked for;
-- how surprising each is, as the last assessment says.
select hit.id, crime.force, coalesce(batch.batch_id, '') as batch_id,
    crime.reference as crime_reference, version.crime_type, version.window_from,
    version.window_to, hit.device_id, hit.nominal_id, hit.verdict, hit.fixes_inside,
    hit.visits, hit.first_inside, hit.last_inside, hit.dwell_s,
    hit.min_fix_distance_m, hit.min_path_distance_m, hit.probability,
    hit.median_accuracy_m, hit.mechanisms, hit.coverage, told.base_rate,
    told.likelihood_ratio, hit.required_speed_kmh,
    array_to_string(hit.rules, ';') as rules, run.policy_hash,
    run.software_version as version, version.version as crime_version,
    hit.worst_accuracy_m, hit.window_share, hit.clock_test, told.lambda, hit.because,
    hit.state, hit.state_reason, hit.run, version.longitude, version.latitude
from hit
join run on run.id = hit.run
join crime_version as version on version.id = hit.crime_version
join crime on crime.id = version.crime
left join batch on batch.id = version.batch
left join lateral (
    select base_rate, likelihood_ratio, lambda from assessment
    where assessment.hit = hit.id order by id desc limit 1
) as told on true
where ($1::bigint[] is null or version.id in (
        select crime_version from batch_crime where batch = any($1::bigint[])))
    and ($2::text is null or crime.force = $2)
    and ($3::text is null or crime.reference = $3)
    and ($5::bigint[] is null or hit.id = any($5))
    and (hit.run = $4 or ($4::bigint is null and (hit.state = 'live'
        or $5::bigint[] is not null)))
order by crime.force, crime.reference, hit.device_id, hit.nominal_id, hit.id;
