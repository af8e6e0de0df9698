-- WMP2-8-EM: zones and curfews in versions, and their breaches. A zone is never edited:
-- what a file says anew is a new version, and the last one holds. Its place is a circle
-- or an area, in metres of the working CRS; `timetable` is in London's hours.
create table zone_version (
    id         bigint generated always as identity primary key,
    zone_id    text not null,
    version    integer not null,
    kind       text not null check (kind in ('exclusion', 'curfew')),
    nominal_id text,
    device_id  text,
    x_m        double precision,
    y_m        double precision,
    radius_m   double precision check (radius_m > 0),
    area       geometry(MultiPolygon),
    timetable  text not null,
    during     tstzrange not null
        check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
    owner      text not null,
    created_at timestamptz not null default now(),
    unique (zone_id, version),
    check ((nominal_id is null) <> (device_id is null)),
    check (num_nonnulls(x_m, y_m, radius_m) = case when area is null then 3 else 0 end)
);
create index zone_version_nominal on zone_version (nominal_id);
create index zone_version_device on zone_version (device_id);

-- An entry, an absence, or a silence to be looked at: whose, and by when it is to be
-- seen to. What is known of it stands in its findings, what became of it in outcomes.
create table breach (
    id          bigint generated always as identity primary key,
    zone_id     text not null,
    kind        text not null check (kind in ('entry', 'absence', 'unknown')),
    nominal_id  text not null,
    device_id   text not null,
    order_id    text not null,
    owner       text not null,
    detected_at timestamptz not null default now(),
    deadline_at timestamptz not null
);
create index breach_device on breach (device_id);
create index breach_deadline on breach (deadline_at);

-- What a run found of a breach: appended each time that it says something new. The
-- last one holds; one that was not found again, or is now part of another, says so and
-- has the times of the finding before it.
create table breach_finding (
    id             bigint generated always as identity primary key,
    breach         bigint not null references breach,
    run            bigint not null references run,
    zone_version   bigint not null references zone_version,
    standing       text not null check (standing in ('found', 'not_found', 'joined')),
    joined_to      bigint references breach,
    reason         text not null,
    found_at       timestamptz not null default now(),
    from_at        timestamptz not null,
    to_at          timestamptz not null check (to_at >= from_at),
    nearest_edge_m double precision,
    probability    double precision,
    fixes          integer not null,
    shown_s        double precision not null,
    why            text not null,
    rules          text[] not null,
    because        text not null,
    evidence       bytea,
    check ((standing = 'joined') = (joined_to is not null)),
    check ((standing = 'found') = (evidence is not null))
);
create index breach_finding_breach on breach_finding (breach, id);
create index breach_finding_run on breach_finding (run);

-- What a person says became of a breach; a second word stands beside the first.
create table breach_outcome (
    id         bigint generated always as identity primary key,
    breach     bigint not null references breach,
    outcome    text not null
        check (outcome in ('breached', 'explained', 'not_a_breach', 'referred')),
    decided_by text not null check (decided_by <> ''),
    reason     text not null check (reason <> ''),
    decided_at timestamptz not null default now()
);
create index breach_outcome_breach on breach_outcome (breach, id);

call allow('geocorr_worker', 'select, insert',
    'zone_version, breach, breach_finding, breach_outcome');
call allow('geocorr_web', 'select',
    'zone_version, breach, breach_finding, breach_outcome');
call allow('geocorr_web', 'insert', 'breach_outcome');
call allow('geocorr_web', 'usage', 'sequence breach_outcome_id_seq');
