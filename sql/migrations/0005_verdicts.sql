-- Verdicts that were asked for: one row a run, its answers in arrays in the order of the
-- list, one element a wearer. Never edited. `evidence` holds the fixes that each verdict
-- rests on, as they were, end to end, each ending at `evidence_ends`: with the target's
-- columns and the run's policy all that it takes to come to the same answers again.
create table verdict_list (
    run                bigint primary key references run,
    crime_version      bigint references crime_version,
    nominal_id         text,
    x_m                double precision not null,
    y_m                double precision not null,
    window_from        timestamptz not null,
    window_to          timestamptz not null check (window_to >= window_from),
    radius_m           double precision not null,
    location_r95_m     double precision not null,
    top_speed_m_s      double precision,
    tamper_known       boolean not null,
    device_ids         text[] not null,
    nominal_ids        text[] not null,
    order_ids          text[] not null,
    verdicts           text[] not null,
    required_speed_kmh double precision[] not null,
    margin_m           double precision[] not null,
    coverage           double precision[] not null,
    uncovered          text[] not null,
    fixes              integer[] not null,
    first_us           bigint[] not null,
    last_us            bigint[] not null,
    rules              text[] not null,
    because            text[] not null,
    evidence           bytea not null,
    evidence_ends      bigint[] not null
);
create index verdict_list_crime on verdict_list (crime_version);
-- The pieces of evidence are compact already.
alter table verdict_list alter column evidence set storage external;

-- The same a wearer a row, for people.
create view verdict as
select run, crime_version, window_from, window_to, answer.*
from verdict_list
cross join lateral unnest(device_ids, nominal_ids, order_ids, verdicts,
    required_speed_kmh, margin_m, verdict_list.coverage, verdict_list.fixes,
    verdict_list.because)
    as answer (device_id, nominal_id, order_id, verdict, required_speed_kmh, margin_m,
        coverage, fixes, because);

-- How much the trails say of a crime, as at a time: made anew, appended, when trails or
-- orders of that time change. Counts are of wearers.
create table coverage_statement (
    id            bigint generated always as identity primary key,
    run           bigint not null references run,
    crime_version bigint not null references crime_version,
    as_at         timestamptz not null,
    monitored     integer not null,
    full_cover    integer not null,
    with_gaps     integer not null,
    no_cover      integer not null,
    hit           integer not null,
    passed        integer not null,
    possible      integer not null,
    no_data       integer not null,
    ruled_out     integer not null,
    check (monitored = full_cover + with_gaps + no_cover),
    check (monitored = hit + passed + possible + no_data + ruled_out)
);
create index coverage_statement_crime on coverage_statement (crime_version, id);

-- Crimes whose statement is to be made (anew); however often that is asked, once.
create table coverage_due (
    crime_version bigint primary key references crime_version,
    since         timestamptz not null default now()
);

call allow('geocorr_worker', 'select, insert', 'verdict_list, coverage_statement');
call allow('geocorr_worker', 'select, insert, delete', 'coverage_due');
call allow('geocorr_worker', 'select', 'verdict');
call allow('geocorr_web', 'select', 'verdict_list, coverage_statement, coverage_due');
call allow('geocorr_web', 'select', 'verdict');
