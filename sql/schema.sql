-- The whole schema, to be read from top to bottom. A test proves that it is the sum of
-- the migrations; to change it write a migration and say the same here. Before it
-- stand the roles, the extensions postgis, cube and btree_gist (sql/cluster.py), and
-- the table `migration` (sql/migrate.sql).

-- Give a role a right, where the role exists: a database of one's own may have none.
create procedure allow(role_name text, privileges text, on_what text)
language plpgsql as $$
begin
    if to_regrole(role_name) is not null then
        execute format('grant %s on %s to %I', privileges, on_what, role_name);
    end if;
end
$$;

-- The evidence: every file of which something was made, as it came.
create table original_file (
    sha256      bytea primary key check (octet_length(sha256) = 32),
    kind        text not null,
    size_bytes  bigint not null,
    compressed  bytea not null,
    received_at timestamptz not null default now(),
    received_by text not null
);
alter table original_file alter column compressed set storage external;

-- One delivery of a force, whatever its outcome; faults, warnings and refused rows
-- are kept as they were reported, which jsonb could not do: they may hold a NUL.
create table batch (
    id          bigint generated always as identity primary key,
    force       text,
    batch_id    text,
    day         date,
    suffix      text not null default '',
    sha256      bytea not null references original_file,
    received_at timestamptz not null default now(),
    sender      text not null,
    zone        text not null,
    outcome     text not null
        check (outcome in ('SUCCESSFUL', 'PARTIAL', 'ERROR', 'FAILED')),
    cause       text,
    n_read      integer not null,
    n_accepted  integer not null,
    n_rejected  integer not null,
    faults      json not null,
    warnings    json not null,
    refused     json not null,
    supersedes  bigint references batch,
    check (force is not null or outcome in ('ERROR', 'FAILED'))
);
create index batch_force on batch (force, id);
create index batch_name on batch (batch_id);

-- An offence: force and reference. `last_batch` is the latest delivery it stood in,
-- which says to what day it belongs when a delivery replaces that day.
create table crime (
    id         bigint generated always as identity primary key,
    force      text not null,
    reference  text not null,
    state      text not null default 'current' check (state in ('current', 'withdrawn')),
    last_batch bigint not null references batch,
    unique (force, reference)
);
create index crime_last_batch on crime (last_batch);

-- What a force said of a crime, each time that it said something new. Never updated,
-- never deleted. Metres are those of the working CRS.
create table crime_version (
    id                     bigint generated always as identity primary key,
    crime                  bigint not null references crime,
    version                integer not null,
    batch                  bigint not null references batch,
    crime_type             text not null,
    crime_type_description text not null,
    window_from            timestamptz not null,
    window_to              timestamptz not null check (window_to >= window_from),
    latitude               double precision not null,
    longitude              double precision not null,
    x_m                    double precision not null,
    y_m                    double precision not null,
    place                  geometry(Point) not null
        generated always as (st_makepoint(x_m, y_m)) stored,
    free_text              text not null,
    flags                  text[] not null,
    changed                text[] not null,
    created_at             timestamptz not null default now(),
    unique (crime, version)
);
create index crime_version_batch on crime_version (batch);
create index crime_version_window on crime_version (window_from, window_to);
create index crime_version_place on crime_version using gist (place);

-- In which words each crime of a delivery stands: a repeat makes no version.
create table batch_crime (
    batch         bigint not null references batch,
    crime_version bigint not null references crime_version,
    primary key (batch, crime_version)
);
create index batch_crime_version on batch_crime (crime_version);

-- Who wears which device, half-open in time. Two orders of one device never overlap.
create table tag_order (
    order_id     text primary key,
    device_id    text not null,
    nominal_id   text not null,
    basis        text not null check (basis in
        ('licence', 'community_order', 'court_bail', 'immigration_bail', 'other')),
    during       tstzrange not null
        check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
    licence_ends timestamptz,
    fitted_at    timestamptz,
    force        text,
    updated_at   timestamptz not null default now(),
    constraint one_order_a_device exclude using gist
        (device_id with =, during with &&)
        deferrable initially immediate
);
create index tag_order_device on tag_order (device_id);
create index tag_order_nominal on tag_order (nominal_id);

-- What a device or its monitoring centre reported beside fixes.
create table device_event (
    device_id   text not null,
    at          timestamptz not null,
    kind        text not null,
    note        text not null,
    received_at timestamptz not null default now(),
    primary key (device_id, at, kind)
);

-- Persons on police record.
create table nominal (
    nominal_id    text primary key,
    family_name   text not null,
    given_names   text not null,
    date_of_birth text,
    sex           text,
    pnc_id        text,
    cro           text,
    prison_number text,
    crn           text,
    force         text,
    statutory     boolean,
    flags         text[] not null,
    updated_at    timestamptz not null default now()
);
create index nominal_force on nominal (force);

-- Where a nominal lives or lived, with the kind that decides who owns them.
create table nominal_address (
    id          bigint generated always as identity primary key,
    nominal_id  text not null,
    kind        text not null,
    line        text not null,
    postcode    text,
    x_m         double precision,
    y_m         double precision,
    valid_from  timestamptz,
    valid_to    timestamptz,
    source      text,
    recorded_at timestamptz,
    unique nulls not distinct (nominal_id, kind, line, postcode, valid_from)
);

-- Forces, Local Policing Units and districts, each for its time.
create table boundary (
    id    bigint generated always as identity primary key,
    force text not null,
    code  text not null,
    name  text not null,
    kind  text not null check (kind in ('force', 'lpu', 'district')),
    valid tstzrange not null check (not isempty(valid)),
    area  geometry(MultiPolygon) not null,
    constraint one_area_at_a_time exclude using gist
        (kind with =, code with =, valid with &&)
);
create index boundary_area on boundary using gist (area);

-- One execution of matching or scoring, with all that decided its results.
create table run (
    id               bigint generated always as identity primary key,
    kind             text not null,
    batch            bigint references batch,
    state            text not null default 'running'
        check (state in ('running', 'done', 'failed')),
    started_at       timestamptz not null default now(),
    finished_at      timestamptz,
    policy           jsonb not null,
    policy_hash      text not null,
    software_version text not null,
    grid_sha256      text,
    timing           jsonb not null default '{}',
    counts           jsonb not null default '{}'
);
create index run_batch on run (batch);

-- A wearer and a crime worth telling a force. Only its state ever changes: a later
-- run supersedes it, or an order's or crime's withdrawal retires it.
create table hit (
    id                  bigint generated always as identity primary key,
    run                 bigint not null references run,
    crime_version       bigint not null references crime_version,
    device_id           text not null,
    nominal_id          text not null,
    order_id            text not null,
    verdict             text not null,
    fixes_inside        integer not null,
    visits              integer not null,
    first_inside        timestamptz,
    last_inside         timestamptz,
    dwell_s             double precision,
    min_fix_distance_m  double precision,
    min_path_distance_m double precision,
    probability         double precision,
    median_accuracy_m   double precision,
    mechanisms          text not null,
    coverage            double precision,
    base_rate           double precision,
    likelihood_ratio    double precision,
    required_speed_kmh  double precision,
    rules               text[] not null,
    worst_accuracy_m    double precision,
    window_share        double precision,
    clock_test          text,
    lambda              double precision,
    because             text not null,
    evidence            bytea,
    state               text not null default 'live'
        check (state in ('live', 'superseded', 'retired')),
    state_reason        text,
    state_at            timestamptz,
    superseded_by_run   bigint references run
);
create index hit_crime_version on hit (crime_version) where state = 'live';
create index hit_run on hit (run);
create index hit_nominal on hit (nominal_id, first_inside) where state = 'live';

-- Who did what, and when. Written once; without coordinates and names.
create table audit (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default now(),
    actor   text not null,
    action  text not null,
    subject text not null,
    detail  jsonb not null default '{}'
);

-- The queue of pgqueuer 1.6.0, exactly as `pgq install --dry-run` prints it.
CREATE TYPE pgqueuer_status AS ENUM ('queued', 'picked', 'successful', 'exception', 'canceled', 'deleted', 'failed');

CREATE TABLE pgqueuer (
    id bigserial NOT NULL PRIMARY KEY,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    execute_after timestamp with time zone NOT NULL DEFAULT now(),
    status pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer NOT NULL DEFAULT 0,
    slot bigint
);

CREATE TABLE pgqueuer_log (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT now(),
    job_id bigint NOT NULL,
    status pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

CREATE TABLE pgqueuer_schedules (
    id bigserial NOT NULL PRIMARY KEY,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone NOT NULL DEFAULT now(),
    created timestamp with time zone NOT NULL DEFAULT now(),
    updated timestamp with time zone NOT NULL DEFAULT now(),
    next_run timestamp with time zone NOT NULL DEFAULT now(),
    last_run timestamp with time zone,
    status pgqueuer_status DEFAULT 'queued'::pgqueuer_status,
    UNIQUE (expression, entrypoint)
);

CREATE TABLE pgqueuer_statistics (
    id bigserial NOT NULL PRIMARY KEY,
    created timestamp with time zone NOT NULL DEFAULT date_trunc('sec'::text, now()),
    count bigint NOT NULL,
    priority integer NOT NULL,
    status pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE INDEX pgqueuer_ep_ea_idx ON pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::pgqueuer_status, 'picked'::pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::pgqueuer_status);

CREATE FUNCTION fn_pgqueuer_changed() RETURNS TRIGGER AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER tg_pgqueuer_changed
AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON pgqueuer
EXECUTE FUNCTION fn_pgqueuer_changed();

-- Least rights. The web reads and asks for work; the worker writes what it makes. What
-- is evidence may be added to, never changed.
call allow('geocorr_worker', 'select',
    'migration, original_file, batch, crime, crime_version, batch_crime, tag_order,
     device_event, nominal, nominal_address, boundary, run, hit, audit');
call allow('geocorr_worker', 'insert',
    'original_file, batch, crime, crime_version, batch_crime, tag_order, device_event,
     nominal, nominal_address, boundary, run, hit, audit');
call allow('geocorr_worker', 'update', 'crime, tag_order, nominal, nominal_address');
call allow('geocorr_worker', 'update (state, finished_at, timing, counts)', 'run');
call allow('geocorr_worker',
    'update (state, state_reason, state_at, superseded_by_run)', 'hit');
call allow('geocorr_worker', 'delete', 'boundary, nominal_address');
call allow('geocorr_worker', 'all',
    'pgqueuer, pgqueuer_log, pgqueuer_schedules, pgqueuer_statistics');
call allow('geocorr_worker', 'usage', 'all sequences in schema public');
call allow('geocorr_web', 'select',
    'migration, batch, crime, crime_version, batch_crime, tag_order, device_event,
     nominal, nominal_address, boundary, run, hit, audit');
call allow('geocorr_web', 'insert', 'audit');
call allow('geocorr_web', 'select, insert', 'pgqueuer, pgqueuer_log');
call allow('geocorr_web', 'usage',
    'sequence pgqueuer_id_seq');

-- ---- Trails (0002_trails.sql) ----

-- Trails: one row for each device and UTC hour (more where it fell silent), partitioned
-- by day. A row belongs to the worker's role; people read the view `fix`.

-- The devices that ever sent a fix; rows of trails name them by number.
create table device (
    id        integer generated always as identity primary key,
    device_id text not null unique
);

-- n_borrowed leading vertices of `path` belong to the line that leads in from the row
-- before, the next n_own are the row's own; a lone fix stands twice. M is epoch seconds.
-- `bounds` is the box in x, y (metres) and t (epoch seconds) of all that, and of the
-- mean places of its stops. `attrs` and `stops` are packed: sql/trail_attributes.py,
-- sql/trail_copy.py.
create table trail (
    t_from      timestamptz not null,
    t_to        timestamptz not null,
    received_at timestamptz not null,
    device      integer not null,
    n_own       integer not null,
    n_borrowed  integer not null,
    bounds      cube not null,
    path        geometry(LineStringM) not null,
    attrs       bytea not null,
    stops       bytea not null,
    primary key (device, t_from)
) partition by range (t_from);
create index trail_bounds on trail using gist (bounds);
-- Neither gains by compression; left whole, they are read without a detour.
alter table trail alter column path set storage external;
alter table trail alter column attrs set storage external;

-- Make the partition of a UTC day unless it is there. Attached rather than created in
-- place, so that readers of other days need not wait. The owner's right, since a worker
-- may not make tables.
create function trail_partition(day date) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    part text := 'trail_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass('public.' || part) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('trail_partition'));
    if to_regclass('public.' || part) is not null then
        return;
    end if;
    execute format(
        'create table %I (like trail including all) with (toast_tuple_target = 8160)',
        part
    );
    execute format(
        'alter table trail attach partition %I for values from (%L) to (%L)',
        part, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00'
    );
end
$$;

-- One row a fix, for people: own vertices only.
create view fix as
select
    device.device_id,
    to_timestamp(ST_M(vertex.geom)) as seen_at,
    ST_Force2D(vertex.geom) as place,
    trail.received_at
from trail
join device on device.id = trail.device
cross join lateral ST_DumpPoints(trail.path) as vertex
where vertex.path[1] > trail.n_borrowed
    and vertex.path[1] <= trail.n_borrowed + trail.n_own;

-- A trail file as it came, once for each content.
create table trail_file (
    sha256      bytea primary key check (octet_length(sha256) = 32),
    name        text not null,
    received_at timestamptz not null,
    received_by text not null,
    n_read      bigint not null default 0,
    n_new       bigint not null default 0,
    n_repeats   bigint not null default 0
);
create table trail_file_piece (
    sha256 bytea not null references trail_file on delete cascade,
    piece  integer not null,
    bytes  bytea not null,
    primary key (sha256, piece)
);
-- The pieces are compressed already.
alter table trail_file_piece alter column bytes set storage external;

-- HANTS-GPS-1: what was kept outside every order, and removed when its days were over.
create table trail_purge (
    id        bigint generated always as identity primary key,
    purged_at timestamptz not null,
    device_id text not null,
    t_from    timestamptz not null,
    t_to      timestamptz not null,
    n_fixes   integer not null
);

-- Only the worker handles trails, and only as whole tables: no right on a partition.
revoke execute on function trail_partition(date) from public;
call allow('geocorr_worker', 'select, insert', 'device, trail_file_piece, trail_purge');
call allow('geocorr_worker', 'select, insert, delete', 'trail');
call allow('geocorr_worker', 'select, insert', 'trail_file');
call allow('geocorr_worker', 'update (n_read, n_new, n_repeats)', 'trail_file');
call allow('geocorr_worker', 'select', 'fix');
call allow('geocorr_worker', 'execute', 'function trail_partition(date)');

-- ---- Answers that are given again (0003_idempotency.sql) ----

-- What was answered to a request that carried an Idempotency-Key, so that asking again
-- gets the same answer and does nothing. `request` is the hash of all that was asked.
create table idempotency_key (
    key         text primary key,
    request     bytea not null check (octet_length(request) = 32),
    answered_at timestamptz not null default now(),
    status      smallint not null,
    answer      json not null
);
create index idempotency_key_age on idempotency_key (answered_at);
call allow('geocorr_worker', 'select, insert, delete', 'idempotency_key');
call allow('geocorr_web', 'select, insert, delete', 'idempotency_key');

-- ---- Verdicts and coverage statements (0005_verdicts.sql) ----

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

-- ---- How surprising a hit is (0006_assessments.sql) ----

-- Findings of later runs on a hit: appended as more weeks come, never edited. The last
-- one holds. The controls it rests on stand in arrays, one element a comparable window:
-- how many weeks off, from when to when, the share covered, and what the trail showed
-- there ('' = neither hit nor passed).
create table assessment (
    id               bigint generated always as identity primary key,
    run              bigint not null references run,
    hit              bigint not null references hit,
    as_at            timestamptz not null,
    n                integer not null,
    k                integer not null check (k between 0 and n),
    footfall         double precision,
    base_rate        double precision,
    likelihood_ratio double precision,
    lambda           double precision,
    rules            text[] not null,
    because          text not null,
    weeks            smallint[] not null,
    windows_from     timestamptz[] not null,
    windows_to       timestamptz[] not null,
    coverages        real[] not null,
    verdicts         text[] not null
);
create index assessment_hit on assessment (hit, id);
create index assessment_run on assessment (run);
call allow('geocorr_worker', 'select, insert', 'assessment');
call allow('geocorr_web', 'select', 'assessment');

-- ---- Zones and their breaches (0007_zones.sql) ----

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

-- ---- Verdicts on many (0008_quick_verdicts.sql) ----

-- Of each row of a trail a speed in metres a second that no line which leads into it, or
-- lies in it, exceeds, of lines that last `line_gap_s` at most. Where it is low, a
-- verdict need not look at the hour round its window. Null in older rows: not known.
alter table trail add column fastest_m_s real, add column line_gap_s real;

-- What the answers of a run rest on, in pieces that fill a page each, end to end by
-- number: written while other wearers are still being judged. Bytes are compact already.
-- Without a reference to the run, which the same transaction begins: it would be looked
-- up anew for each of thousands of pieces.
create table verdict_evidence (
    run   bigint not null,
    piece integer not null,
    bytes bytea not null,
    primary key (run, piece)
) with (toast_tuple_target = 8160);
alter table verdict_evidence alter column bytes set storage external;
call allow('geocorr_worker', 'select, insert', 'verdict_evidence');
call allow('geocorr_web', 'select', 'verdict_evidence');

-- Where each wearer's evidence begins in those pieces, and of whom reports of tampering
-- would be there. Older runs have all their evidence in the list itself, in its order,
-- and one word on tampering for all.
alter table verdict_list
    alter column evidence drop not null,
    add column evidence_starts bigint[],
    add column tamper_known_of boolean[],
    add check ((evidence is null) = (evidence_starts is not null));

-- ---- Evidence of many hits (0009_evidence_pieces.sql) ----

-- The evidence of a run with many hits, end to end in pieces that each fill a page: laid
-- aside one by one it took longer than all of the matching. A hit says at which byte its
-- own begins, counted in whole pieces of 8,100, and how long it is; hits of small runs,
-- and older ones, carry it themselves. No foreign key: that the run is there, a hit of it
-- says, and nothing reads a piece but by its hit.
create table hit_evidence (
    run   bigint not null,
    piece integer not null,
    data  bytea not null check (octet_length(data) <= 8100),
    primary key (run, piece)
) with (toast_tuple_target = 8160);
alter table hit_evidence alter column data set storage plain;
alter table hit
    add column evidence_at bigint,
    add column evidence_bytes integer,
    add check (evidence_at is null or evidence is null);
call allow('geocorr_worker', 'select, insert', 'hit_evidence');
call allow('geocorr_web', 'select', 'hit_evidence');

-- ---- Entries and scores (0010_scores.sql) ----

-- Entries (WMP-5.4 to 5.8) and scores (WMP-5.2). Nothing here is edited or deleted.

-- Nominals that scores speak of, by a number of their own: entries may come first.
create table score_nominal (
    id         integer generated always as identity primary key,
    nominal_id text not null unique
);

-- What entries are weighted by, once each.
create table entry_kind (
    id       integer generated always as identity primary key,
    data_set text not null check (data_set in ('crimes', 'ims', 'dip', 'warrants', 'icis')),
    code     text not null,
    grade    text not null,
    unique (data_set, code, grade)
);

-- Events that entries name as theirs, once each.
create table entry_event (
    id       bigint generated always as identity primary key,
    event_id text not null unique
);

-- What was said of an entry and from when on we knew it: a new wording is a new version
-- that replaces the one before it. What holds at a time is what was known by then and
-- that nothing known by then replaces.
create table entry_version (
    id         bigint generated always as identity primary key,
    entry_id   text not null,
    version    integer not null,
    replaces   bigint unique references entry_version,
    nominal    integer not null references score_nominal,
    event      bigint references entry_event,
    kind       integer not null references entry_kind,
    event_on   date not null,
    outcome    text not null,
    outcome_on date check (outcome_on >= event_on),
    handling   text not null,
    force      text,
    withdrawn  boolean not null,
    known_from timestamptz not null,
    unique (entry_id, version),
    check ((outcome = 'none') = (outcome_on is null)),
    check ((version = 1) = (replaces is null))
);
-- All that scoring reads, by nominal and the latest event first: no row is looked up.
create index entry_version_scoring on entry_version (nominal, event_on desc, id)
    include (event, kind, outcome, outcome_on, withdrawn, known_from);
create index entry_version_replaces on entry_version (replaces, known_from)
    where replaces is not null;
create index entry_version_event on entry_version (event) where event is not null;

-- Every profile that scores were given by, whole, so that a day can be scored again.
create table score_profile (
    hash    text primary key,
    name    text not null,
    choices jsonb not null
);

-- One execution of scoring, for a day: over everyone, or over those that something
-- touched.
create table score_run (
    run      bigint primary key references run,
    day      date not null,
    everyone boolean not null
);
create index score_run_day on score_run (day, run);

-- The scores of one portion of a run, as they were given, in arrays by number of the
-- nominal and from what was known then; where a person's score stood in place of the
-- computed one, what that gave. `unknown`: how many entries the set had no weight for.
create table score_list (
    id              bigint generated always as identity primary key,
    run             bigint not null references score_run,
    portion         integer not null,
    force           text,
    known_at        timestamptz not null,
    profile         text not null references score_profile,
    weight_set      bigint,
    nominals        integer[] not null,
    computed        bigint[] not null,
    unknown         integer[] not null,
    manual_nominals integer[] not null,
    manual_given    bigint[] not null,
    unique nulls not distinct (run, portion, force)
);

-- Every first score and change of band, as it came about.
create table score_change (
    id       bigint generated always as identity primary key,
    run      bigint not null references score_run,
    nominal  integer not null references score_nominal,
    day      date not null,
    was      text,
    band     text not null check (band in ('HIGH', 'MEDIUM', 'LOW', 'NONE')),
    given    bigint not null,
    check (was is distinct from band)
);
create index score_change_nominal on score_change (nominal, id);

call allow('geocorr_worker', 'select, insert', 'score_nominal, entry_kind, entry_event,
    entry_version, score_profile, score_run, score_list, score_change');
call allow('geocorr_web', 'select', 'score_nominal, entry_kind, entry_event,
    entry_version, score_profile, score_run, score_list, score_change');

-- ---- Weights, manual scores, notifications (0011_weights.sql) ----

-- WMP-5.3, WMP-12.6: weight sets in versions. A set comes in as a draft with its faults,
-- is simulated, and is approved by a second person; then it takes effect on its day.
-- Nothing is edited: another version replaces it. No force = all that have no own set.
create table weight_set (
    id             bigint generated always as identity primary key,
    name           text not null check (name <> ''),
    version        text not null check (version <> ''),
    force          text,
    purpose        text not null check (purpose in ('score', 'acquisitive')),
    owner          text not null,
    effective_from date not null,
    review_due     date not null,
    data_set_caps  jsonb not null,
    event_cap      bigint check (event_cap > 0),
    faults         json not null,
    sha256         bytea not null references original_file,
    author         text not null check (author <> ''),
    imported_at    timestamptz not null default now(),
    unique (name, version)
);

-- A row of a set, in micro-points (a point is a million). A blank code or grade stands
-- for all; `occurrence` n for the nth such entry of a nominal, and later ones.
create table weight (
    weight_set  bigint not null references weight_set,
    data_set    text not null,
    code        text not null,
    grade       text not null,
    occurrence  integer not null check (occurrence >= 1),
    micropoints bigint not null check (micropoints >= 0),
    label       text not null,
    primary key (weight_set, data_set, code, grade, occurrence)
);

-- What a draft would change on a day, against the set in force then (none: no other).
create table weight_simulation (
    id               bigint generated always as identity primary key,
    weight_set       bigint not null references weight_set,
    against          bigint references weight_set,
    day              date not null,
    software_version text not null,
    result           json not null,
    by               text not null check (by <> ''),
    simulated_at     timestamptz not null default now()
);
create index weight_simulation_set on weight_simulation (weight_set, id);

-- What people decided on a set. An approved one may be withdrawn before its day.
create table weight_step (
    id         bigint generated always as identity primary key,
    weight_set bigint not null references weight_set,
    step       text not null check (step in ('approved', 'rejected', 'withdrawn')),
    simulation bigint references weight_simulation,
    by         text not null check (by <> ''),
    reason     text not null check (reason <> ''),
    decided_at timestamptz not null default now(),
    unique (weight_set, step),
    check ((step = 'approved') = (simulation is not null))
);

-- WMP-6.4: scores that people give to those who do not score and are in need of case
-- management. `computed` is what the entries gave then, in micro-points.
create table manual_score (
    id         bigint generated always as identity primary key,
    nominal_id text not null,
    points     integer not null check (points > 0),
    ground     text not null check (ground in ('transfer_in', 'mappa', 'marac', 'other')),
    reason     text not null check (reason <> ''),
    given_on   date not null,
    review_due date not null check (review_due >= given_on),
    computed   bigint not null,
    by         text not null check (by <> ''),
    given_at   timestamptz not null default now()
);
create index manual_score_nominal on manual_score (nominal_id, id);

-- A review sets a new date; an end is a person's, or the software's where the computed
-- score has overtaken it. A review date that passes ends it without a word.
create table manual_score_step (
    id           bigint generated always as identity primary key,
    manual_score bigint not null references manual_score,
    step         text not null check (step in ('reviewed', 'ended', 'overtaken')),
    on_day       date not null,
    review_due   date,
    by           text not null check (by <> ''),
    reason       text not null check (reason <> ''),
    at           timestamptz not null default now(),
    check ((step = 'reviewed') = (review_due is not null))
);
create index manual_score_step_score on manual_score_step (manual_score, id);

-- WMP-5.10: what a partner thinks of a nominal's risk, beside the score.
create table partner_assessment (
    id          bigint generated always as identity primary key,
    nominal_id  text not null,
    agency      text not null check (agency <> ''),
    assessed_on date not null,
    level       text not null check (level in ('none', 'low', 'medium', 'high')),
    reason      text not null check (reason <> ''),
    by          text not null check (by <> ''),
    recorded_at timestamptz not null default now()
);
create index partner_assessment_nominal on partner_assessment (nominal_id, id);

-- WMP-4.3: meetings of the agencies, on one nominal, several, or none by name.
create table meeting (
    id          bigint generated always as identity primary key,
    kind        text not null
        check (kind in ('odoc', 'shared_assessment', 'tasking')),
    held_on     date not null,
    agencies    text[] not null check (cardinality(agencies) >= 1),
    nominal_ids text[] not null,
    outcome     text not null check (outcome <> ''),
    by          text not null check (by <> ''),
    recorded_at timestamptz not null default now()
);
create index meeting_nominals on meeting using gin (nominal_ids);

-- WMP-5.2: who is to be told of a first score or a change of band; written in the
-- transaction of the score. By identifier alone: no name and no place.
create table outbox (
    id          bigint generated always as identity primary key,
    nominal_id  text not null,
    kind        text not null check (kind in ('first_score', 'band_changed')),
    day         date not null,
    band_before text,
    band_after  text not null,
    department  text not null check (department <> ''),
    email       text,
    rules       text[] not null,
    because     text not null,
    created_at  timestamptz not null default now()
);
create index outbox_department on outbox (department, id);
create index outbox_nominal on outbox (nominal_id, id);

-- What became of it: sent by mail, a mail that failed, or seen by a person.
create table outbox_step (
    id     bigint generated always as identity primary key,
    outbox bigint not null references outbox,
    step   text not null check (step in ('sent', 'failed', 'seen')),
    by     text not null check (by <> ''),
    detail text not null,
    at     timestamptz not null default now()
);
create index outbox_step_outbox on outbox_step (outbox, step);

call allow('geocorr_worker', 'select, insert',
    'weight_set, weight, weight_simulation, weight_step, manual_score,
    manual_score_step, partner_assessment, meeting, outbox, outbox_step');
call allow('geocorr_web', 'select',
    'weight_set, weight, weight_simulation, weight_step, manual_score,
    manual_score_step, partner_assessment, meeting, outbox, outbox_step');
call allow('geocorr_web', 'insert',
    'weight_step, manual_score, manual_score_step, partner_assessment, meeting,
    outbox_step');
call allow('geocorr_web', 'usage',
    'sequence weight_step_id_seq, manual_score_id_seq, manual_score_step_id_seq,
    partner_assessment_id_seq, meeting_id_seq, outbox_step_id_seq');

-- HANTS-MACC, HANTS-RAG, HANTS-END, HANTS-ISA, HANTS-YOUTH, WMP2-43. Referrals and cases:
-- what people said, in the order in which they said it; nothing is edited.

-- A panel that sat: the monthly selection panel, or the youth-to-adult panel.
create table panel (
    id         bigint generated always as identity primary key,
    kind       text not null check (kind in ('selection', 'youth')),
    force      text not null check (force <> ''),
    held_on    date not null,
    chair      text not null check (chair <> ''),
    agencies   text[] not null check (cardinality(agencies) > 0),
    said_by    text not null check (said_by <> ''),
    said_at    timestamptz not null default now(),
    unique (kind, force, held_on)
);

-- The standard form.
create table referral (
    id         bigint generated always as identity primary key,
    nominal_id text not null,
    force      text not null,
    lpu        text not null default '',
    cohort     text not null check (cohort <> ''),
    criteria   text[] not null check (cardinality(criteria) > 0),
    reason     text not null check (reason <> ''),
    agency     text not null check (agency <> ''),
    urgent     boolean not null,
    made_by    text not null check (made_by <> ''),
    made_at    timestamptz not null default now()
);
create index referral_nominal on referral (nominal_id);

-- What became of a referral: said once.
create table referral_ruling (
    referral   bigint primary key references referral,
    step       text not null check (step in ('accepted', 'rejected', 'withdrawn')),
    panel      bigint references panel,
    agencies   text[] not null,
    said_by    text not null check (said_by <> ''),
    reason     text not null check (reason <> ''),
    said_at    timestamptz not null default now()
);

create table managed_case (
    id         bigint generated always as identity primary key,
    nominal_id text not null,
    kind       text not null check (kind in ('iom', 'youth', 'arms')),
    force      text not null,
    lpu        text not null default '',
    referral   bigint references referral,
    made_at    timestamptz not null default now()
);
create index managed_case_nominal on managed_case (nominal_id);
create index managed_case_lpu on managed_case (force, lpu);

-- The management report: interventions, decisions, reviews, and why it ended.
create table case_entry (
    id           bigint generated always as identity primary key,
    managed_case bigint not null references managed_case,
    step         text not null,
    held_on      date not null,
    said_by      text not null check (said_by <> ''),
    words        text not null check (words <> ''),
    detail       jsonb not null default '{}',
    said_at      timestamptz not null default now()
);
create index case_entry_case on case_entry (managed_case, id);

-- Between whom information may be shared, and from when to when.
create table sharing_agreement (
    name      text primary key check (name <> ''),
    agencies  text[] not null check (cardinality(agencies) > 0),
    signed_on date not null,
    ends_on   date check (ends_on > signed_on),
    said_by   text not null check (said_by <> ''),
    said_at   timestamptz not null default now()
);

-- What was told of a nominal, to whom, by which agreement, what for.
create table disclosure (
    id         bigint generated always as identity primary key,
    nominal_id text not null,
    agency     text not null,
    agreement  text not null references sharing_agreement,
    what       text not null check (what <> ''),
    purpose    text not null check (purpose <> ''),
    said_by    text not null check (said_by <> ''),
    said_at    timestamptz not null default now()
);
create index disclosure_nominal on disclosure (nominal_id);

call allow('geocorr_worker', 'select, insert',
    'panel, referral, referral_ruling, managed_case, case_entry, sharing_agreement,'
    ' disclosure');
call allow('geocorr_web', 'select, insert',
    'panel, referral, referral_ruling, managed_case, case_entry, sharing_agreement,'
    ' disclosure');
call allow('geocorr_web', 'usage',
    'sequence panel_id_seq, referral_id_seq, managed_case_id_seq, case_entry_id_seq,'
    ' disclosure_id_seq');

-- ---- Owners and where addresses lie (0012_owners.sql) ----
-- WMP-6.1, WMP-6.2, WMP-6.5: who owns a nominal, and where an address lies.

-- Postcodes as published: Code-Point Open or ONSPD. Public reference data, so the file
-- itself is named and not kept. Metres of the working CRS; `quality` is Code-Point's
-- positional quality (10 best ... 60 a sector's mean, 90 no place).
create table postcode_file (
    id        bigint generated always as identity primary key,
    sha256    bytea not null check (octet_length(sha256) = 32),
    name      text not null,
    loaded_by text not null,
    loaded_at timestamptz not null default now()
);
create table postcode (
    postcode   text primary key,   -- in capitals, without a space
    x_m        double precision,
    y_m        double precision,
    quality    smallint not null,
    terminated date,
    file       bigint not null references postcode_file,
    check ((x_m is null) = (y_m is null))
);

-- Where an operator says that an address lies. Appended; the last one holds.
create table address_place (
    id        bigint generated always as identity primary key,
    address   bigint not null references nominal_address,
    x_m       double precision not null,
    y_m       double precision not null,
    placed_by text not null check (placed_by <> ''),
    reason    text not null,
    placed_at timestamptz not null default now()
);
create index address_place_address on address_place (address, id);

-- Decisions on ownership, appended and never edited. `found` and `lapsed` are the
-- software's, all others a person's. A row names an owner (a force, and its LPU where
-- one is known) or the one queue in which the nominal waits; `released` and `lapsed`
-- end what a person decided and name neither. `day` is the first day it holds for.
create table ownership (
    id            bigint generated always as identity primary key,
    nominal_id    text not null,
    day           date not null,
    act           text not null check (act in ('found', 'lapsed', 'allocated',
        'claimed', 'disputed', 'transferred', 'made_owner', 'released')),
    force         text,
    lpu           text,
    queue         text check (queue in ('to_be_placed', 'contradictory',
        'on_the_line', 'outside', 'not_aligned', 'disputed')),
    managing_unit text check (managing_unit in ('OM', 'PPU', 'MAPPA')),
    joint         jsonb not null default '[]',
    rules         text[] not null,
    evidence      jsonb not null,
    because       text not null check (because <> ''),
    profile       text,
    profile_hash  text,
    run           bigint references run,
    decided_by    text check (decided_by <> ''),
    decided_at    timestamptz not null default now(),
    supersedes    bigint references ownership,
    check ((decided_by is null) = (act in ('found', 'lapsed'))),
    check (num_nonnulls(force, queue) =
        case when act in ('released', 'lapsed') then 0 else 1 end),
    check (lpu is null or force is not null),
    check (act <> 'found' or num_nonnulls(managing_unit, profile, run) = 3)
);
create index ownership_nominal on ownership (nominal_id, day desc, id desc);

-- Who owns each nominal on a day, or in which queue they wait: one row each, always.
-- What a person decided holds until it is released or lapses; the software's finding
-- (`found`) stands beside it, and `found_since` says that it has changed.
create function ownership_on(on_day date) returns table (
    nominal_id text, decision bigint, found bigint, day date, act text, force text,
    lpu text, queue text, managing_unit text, joint jsonb, rules text[],
    because text, decided_by text, decided_at timestamptz, found_since boolean
)
language sql stable as $$
    with last as (
        select distinct on (o.nominal_id, o.act = 'found') o.*
        from ownership as o
        where o.day <= on_day
        order by o.nominal_id, o.act = 'found', o.day desc, o.id desc
    )
    select n.nominal_id, held.id, found.id, held.day, held.act, held.force, held.lpu,
        case when held.id is null then 'not_decided' else held.queue end,
        found.managing_unit, coalesce(found.joint, '[]'), held.rules, held.because,
        held.decided_by, held.decided_at, coalesce(found.id > held.id, false)
    from nominal as n
    left join last as found on found.nominal_id = n.nominal_id and found.act = 'found'
    left join last as said on said.nominal_id = n.nominal_id
        and said.act not in ('found', 'released', 'lapsed')
    left join last as held on held.id = coalesce(said.id, found.id)
        and held.nominal_id = n.nominal_id
$$;

-- Who waits in which queue now: `not_decided` until the worker has looked.
create view ownership_queue as
select nominal_id, queue, decision, found, day, managing_unit, because, decided_at
from ownership_on((now() at time zone 'Europe/London')::date)
where queue is not null;

-- WMP-6.5. The case plan of a jointly managed nominal: who leads in which area, and
-- when it is looked at again. Appended; the last one holds.
create table joint_plan (
    id         bigint generated always as identity primary key,
    nominal_id text not null,
    leads      jsonb not null check (jsonb_typeof(leads) = 'array'),
    review_on  date not null,
    made_by    text not null check (made_by <> ''),
    reason     text not null check (reason <> ''),
    made_at    timestamptz not null default now()
);
create index joint_plan_nominal on joint_plan (nominal_id, id);

call allow('geocorr_worker', 'select, insert',
    'postcode_file, postcode, address_place, ownership, joint_plan');
call allow('geocorr_worker', 'update', 'postcode');
call allow('geocorr_worker', 'select', 'ownership_queue');
call allow('geocorr_web', 'select',
    'postcode, address_place, ownership, ownership_queue, joint_plan');
call allow('geocorr_web', 'insert', 'address_place, ownership, joint_plan');
call allow('geocorr_web', 'usage', 'sequence address_place_id_seq');
call allow('geocorr_web', 'usage', 'sequence ownership_id_seq');
call allow('geocorr_web', 'usage', 'sequence joint_plan_id_seq');

-- WMP-6.3-ALLOCATE, WMP-6.3-DAILY, WMP-6.6: proposals, answers of LPUs, consultations and
-- transfers. What the software proposes and what people say stand side by side.

-- To whom the software proposes to allocate; appended where it says something new.
create table proposal (
    id           bigint generated always as identity primary key,
    nominal_id   text not null,
    day          date not null,
    force        text,
    lpu          text,
    conflict     boolean not null,
    candidates   jsonb not null,
    nights       jsonb not null,
    rules        text[] not null,
    because      text not null,
    profile      text not null,
    profile_hash text not null,
    policy_hash  text not null,
    made_at      timestamptz not null default now(),
    check (force is not null or lpu is null)
);
create index proposal_nominal on proposal (nominal_id, id);

-- What an LPU said of a nominal that was given to it: accepted or disputed. `decision` is
-- the one on ownership that it answers.
create table inbox_answer (
    id         bigint generated always as identity primary key,
    nominal_id text not null,
    decision   bigint not null references ownership,
    lpu        text not null,
    answer     text not null check (answer in ('accepted', 'disputed', 'claimed')),
    reason     text not null check (reason <> ''),
    said_by    text not null check (said_by <> ''),
    said_at    timestamptz not null default now()
);
create index inbox_answer_nominal on inbox_answer (nominal_id, id);

-- A silence of a whole working day: told to the LPU's OM Inspector, once.
create table inbox_escalation (
    decision     bigint primary key references ownership,
    nominal_id   text not null,
    lpu          text not null,
    escalated_at timestamptz not null default now()
);

-- Another area is asked: to agree to a bail address there, or to take a nominal over.
create table consultation (
    id          bigint generated always as identity primary key,
    kind        text not null check (kind in ('bail', 'transfer')),
    nominal_id  text not null,
    address     bigint references nominal_address,
    owner_force text not null,
    owner_lpu   text,
    force       text not null,
    lpu         text,
    rules       text[] not null,
    because     text not null,
    asked_by    text check (asked_by <> ''),
    asked_at    timestamptz not null default now(),
    check ((kind = 'bail') = (address is not null)),
    check ((kind = 'transfer') = (asked_by is not null))
);
create index consultation_nominal on consultation (nominal_id);
create unique index consultation_bail on consultation
    (address, force, coalesce(lpu, ''), owner_force, coalesce(owner_lpu, ''))
    where kind = 'bail';

-- What became of it: said once.
create table consultation_answer (
    consultation bigint primary key references consultation,
    answer       text not null check (answer in ('agreed', 'refused', 'withdrawn')),
    said_by      text not null check (said_by <> ''),
    reason       text not null check (reason <> ''),
    said_at      timestamptz not null default now()
);

call allow('geocorr_worker', 'select, insert',
    'proposal, inbox_answer, inbox_escalation, consultation, consultation_answer');
call allow('geocorr_web', 'select',
    'proposal, inbox_answer, inbox_escalation, consultation, consultation_answer');
call allow('geocorr_web', 'insert', 'inbox_answer, consultation, consultation_answer');
call allow('geocorr_web', 'usage',
    'sequence inbox_answer_id_seq, consultation_id_seq');

-- ---- Cohorts (0014_cohorts.sql) ----

-- Facts of a case in versions: what somebody recorded of a nominal, with its days and
-- its source. Never edited: what is said anew, or withdrawn, is a new version, and the
-- last one holds. Victims and households stand here by reference, never by name.
create table case_fact (
    id           bigint generated always as identity primary key,
    fact_id      text not null check (fact_id <> ''),
    version      integer not null,
    nominal_id   text not null,
    kind         text not null,
    value        text not null,
    subject      text not null,
    on_day       date not null,
    until_day    date check (until_day >= on_day),
    victim       text not null,
    household    text not null,
    relationship text not null,
    source       text not null check (source <> ''),
    withdrawn    boolean not null,
    recorded_by  text not null check (recorded_by <> ''),
    recorded_at  timestamptz not null default now(),
    unique (fact_id, version)
);
create index case_fact_nominal on case_fact (nominal_id);

-- GWENT-FLEX-WEIGHT: what a force gives more weight to within its fixed cohort, for
-- which days, and the local crime trends that are its evidence.
create table cohort_weighting (
    id          bigint generated always as identity primary key,
    force       text not null,
    attribute   text not null,
    evidence    text not null check (evidence <> ''),
    from_day    date not null,
    until_day   date check (until_day >= from_day),
    recorded_by text not null check (recorded_by <> ''),
    recorded_at timestamptz not null default now()
);

-- What the software proposes for a nominal and a cohort: appended when it comes to
-- propose something else, or for another reason. The last one holds.
create table cohort_proposal (
    id         bigint generated always as identity primary key,
    run        bigint not null references run,
    day        date not null,
    nominal_id text not null,
    cohort     text not null,
    action     text not null
        check (action in ('enter', 'consider', 'stay', 'discuss', 'leave', 'none')),
    headings   text[] not null,
    priority   integer not null,
    profile    text not null,
    rules      text[] not null,
    evidence   jsonb not null,
    because    text not null,
    made_at    timestamptz not null default now()
);
create index cohort_proposal_nominal on cohort_proposal (nominal_id, cohort, id);
create index cohort_proposal_run on cohort_proposal (run);

-- What people decide: who, as what, when and why. Membership is the last decision of a
-- nominal and a cohort; those before it stay. A removal has its plan (GWENT-3.5).
create table cohort_decision (
    id             bigint generated always as identity primary key,
    nominal_id     text not null,
    cohort         text not null,
    decision       text not null check (decision in ('enter', 'stay', 'leave')),
    day            date not null,
    proposal       bigint references cohort_proposal,
    reason         text not null check (reason <> ''),
    decided_by     text not null check (decided_by <> ''),
    decided_as     text not null,
    discussed_with text not null,
    plan           text not null,
    shared_with    text not null,
    review_on      date,
    decided_at     timestamptz not null default now()
);
create index cohort_decision_nominal on cohort_decision (nominal_id, cohort, id);

-- How every nominal stands to every cohort now: the last proposal beside the last
-- decision. `waits`: somebody has to decide on this very proposal still.
create view cohort_now as
with proposed as (
    select distinct on (nominal_id, cohort) *
    from cohort_proposal
    order by nominal_id, cohort, id desc
), decided as (
    select distinct on (nominal_id, cohort) *
    from cohort_decision
    order by nominal_id, cohort, id desc
)
select
    nominal_id, cohort, proposed.id as proposal, proposed.run,
    coalesce(proposed.action, 'none') as action,
    coalesce(proposed.headings, '{}') as headings,
    coalesce(proposed.priority, 0) as priority,
    proposed.profile, proposed.rules, proposed.evidence, proposed.because,
    proposed.made_at,
    coalesce(decided.decision in ('enter', 'stay'), false) as member,
    decided.id as decided, decided.decision, decided.review_on, decided.decided_by,
    decided.decided_at,
    coalesce(proposed.action not in ('stay', 'none'), false)
        and coalesce(decided.proposal, 0) < proposed.id as waits
from proposed full join decided using (nominal_id, cohort);

call allow('geocorr_worker', 'select, insert',
    'case_fact, cohort_weighting, cohort_proposal, cohort_decision');
call allow('geocorr_worker', 'select', 'cohort_now');
call allow('geocorr_web', 'select',
    'case_fact, cohort_weighting, cohort_proposal, cohort_decision, cohort_now');
call allow('geocorr_web', 'insert', 'cohort_decision');
call allow('geocorr_web', 'usage', 'sequence cohort_decision_id_seq');

-- ---- What people say of a hit (0016_decisions.sql) ----

-- HANTS-GPS-3, HANTS-GPS-4. What people say of a hit, in the order in which they said it,
-- beside the software's finding and never over it. The central team qualifies or
-- dismisses a hit and sends it; the force's officer decides. Each word is said of a
-- finding: this tag, on this person, at this version of the crime, with this verdict. A
-- run that finds the same again inherits the words; a corrected crime does not.
create table hit_decision (
    id            bigint generated always as identity primary key,
    hit           bigint not null references hit,
    crime_version bigint not null references crime_version,
    device_id     text not null,
    nominal_id    text not null,
    order_id      text not null,
    verdict       text not null,
    word          text not null check (word in
        ('qualified', 'dismissed', 'sent', 'ruled_in', 'ruled_out', 'needs_more')),
    said_by       text not null check (said_by <> ''),
    reason        text not null check (reason <> '' or word = 'sent'),
    note          text not null default '',
    said_at       timestamptz not null default now()
);
create index hit_decision_finding on hit_decision (crime_version, device_id, id);
create index hit_decision_said on hit_decision (said_at);
create index hit_decision_hit on hit_decision (hit);
-- What a force was told and no longer stands is looked for among those that went.
create index hit_gone on hit (crime_version, device_id) where state <> 'live';

-- How far people are with a hit: the last word on its finding. `recalled`: it was sent,
-- and no longer stands.
create view hit_stage as
select hit.id as hit,
    case
        when last.id is null then 'unreviewed'
        when hit.state <> 'live' and exists (
                select from hit_decision as said
                where said.crime_version = hit.crime_version
                    and said.device_id = hit.device_id
                    and said.nominal_id = hit.nominal_id
                    and said.order_id = hit.order_id and said.verdict = hit.verdict
                    and said.word = 'sent')
            and not exists (
                select from hit as again
                where again.crime_version = hit.crime_version and again.state = 'live'
                    and again.device_id = hit.device_id
                    and again.nominal_id = hit.nominal_id
                    and again.order_id = hit.order_id and again.verdict = hit.verdict)
            and not exists (
                select from hit as later
                where later.crime_version = hit.crime_version and later.state <> 'live'
                    and later.device_id = hit.device_id
                    and later.nominal_id = hit.nominal_id
                    and later.order_id = hit.order_id and later.verdict = hit.verdict
                    and later.id > hit.id)
            then 'recalled'
        else last.word
    end as stage,
    last.said_by, last.said_at, last.hit as said_of
from hit
left join lateral (
    select * from hit_decision as said
    where said.crime_version = hit.crime_version
        and said.device_id = hit.device_id and said.nominal_id = hit.nominal_id
        and said.order_id = hit.order_id and said.verdict = hit.verdict
    order by said.id desc limit 1
) as last on true;

call allow('geocorr_worker', 'select, insert', 'hit_decision');
call allow('geocorr_worker', 'select', 'hit_stage');
call allow('geocorr_web', 'select, insert', 'hit_decision');
call allow('geocorr_web', 'select', 'hit_stage');
call allow('geocorr_web', 'usage', 'sequence hit_decision_id_seq');
call allow('geocorr_worker', 'usage', 'sequence hit_decision_id_seq');

-- ---- Spans of lists of scores (0017_score_spans.sql) ----

-- Which nominals a list of scores can hold, without unpacking it: a nominal's history
-- reads a list of every day.
alter table score_list
    add lowest integer generated always as (nominals[1]) stored,
    add highest integer generated always as (nominals[cardinality(nominals)]) stored;

-- ---- Who may come in (0018_accounts.sql) ----

-- Who may come in. Accounts are never deleted; the web's role reads none of these tables:
-- it asks the functions below, one name, one session, one token at a time.
create table account (
    id            bigint generated always as identity primary key,
    name          text not null unique check (name ~ '^[a-z0-9][a-z0-9._@-]{1,99}$'),
    shown         text not null check (shown <> ''),
    roles         text[] not null check (roles <@ array['central_team', 'investigator',
        'lpu_team', 'intelligence', 'auditor', 'admin', 'om_inspector', 'supervisor']),
    force         text,
    lpu           text,
    -- Who the provider says it is; its own name where nothing else was agreed.
    subject       text not null unique,
    -- argon2id; null for who comes in by the provider alone.
    password_hash text,
    must_change   boolean not null default true,
    made_at       timestamptz not null default now(),
    made_by       text not null,
    disabled_at   timestamptz
);

-- A session by the hash of its id, which only the browser holds.
create table session (
    id         bytea primary key check (octet_length(id) = 32),
    account    bigint not null references account,
    way        text not null check (way in ('password', 'oidc')),
    address    text not null,
    made_at    timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at   timestamptz,
    ended_why  text
);
create index session_account on session (account) where ended_at is null;

-- A script's key by its hash.
create table api_token (
    id           bigint generated always as identity primary key,
    sha256       bytea not null unique check (octet_length(sha256) = 32),
    account      bigint not null references account,
    name         text not null,
    made_at      timestamptz not null default now(),
    made_by      text not null,
    expires_at   timestamptz not null,
    last_used_at timestamptz,
    ended_at     timestamptz
);

-- Every try to come in by a name, known or not; the name as a hash, for people type
-- passwords into the wrong field.
create table log_in_attempt (
    id          bigint generated always as identity primary key,
    name_sha256 bytea not null,
    address     text not null,
    at          timestamptz not null default now(),
    let_in      boolean not null default false
);
create index log_in_attempt_name on log_in_attempt (name_sha256, at);
create index log_in_attempt_address on log_in_attempt (address, at);

-- Somebody on the way to the provider and back.
create table oidc_journey (
    state     bytea primary key check (octet_length(state) = 32),
    nonce     text not null,
    verifier  text not null,
    next_path text not null,
    made_at   timestamptz not null default now(),
    used_at   timestamptz
);

-- A try by a name begins: with the hash to compare with, or until when to wait. No hash
-- is given without a try that counts; `at_most` failures lock the name for `lock`, and
-- `at_most_here` an address. A name that nobody has is treated alike.
create function log_in_began(
    tried_name text, from_address text, at_most integer, at_most_here integer,
    lock interval
) returns table (
    attempt bigint, account bigint, password_hash text, locked_until timestamptz
) language plpgsql security definer set search_path = public, pg_temp as $$
declare
    tried bytea := sha256(convert_to(tried_name, 'UTF8'));
    failed timestamptz[];
    failed_here timestamptz[];
begin
    -- One at a time, or many at once would all find few failures.
    perform pg_advisory_xact_lock(hashtextextended('geocorr.log_in', 0));
    failed := array(
        select a.at from log_in_attempt as a
        where a.name_sha256 = tried and not a.let_in
            and a.at > coalesce(
                (select max(b.at) from log_in_attempt as b
                 where b.name_sha256 = tried and b.let_in), '-infinity')
        order by a.at desc limit at_most);
    failed_here := array(
        select a.at from log_in_attempt as a
        where a.address = from_address and not a.let_in
        order by a.at desc limit at_most_here);
    if failed[at_most] > failed[1] - lock and failed[1] + lock > clock_timestamp() then
        return query select null::bigint, null::bigint, null::text, failed[1] + lock;
    elsif failed_here[at_most_here] > clock_timestamp() - lock then
        return query select null::bigint, null::bigint, null::text,
            failed_here[at_most_here] + lock;
    else
        insert into log_in_attempt (name_sha256, address, at)
        values (tried, from_address, clock_timestamp()) returning id into attempt;
        return query select attempt, a.id, a.password_hash, null::timestamptz
            from (select 1) as always
            left join account as a on a.name = tried_name and a.disabled_at is null;
    end if;
end
$$;

-- The try was let in: what failed before it counts no more.
create function log_in_ended(attempt bigint) returns void
language sql security definer set search_path = public, pg_temp as $$
    update log_in_attempt set let_in = true where id = attempt
$$;

-- A session begins for an account that is not disabled; says whether it did.
create function session_opened(
    session_id bytea, of_account bigint, by_way text, from_address text, lasts interval
) returns boolean language sql security definer set search_path = public, pg_temp as $$
    with opened as (
        insert into session (id, account, way, address, expires_at)
        select session_id, id, by_way, from_address, now() + lasts
        from account where id = of_account and disabled_at is null
        returning id
    )
    select exists (select from opened)
$$;

-- Whose session it is, if it still is one; that it was seen is kept to the minute.
create function session_seen(session_id bytea, idle interval)
returns table (
    account bigint, name text, shown text, roles text[], force text, lpu text,
    must_change boolean
) language sql security definer set search_path = public, pg_temp as $$
    with found as (
        select s.way, a.* from session as s join account as a on a.id = s.account
        where s.id = session_id and s.ended_at is null and a.disabled_at is null
            and now() < s.expires_at and now() < s.seen_at + idle
    ), noted as (
        update session set seen_at = now()
        where id = session_id and seen_at < now() - interval '1 minute'
            and exists (select from found)
    )
    select id, name, shown, roles, force, lpu, must_change and way = 'password'
    from found
$$;

create function session_ended(session_id bytea, why text) returns void
language sql security definer set search_path = public, pg_temp as $$
    update session set ended_at = now(), ended_why = why
    where id = session_id and ended_at is null
$$;

-- All sessions of an account end but one, which may be none.
create function sessions_ended(of_account bigint, but bytea, why text) returns bigint
language sql security definer set search_path = public, pg_temp as $$
    with ended as (
        update session set ended_at = now(), ended_why = why
        where account = of_account and ended_at is null and id is distinct from but
        returning id
    )
    select count(*) from ended
$$;

-- Whose token it is, if it still is one; when it was used is kept to the minute.
create function token_used(token_sha256 bytea)
returns table (
    account bigint, name text, shown text, roles text[], force text, lpu text
) language sql security definer set search_path = public, pg_temp as $$
    with found as (
        select t.id as token, a.* from api_token as t join account as a on a.id = t.account
        where t.sha256 = token_sha256 and t.ended_at is null and a.disabled_at is null
            and now() < t.expires_at
    ), noted as (
        update api_token set last_used_at = now()
        where id in (select token from found)
            and (last_used_at is null or last_used_at < now() - interval '1 minute')
    )
    select id, name, shown, roles, force, lpu from found
$$;

-- A person's own new password.
create function password_changed(of_account bigint, new_hash text) returns void
language sql security definer set search_path = public, pg_temp as $$
    update account set password_hash = new_hash, must_change = false
    where id = of_account and disabled_at is null
$$;

-- The account of whom the provider names, if there is one and it is not disabled.
create function account_of_subject(of_subject text)
returns table (account bigint, name text)
language sql security definer set search_path = public, pg_temp as $$
    select id, name from account where subject = of_subject and disabled_at is null
$$;

do $$
declare
    doing text;
begin
    foreach doing in array array[
        'log_in_began(text, text, integer, integer, interval)', 'log_in_ended(bigint)',
        'session_opened(bytea, bigint, text, text, interval)',
        'session_seen(bytea, interval)', 'session_ended(bytea, text)',
        'sessions_ended(bigint, bytea, text)', 'token_used(bytea)',
        'password_changed(bigint, text)', 'account_of_subject(text)'
    ] loop
        execute format('revoke execute on function %s from public', doing);
        call allow('geocorr_web', 'execute', 'function ' || doing);
        call allow('geocorr_worker', 'execute', 'function ' || doing);
    end loop;
end
$$;
call allow('geocorr_worker', 'select, insert, update', 'account, session, api_token');
call allow('geocorr_worker', 'select, insert', 'log_in_attempt');
call allow('geocorr_worker', 'select', 'oidc_journey');
call allow('geocorr_web', 'select, insert', 'oidc_journey');
call allow('geocorr_web', 'update (used_at)', 'oidc_journey');

-- ---- Who sees which rows (0019_row_security.sql) ----

-- Who sees which rows. The web says at the head of every transaction who asks
-- (`geocorr.account`, `.roles`, `.force`, `.lpu`; sql/db.py), and what it does not say
-- it does not see: a route that forgets a filter shows nothing of another's. The worker
-- sees all. On a database of one's own without our roles there is nobody to tell apart.

-- What the transaction says of who asks; null where it says nothing.
create function acting(what text) returns text
language sql stable parallel safe as $$
    select nullif(current_setting('geocorr.' || what, true), '')
$$;

create function acts_as(variadic asked text[]) returns boolean
language sql stable parallel safe as $$
    select coalesce(string_to_array(acting('roles'), ',') && asked, false)
$$;

-- Whether the web asks, also inside a function of the owner's rights.
create function asked_by_web() returns boolean
language sql stable parallel safe as $$
    select coalesce(nullif(current_setting('role', true), 'none'), session_user)
        = 'geocorr_web'
$$;

-- Take a right from a role, where the role exists.
create procedure forbid(role_name text, privileges text, on_what text)
language plpgsql as $$
begin
    if to_regrole(role_name) is not null then
        execute format('revoke %s on %s from %I', privileges, on_what, role_name);
    end if;
end
$$;

-- Show the web those rows of these tables for which `visible` holds ({table} is the one
-- it stands for), and let it add those for which `sayable` does (as visible, unless
-- given).
create procedure guard(tables text, visible text, sayable text default null)
language plpgsql as $$
declare
    one text;
begin
    foreach one in array regexp_split_to_array(tables, ',\s*') loop
        execute format('alter table %I enable row level security', one);
        if to_regrole('geocorr_worker') is not null then
            execute format('create policy worker on %I to geocorr_worker using (true)',
                one);
        end if;
        if to_regrole('geocorr_web') is not null then
            execute format('create policy web on %I to geocorr_web using (%s)'
                || ' with check (%s)', one,
                replace(visible, '{table}', quote_ident(one)),
                replace(coalesce(sayable, visible), '{table}', quote_ident(one)));
        end if;
    end loop;
end
$$;

-- ---- Whose force: beside every version of a crime and every hit ----
-- What a policy asks of each row stands in the row; that it is the crime's own force,
-- the foreign keys see to.
alter table crime add unique (id, force);

alter table crime_version add column force text;
update crime_version set force = crime.force from crime where crime.id = crime;
alter table crime_version
    alter column force set not null,
    add unique (id, force),
    drop constraint crime_version_crime_fkey,
    add foreign key (crime, force) references crime (id, force);

alter table hit add column force text;
update hit set force = version.force
from crime_version as version where version.id = crime_version;
alter table hit
    alter column force set not null,
    drop constraint hit_crime_version_fkey,
    add foreign key (crime_version, force) references crime_version (id, force);

-- ---- Whose nominals ----
create index ownership_area on ownership (force, lpu) where force is not null;
create index ownership_joint on ownership using gin (joint jsonb_path_ops)
    where joint <> '[]';
create index proposal_area on proposal (force, lpu) where force is not null;
create index consultation_area on consultation (force, lpu);
-- Hits that no longer stand too: who was told of one goes on seeing whom it was of.
drop index hit_nominal;
create index hit_nominal on hit (nominal_id, first_inside);

-- Whom an LPU, or a force as a whole, has to do with today: whom it owns or shares, who
-- waits and is proposed to it, and on whom it is consulted.
create function nominals_of_area(of_force text, of_lpu text) returns setof text
language sql stable set search_path = public, pg_temp rows 500 as $$
    with area as (
        select (now() at time zone 'Europe/London')::date as today,
            jsonb_build_array(jsonb_strip_nulls(
                jsonb_build_object('force', of_force, 'lpu', of_lpu))) as shared
    ), named as (
        select nominal_id from ownership
        where force = of_force and (of_lpu is null or lpu = of_lpu)
        union
        select nominal_id from ownership, area
        where joint <> '[]' and joint @> area.shared
        union
        select nominal_id from proposal
        where force = of_force and (of_lpu is null or lpu = of_lpu)
    )
    select named.nominal_id
    from named
    cross join area
    left join lateral (
        select * from ownership as o
        where o.nominal_id = named.nominal_id and o.day <= area.today
            and o.act = 'found'
        order by o.day desc, o.id desc limit 1
    ) as found on true
    left join lateral (
        select * from ownership as o
        where o.nominal_id = named.nominal_id and o.day <= area.today
            and o.act <> 'found'
        order by o.day desc, o.id desc limit 1
    ) as said on true
    cross join lateral (
        select case when said.act not in ('released', 'lapsed') then said.force
                else found.force end as force,
            case when said.act not in ('released', 'lapsed') then said.lpu
                else found.lpu end as lpu
    ) as held
    where held.force = of_force and (of_lpu is null or held.lpu = of_lpu)
        or held.force is not null and found.joint @> area.shared
        or held.force is null and exists (
            select from (
                select * from proposal
                where nominal_id = named.nominal_id order by day desc, id desc limit 1
            ) as last
            where last.force = of_force and (of_lpu is null or last.lpu = of_lpu))
    union
    select nominal_id from consultation
    where force = of_force and (of_lpu is null or lpu is null or lpu = of_lpu)
        and not exists (select from consultation_answer as answered
            where answered.consultation = consultation.id)
$$;

-- Those of an LPU team or an OM Inspector; of an Inspector or a Supervisor without an
-- LPU those of the force.
create function our_nominals() returns setof text
language plpgsql stable security definer set search_path = public, pg_temp rows 500
as $$
begin
    if acting('force') is not null and (
            acts_as('om_inspector', 'supervisor')
            or acts_as('lpu_team') and acting('lpu') is not null) then
        return query select nominals_of_area(acting('force'), acting('lpu'));
    end if;
end
$$;

-- Whose case one may read: theirs, and of intelligence in a force all of that force.
create function case_nominals() returns setof text
language plpgsql stable security definer set search_path = public, pg_temp rows 1000
as $$
begin
    return query select our_nominals();
    if acts_as('intelligence') and acting('force') is not null then
        return query select nominals_of_area(acting('force'), null)
            union select nominal_id from nominal where force = acting('force');
    end if;
end
$$;

-- Intelligence that is of no force is of all.
create function sees_all_cases() returns boolean
language sql stable parallel safe as $$
    select acts_as('intelligence') and acting('force') is null
$$;

-- The force whose crimes an investigator sees.
create function investigated_force() returns text
language sql stable parallel safe as $$
    select case when acts_as('investigator') then acting('force') end
$$;

-- The crimes of the hits of an LPU's nominals.
create function our_crimes() returns table (crime_version bigint, crime bigint)
language sql stable security definer set search_path = public, pg_temp rows 500 as $$
    select distinct version.id, version.crime
    from hit join crime_version as version on version.id = hit.crime_version
    where hit.nominal_id in (select our_nominals())
$$;

-- ---- Crimes and hits ----
call guard('batch',
    '(select acts_as(''central_team'')) or force = (select investigated_force())');
call guard('crime',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or id in (select ours.crime from our_crimes() as ours)');
call guard('crime_version',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or id in (select ours.crime_version from our_crimes() as ours)');
call guard('batch_crime', '(select acts_as(''central_team''))
    or exists (select from batch as of where of.id = batch_crime.batch)');
call guard('hit',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or nominal_id in (select our_nominals())');
call guard('hit_decision', '(select acts_as(''central_team''))
        or exists (select from hit as of where of.id = hit_decision.hit)',
    '(select acts_as(''central_team'', ''investigator''))
        and exists (select from hit as of where of.id = hit_decision.hit)');
call guard('assessment', '(select acts_as(''central_team''))
    or exists (select from hit as of where of.id = assessment.hit)');
call guard('coverage_statement', '(select acts_as(''central_team'')) or exists (
    select from crime_version as of where of.id = coverage_statement.crime_version)');
call guard('coverage_due', '(select acts_as(''central_team'')) or exists (
    select from crime_version as of where of.id = coverage_due.crime_version)');

-- A run of a batch tells how many hits a force had; others tell of nobody.
call guard('run', '(select acts_as(''central_team'', ''lpu_team'', ''intelligence'',
        ''om_inspector'', ''supervisor''))
    or (select acts_as(''investigator'')) and (batch is null
        or exists (select from batch as of where of.id = run.batch))');

-- Verdicts go to those who see the crime, and to who asked.
alter table verdict_list add column account text
    default nullif(current_setting('geocorr.account', true), '');
call guard('verdict_list', '(select acts_as(''central_team''))
    or (select acts_as(''investigator'')) and (
        account = (select acting(''account''))
        or exists (select from crime_version as of
            where of.id = verdict_list.crime_version
                and of.force = (select investigated_force())))');

-- ---- Persons ----
-- By their cases; and for who works on hits by the hits that they see.
call guard('nominal, tag_order', '(select sees_all_cases())
    or nominal_id in (select case_nominals())
    or (select acts_as(''central_team'', ''investigator''))
        and exists (select from hit as of where of.nominal_id = {table}.nominal_id)');
call guard('device_event', '(select sees_all_cases())
    or (select acts_as(''central_team'', ''investigator'', ''intelligence''))
        and exists (select from tag_order as of
            where of.device_id = device_event.device_id
                and of.during @> device_event.at)');
call guard('nominal_address, ownership, joint_plan, proposal, inbox_answer,
        inbox_escalation, score_nominal, manual_score, partner_assessment, outbox,
        case_fact, cohort_proposal, cohort_decision, disclosure',
    '(select sees_all_cases()) or nominal_id in (select case_nominals())');
call guard('address_place', '(select sees_all_cases()) or exists (
    select from nominal_address as of where of.id = address_place.address)');
call guard('manual_score_step', '(select sees_all_cases()) or exists (
    select from manual_score as of where of.id = manual_score_step.manual_score)');
call guard('outbox_step', '(select sees_all_cases()) or exists (
    select from outbox as of where of.id = outbox_step.outbox)');
call guard('score_change', '(select sees_all_cases()) or exists (
    select from score_nominal as of where of.id = score_change.nominal)');
-- A meeting on nobody by name is everyone's.
call guard('meeting', '(select sees_all_cases())
    or (select acts_as(''lpu_team'', ''intelligence'', ''om_inspector'', ''supervisor''))
        and (nominal_ids = ''{}''
            or nominal_ids && array(select case_nominals()))');

-- Who is asked, and who owns, sees a consultation; a referral and a case also who sits
-- where it was put.
call guard('consultation', '(select sees_all_cases())
    or nominal_id in (select case_nominals())
    or (select acts_as(''lpu_team'', ''om_inspector'', ''supervisor'', ''intelligence''))
        and (force = (select acting(''force''))
                and (lpu is null or (select acting(''lpu'')) is null
                    or lpu = (select acting(''lpu'')))
            or owner_force = (select acting(''force''))
                and (owner_lpu is null or (select acting(''lpu'')) is null
                    or owner_lpu = (select acting(''lpu''))))');
call guard('consultation_answer', '(select sees_all_cases()) or exists (
    select from consultation as of where of.id = consultation_answer.consultation)');
call guard('referral, managed_case', '(select sees_all_cases())
    or nominal_id in (select case_nominals())
    or (select acts_as(''lpu_team'', ''om_inspector'', ''supervisor''))
        and force = (select acting(''force''))
        and (lpu = '''' or lpu = (select acting(''lpu'')))');
call guard('referral_ruling', '(select sees_all_cases()) or exists (
    select from referral as of where of.id = referral_ruling.referral)');
call guard('case_entry', '(select sees_all_cases()) or exists (
    select from managed_case as of where of.id = case_entry.managed_case)');

-- Zones and breaches are the central team's, and intelligence's of its own nominals.
call guard('zone_version', '(select acts_as(''central_team'')) or (select sees_all_cases())
    or (select acts_as(''intelligence'')) and (
        nominal_id in (select case_nominals())
        or exists (select from tag_order as of
            where of.device_id = zone_version.device_id))');
call guard('breach', '(select acts_as(''central_team'')) or (select sees_all_cases())
    or (select acts_as(''intelligence'')) and nominal_id in (select case_nominals())');
call guard('breach_finding', '(select acts_as(''central_team'')) or exists (
    select from breach as of where of.id = breach_finding.breach)');
call guard('breach_outcome', '(select acts_as(''central_team'')) or exists (
    select from breach as of where of.id = breach_outcome.breach)');

-- Entries are read one by one by intelligence alone. What a score is made of all its
-- entries give, so who may see a score may have them reckoned: while they say so.
call guard('entry_version', '((select acts_as(''intelligence''))
        or (select acting(''reckoning'')) is not null)
    and ((select sees_all_cases()) or exists (
        select from score_nominal as of where of.id = entry_version.nominal))');
call guard('entry_event', '(select sees_all_cases()) or exists (
    select from entry_version as of where of.event = entry_event.id)');
call guard('weight_simulation', '(select acts_as(''intelligence''))');

-- What is done is always noted; who did what, auditors read.
call guard('audit', '(select acts_as(''auditor''))', 'true');

-- ---- Answers that are given again: to who asked ----
alter table idempotency_key
    add column account text not null
        default coalesce(current_setting('geocorr.account', true), ''),
    drop constraint idempotency_key_pkey,
    add primary key (account, key);
alter table idempotency_key enable row level security;
do $$
begin
    if to_regrole('geocorr_worker') is not null then
        create policy worker on idempotency_key to geocorr_worker using (true);
    end if;
    if to_regrole('geocorr_web') is not null then
        create policy web on idempotency_key to geocorr_web
            using (account = coalesce((select acting('account')), ''));
        create policy web_forgets on idempotency_key for delete to geocorr_web
            using (true);
    end if;
end
$$;

-- ---- Scores: lists of many nominals, cut to those that one may see ----
call forbid('geocorr_web', 'select', 'score_list');
create function score_lists_seen(of_day date) returns table (
    id bigint, run bigint, everyone boolean, day date, force text, known_at timestamptz,
    profile text, weight_set bigint, nominals integer[], computed bigint[],
    unknown integer[], manual_nominals integer[], manual_given bigint[]
) language plpgsql stable security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    seen integer[];
begin
    if not asked_by_web() or sees_all_cases() then
        return query
        select list.id, list.run, score_run.everyone, score_run.day, list.force,
            list.known_at, list.profile, list.weight_set, list.nominals, list.computed,
            list.unknown, list.manual_nominals, list.manual_given
        from score_list as list
        join score_run on score_run.run = list.run
        join run on run.id = list.run
        where score_run.day = of_day and run.state = 'done';
        return;
    end if;
    seen := array(
        select id from score_nominal where nominal_id in (select case_nominals()));
    return query
    select list.id, list.run, score_run.everyone, score_run.day, list.force,
        list.known_at, list.profile, list.weight_set, given.nominals, given.computed,
        given.unknown, instead.nominals, instead.given
    from score_list as list
    join score_run on score_run.run = list.run
    join run on run.id = list.run
    cross join lateral (
        select array_agg(n order by n) as nominals, array_agg(c order by n) as computed,
            array_agg(u order by n) as unknown
        from unnest(list.nominals, list.computed, list.unknown) as one (n, c, u)
        where n in (select unnest(seen))
    ) as given
    cross join lateral (
        select coalesce(array_agg(n order by n), '{}') as nominals,
            coalesce(array_agg(g order by n), '{}') as given
        from unnest(list.manual_nominals, list.manual_given) as one (n, g)
        where n in (select unnest(seen))
    ) as instead
    where score_run.day = of_day and run.state = 'done' and given.nominals is not null;
end
$$;

-- What lists from a day to a day gave to one nominal.
create function scores_given(of_nominal integer, first_day date, last_day date)
returns table (
    id bigint, run bigint, everyone boolean, day date, force text, known_at timestamptz,
    profile text, weight_set bigint, computed bigint, unknown integer, manual bigint
) language sql stable security definer set search_path = public, pg_temp as $$
    select list.id, list.run, score_run.everyone, score_run.day, list.force,
        list.known_at, list.profile, list.weight_set,
        list.computed[array_position(list.nominals, of_nominal)],
        list.unknown[array_position(list.nominals, of_nominal)],
        list.manual_given[array_position(list.manual_nominals, of_nominal)]
    from score_list as list
    join score_run on score_run.run = list.run
    where score_run.day between first_day and last_day
        and list.lowest <= of_nominal and list.highest >= of_nominal
        and of_nominal = any(list.nominals)
        and (not asked_by_web() or sees_all_cases() or exists (
            select from score_nominal as one
            where one.id = of_nominal and one.nominal_id in (select case_nominals())))
$$;

-- ---- Views ask as who reads them ----
alter view fix set (security_invoker = true);
alter view verdict set (security_invoker = true);
alter view ownership_queue set (security_invoker = true);
alter view cohort_now set (security_invoker = true);
alter view hit_stage set (security_invoker = true);

-- ---- Fixes: through these functions alone ----
-- What a hit rests on, where it does not carry it itself out of its pieces.
create function hit_evidence_of(of_hit bigint, piece_bytes integer) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(hit.evidence, (
        select substring(string_agg(data, ''::bytea order by piece)
            from (hit.evidence_at % piece_bytes)::integer + 1 for hit.evidence_bytes)
        from hit_evidence
        where hit_evidence.run = hit.run
            and piece between hit.evidence_at / piece_bytes
                and (hit.evidence_at + hit.evidence_bytes - 1) / piece_bytes))
    from hit
    where hit.id = of_hit and (not asked_by_web() or acts_as('central_team')
        or hit.force = investigated_force())
$$;

create function breach_evidence_of(of_finding bigint) returns bytea
language sql stable security definer set search_path = public, pg_temp as $$
    select evidence from breach_finding
    where id = of_finding and (not asked_by_web() or acts_as('central_team'))
$$;

-- A stretch of a device's trail, as COPY would send its rows.
create function trail_rows_between(
    of_device text, from_at timestamptz, to_at timestamptz,
    out rows bytea, out device integer
) language sql stable set search_path = public, pg_temp as $$
    select string_agg('\x0008'::bytea
        || ('\x00000004' || int4send(device))
        || ('\x00000008' || timestamptz_send(t_from))
        || ('\x00000008' || timestamptz_send(received_at))
        || ('\x00000004' || int4send(n_own))
        || ('\x00000004' || int4send(n_borrowed))
        || (int4send(13 + 24 * ST_NPoints(path)) || geometry_send(path)
            || (int4send(octet_length(attrs)) || attrs
                || (int4send(octet_length(stops)) || stops))), ''), min(device)
    from trail
    where device = (select id from device where device_id = of_device)
        and t_from >= date_trunc('hour', from_at, 'UTC') and t_from <= to_at
$$;

-- The trail round a hit, as far as the order goes that it is of: `margin` either side of
-- the crime's window, more than `freely` for a reason alone. Every look is noted (the
-- audit has a column for the reason from the next migration on).
create function trail_round_hit(
    of_hit bigint, margin interval, freely interval, reason text
) returns table (
    device_id text, from_at timestamptz, to_at timestamptz, rows bytea, device integer
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
    seen record;
begin
    if margin > freely and coalesce(reason, '') = '' then
        raise 'A longer look needs a reason.' using errcode = 'insufficient_privilege';
    end if;
    select hit.id, hit.device_id, hit.order_id, hit.nominal_id,
        version.window_from - margin as from_at, version.window_to + margin as to_at
    into seen
    from hit join crime_version as version on version.id = hit.crime_version
    where hit.id = of_hit and (not asked_by_web() or acts_as('central_team')
        or hit.force = investigated_force());
    if not found then
        return;
    end if;
    insert into audit (actor, action, subject, detail, why)
    values (coalesce(acting('account'), session_user), 'read trail',
        'nominal ' || seen.nominal_id, jsonb_build_object('hit', seen.id,
            'margin_min', round(extract(epoch from margin) / 60)), coalesce(reason, ''));
    return query
    select seen.device_id, part.from_at, part.to_at, found.rows, found.device
    from tag_order
    cross join lateral (
        select greatest(seen.from_at, lower(during)) as from_at,
            least(seen.to_at, upper(during)) as to_at
    ) as part
    cross join lateral trail_rows_between(seen.device_id, part.from_at, part.to_at)
        as found
    where tag_order.order_id = seen.order_id and part.from_at <= part.to_at;
end
$$;

-- Where a nominal's tags were in a stretch of time, for a reason: to who sees the case,
-- and to an investigator of one who has a hit in the force. Every search is noted.
create function trail_of_nominal(
    of_nominal text, since timestamptz, until timestamptz, longest interval, reason text
) returns table (
    device_id text, from_at timestamptz, to_at timestamptz, rows bytea, device integer
) language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
begin
    if coalesce(reason, '') = '' or until - since > longest then
        raise 'A search needs a reason and an end.'
            using errcode = 'insufficient_privilege';
    end if;
    if asked_by_web() and not (acts_as('central_team') or sees_all_cases()
            or acts_as('intelligence') and of_nominal in (select case_nominals())
            or exists (select from hit
                where hit.nominal_id = of_nominal and hit.force = investigated_force()))
    then
        return;
    end if;
    insert into audit (actor, action, subject, detail, why)
    values (coalesce(acting('account'), session_user), 'search locations',
        'nominal ' || of_nominal, jsonb_build_object('from', since, 'to', until),
        reason);
    return query
    select worn.device_id, part.from_at, part.to_at, found.rows, found.device
    from tag_order as worn
    cross join lateral (
        select greatest(since, lower(worn.during)) as from_at,
            least(until, upper(worn.during)) as to_at
    ) as part
    cross join lateral trail_rows_between(worn.device_id, part.from_at, part.to_at)
        as found
    where worn.nominal_id = of_nominal and worn.during && tstzrange(since, until, '[]')
    order by part.from_at, worn.device_id;
end
$$;

-- The web reads every column of a hit and of a finding but the fixes in it, and no piece
-- of evidence; a column that comes later it reads only once it is allowed to.
call forbid('geocorr_web', 'select', 'hit, breach_finding, verdict_list, verdict_evidence,
    hit_evidence, pgqueuer');
do $$
declare
    one record;
begin
    for one in
        select table_name, string_agg(quote_ident(column_name), ', '
            order by ordinal_position) as columns
        from information_schema.columns
        where table_schema = 'public'
            and table_name in ('hit', 'breach_finding', 'verdict_list', 'pgqueuer')
            and column_name not in ('evidence', 'payload')
        group by table_name order by table_name
    loop
        call allow('geocorr_web', format('select (%s)', one.columns), one.table_name);
    end loop;
end
$$;

do $$
declare
    named text;
    owners_alone text[] := array['nominals_of_area(text, text)',
        'trail_rows_between(text, timestamptz, timestamptz)'];
begin
    foreach named in array owners_alone || array[
        'our_nominals()', 'case_nominals()', 'our_crimes()',
        'score_lists_seen(date)', 'scores_given(integer, date, date)',
        'hit_evidence_of(bigint, integer)', 'breach_evidence_of(bigint)',
        'trail_round_hit(bigint, interval, interval, text)',
        'trail_of_nominal(text, timestamptz, timestamptz, interval, text)'
    ] loop
        execute format('revoke execute on function %s from public', named);
        if named <> all(owners_alone) then
            call allow('geocorr_worker', 'execute', 'function ' || named);
            call allow('geocorr_web', 'execute', 'function ' || named);
        end if;
    end loop;
end
$$;

-- ---- The chain of the audit, holds and purges (0020_keeping.sql) ----

-- The audit as a chain, holds, and what retention removed.

-- Why somebody looked or did it, in their own words; empty where nothing asks for it.
alter table audit add column why text not null default '';
create index audit_subject on audit (subject, id);
create index audit_actor on audit (actor, id);
create index audit_at on audit using brin (at);
create index audit_nominals on audit using gin ((detail -> 'nominals'))
    where detail ? 'nominals';

-- Every entry of the audit has its place in a chain: `hash` is the SHA-256 of the hash
-- before it and of all that the entry says, so that an entry that was changed, taken out
-- or put in breaks every link after it.
create table audit_link (
    seq       bigint primary key check (seq > 0),
    entry     bigint not null unique,
    prev_hash bytea not null check (octet_length(prev_hash) = 32),
    hash      bytea not null check (octet_length(hash) = 32)
);

-- Where retention cut the chain off: the links up to `seq` went, the last had this hash.
create table audit_anchor (
    seq            bigint primary key,
    hash           bytea not null check (octet_length(hash) = 32),
    entries        bigint not null,
    first_at       timestamptz not null,
    last_at        timestamptz not null,
    anchored_at    timestamptz not null default now(),
    anchored_by    text not null check (anchored_by <> ''),
    retention_hash text not null
);

-- The parts in their order, each behind its length in bytes, so that no two entries read
-- alike; the time in microseconds since 1970.
create function audit_hash(prev_hash bytea, seq bigint, entry audit) returns bytea
language sql stable set search_path = public, pg_temp as $$
    select sha256(prev_hash || convert_to(
        string_agg(octet_length(part) || ':' || part, ',' order by place), 'UTF8'))
    from unnest(array[seq::text, entry.id::text,
        (extract(epoch from entry.at) * 1000000)::bigint::text, entry.actor,
        entry.action, entry.subject, entry.detail::text, entry.why])
        with ordinality as parts (part, place)
$$;

-- Put an entry at the end of the chain. The lock is the commit's own: taken when all
-- else is done, given back by the commit, so that writers wait for one another no longer
-- than that. In a transaction that reads an older moment it fails rather than forks.
create function audit_chain() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    last record;
begin
    perform pg_advisory_xact_lock(hashtext('geocorr.audit'));
    select seq, hash into last from audit_link order by seq desc limit 1;
    if not found then
        select coalesce(max(seq), 0) as seq, coalesce(
            (select hash from audit_anchor order by seq desc limit 1),
            decode(repeat('00', 32), 'hex')) as hash
        into last from audit_anchor;
    end if;
    insert into audit_link (seq, entry, prev_hash, hash)
    values (last.seq + 1, new.id, last.hash, audit_hash(last.hash, last.seq + 1, new));
    return null;
end
$$;

-- What was written before there was a chain, in the order in which it was written.
do $$
declare
    past audit;
    prev bytea := decode(repeat('00', 32), 'hex');
    n    bigint := 0;
begin
    for past in select * from audit order by id loop
        n := n + 1;
        insert into audit_link values (n, past.id, prev, audit_hash(prev, n, past))
        returning hash into prev;
    end loop;
end
$$;
create constraint trigger audit_chained after insert on audit
    deferrable initially deferred for each row execute function audit_chain();

-- Nobody changes what was written, the owner neither; and only what lies before an
-- anchor goes.
create function audit_stays() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
    cut bigint := coalesce((select max(seq) from audit_anchor), 0);
begin
    if tg_op = 'DELETE' and tg_table_name = 'audit' then
        if exists (select from audit_link where entry = old.id and seq <= cut) then
            return old;
        end if;
    elsif tg_op = 'DELETE' and tg_table_name = 'audit_link' then
        if old.seq <= cut then
            return old;
        end if;
    end if;
    raise 'The audit is written once.' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_stays before update or delete on audit
    for each row execute function audit_stays();
create trigger audit_is_not_emptied before truncate on audit
    for each statement execute function audit_stays();
create trigger audit_link_stays before update or delete on audit_link
    for each row execute function audit_stays();
create trigger audit_link_is_not_emptied before truncate on audit_link
    for each statement execute function audit_stays();
create trigger audit_anchor_stays before update or delete on audit_anchor
    for each row execute function audit_stays();
create trigger audit_anchor_is_not_emptied before truncate on audit_anchor
    for each statement execute function audit_stays();

-- Retention: remove the chain up to a link and leave an anchor there. Whatever a policy
-- says, nothing of the last year goes, and the last link stays.
create function audit_forget(upto bigint, who text, retention text) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint;
begin
    perform pg_advisory_xact_lock(hashtext('geocorr.audit'));
    if upto >= (select max(seq) from audit_link) or exists (
            select from audit_link join audit on audit.id = audit_link.entry
            where audit_link.seq <= upto and audit.at > now() - interval '1 year') then
        raise 'The audit of the last year stays.' using errcode = 'insufficient_privilege';
    end if;
    insert into audit_anchor (seq, hash, entries, first_at, last_at, anchored_by,
        retention_hash)
    select upto, (select hash from audit_link where seq = upto), count(*), min(audit.at),
        max(audit.at), who, retention
    from audit_link join audit on audit.id = audit_link.entry
    where audit_link.seq <= upto
    returning entries into gone;
    delete from audit using audit_link as link
    where link.entry = audit.id and link.seq <= upto;
    delete from audit_link where seq <= upto;
    return gone;
end
$$;

-- An investigation for which everything of a crime or of a nominal is kept, whatever its
-- time; until a day, or until somebody ends it.
create table hold (
    id         bigint generated always as identity primary key,
    force      text,
    reference  text,
    nominal_id text,
    reason     text not null check (reason <> ''),
    until      date,
    made_by    text not null check (made_by <> ''),
    made_at    timestamptz not null default now(),
    check (num_nonnulls(reference, nominal_id) = 1),
    check ((force is null) = (reference is null))
);
create table hold_end (
    hold     bigint primary key references hold,
    reason   text not null check (reason <> ''),
    ended_by text not null check (ended_by <> ''),
    ended_at timestamptz not null default now()
);
create view hold_now as
select hold.*, until is null or until >= (now() at time zone 'Europe/London')::date
    as live
from hold where not exists (select from hold_end where hold_end.hold = hold.id);

-- What went because its time was over: how many of what, of which times, by which
-- retention; without saying whose it was.
create table purge_record (
    id             bigint generated always as identity primary key,
    kind           text not null check (kind <> ''),
    purged_at      timestamptz not null default now(),
    purged_by      text not null check (purged_by <> ''),
    counts         jsonb not null,
    from_at        timestamptz,
    to_at          timestamptz,
    days           integer not null check (days > 0),
    retention_hash text not null
);
create index purge_record_kind on purge_record (kind, id);

-- Of which times a file's fixes are (null: not known, none is later than its arrival);
-- and when the bytes of a file went, of which only this stays on record.
alter table trail_file
    add column first_fix_at timestamptz,
    add column last_fix_at timestamptz,
    add column purged_at timestamptz;
alter table original_file add column purged_at timestamptz;

-- What is held now: crimes, nominals, and the times of whose trails all is kept.
create function held_crimes() returns setof bigint
language sql stable set search_path = public, pg_temp as $$
    select crime.id from hold_now as hold
    join crime on crime.force = hold.force and crime.reference = hold.reference
    where hold.live
$$;
create function held_nominals() returns setof text
language sql stable set search_path = public, pg_temp as $$
    select nominal_id from hold_now where live and nominal_id is not null
$$;
create function held_times(margin interval)
returns table (from_at timestamptz, to_at timestamptz)
language sql stable set search_path = public, pg_temp as $$
    select window_from - margin, window_to + margin from crime_version
    where crime in (select held_crimes())
$$;

-- Whatever a policy says, nothing of the last four weeks goes.
create function forgettable(upto timestamptz) returns void
language plpgsql stable set search_path = public, pg_temp as $$
begin
    if upto is null or upto > now() - interval '28 days' then
        raise 'What is of the last four weeks stays.'
            using errcode = 'insufficient_privilege';
    end if;
end
$$;

-- The devices whose trails of a UTC day are kept, because a nominal who is held wore
-- them; null where a crime is held of which all trails are.
create function trail_kept(day date, margin interval) returns integer[]
language sql stable set search_path = public, pg_temp as $$
    select case when not exists (
            select from held_times(margin)
            where from_at < (day + 1)::timestamp at time zone 'UTC'
                and to_at >= day::timestamp at time zone 'UTC')
        then array(
            select distinct device.id from tag_order
            join device on device.device_id = tag_order.device_id
            where tag_order.nominal_id in (select held_nominals())
                and tag_order.during && tstzrange(day::timestamp at time zone 'UTC',
                    (day + 1)::timestamp at time zone 'UTC'))
        end
$$;

-- The UTC days of which there are trails.
create function trail_days() returns setof date
language sql stable set search_path = public, pg_temp as $$
    select to_date(right(relname, 8), 'YYYYMMDD') from pg_class
    join pg_inherits on inhrelid = pg_class.oid
    where inhparent = 'trail'::regclass and relname ~ '^trail_\d{8}$'
$$;

-- Remove the trails of a UTC day, but of the devices that are kept; how many rows and
-- fixes went, and how many rows stay. A day with nothing left gives back its room.
create function trail_day_forgotten(day date, margin interval, out n_rows bigint,
    out n_fixes bigint, out n_held bigint)
language plpgsql security definer
set search_path = public, pg_temp set lock_timeout = '10s' as $$
declare
    part text := 'trail_' || to_char(day, 'YYYYMMDD');
    kept integer[];
begin
    perform forgettable((day + 1)::timestamp at time zone 'UTC');
    kept := trail_kept(day, margin);
    execute format('select count(*) filter (where $1 is null or device = any($1)),
        count(*) filter (where device <> all($1)),
        coalesce(sum(n_own) filter (where device <> all($1)), 0) from %I', part)
        into n_held, n_rows, n_fixes using kept;
    if n_held = 0 then
        execute format('drop table %I', part);
    elsif n_rows > 0 then
        execute format('delete from %I where device <> all($1)', part) using kept;
    end if;
end
$$;

-- Trail files all of whose fixes are of a time that is over. Of older files it is not
-- known of which times; none of their fixes is later than their arrival.
create function trail_files_due(upto timestamptz, margin interval)
returns table (sha256 bytea, first_at timestamptz, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select sha256, first_fix_at, last_at, exists (
            select from held_times(margin) as held
            where held.to_at >= first_at and held.from_at <= last_at)
        or exists (
            select from tag_order where nominal_id in (select held_nominals())
                and during && tstzrange(first_at, last_at, '[]'))
    from trail_file
    cross join lateral (select coalesce(first_fix_at, '-infinity') as first_at,
        coalesce(last_fix_at, received_at) as last_at) as times
    where purged_at is null and last_at <= upto
$$;
create function trail_files_forgotten(upto timestamptz, margin interval, at_most integer,
    out n_files bigint, out n_bytes bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bytea[];
begin
    perform forgettable(upto);
    select array_agg(due.sha256), count(*), min(due.first_at), max(due.last_at)
    into gone, n_files, first_at, last_at
    from (select * from trail_files_due(upto, margin) as f where not f.held
        order by f.last_at, f.sha256 limit at_most) as due;
    select coalesce(sum(octet_length(bytes)), 0) into n_bytes
    from trail_file_piece where sha256 = any(gone);
    delete from trail_file_piece where sha256 = any(gone);
    update trail_file set purged_at = now() where sha256 = any(gone);
end
$$;

-- Tags and persons at a crime, in all its versions, whose time is over: those on whom a
-- word other than `dismissed` was ever said, or the others. Time runs from the last run
-- that found them, or the last word.
create function pairs_due(of_qualified boolean, upto timestamptz)
returns table (crime bigint, device_id text, nominal_id text, last_at timestamptz,
    held boolean)
language sql stable set search_path = public, pg_temp as $$
    with found as (
        select version.crime, hit.device_id, hit.nominal_id,
            max(run.started_at) as found_at
        from hit
        join run on run.id = hit.run
        join crime_version as version on version.id = hit.crime_version
        group by version.crime, hit.device_id, hit.nominal_id
    ), spoken as (
        select version.crime, said.device_id, said.nominal_id,
            max(said.said_at) as said_at,
            bool_or(said.word <> 'dismissed') as qualified
        from hit_decision as said
        join crime_version as version on version.id = said.crime_version
        group by version.crime, said.device_id, said.nominal_id
    )
    select crime, device_id, nominal_id, greatest(found_at, said_at),
        crime in (select held_crimes()) or nominal_id in (select held_nominals())
    from found left join spoken using (crime, device_id, nominal_id)
    where coalesce(qualified, false) = of_qualified
        and greatest(found_at, said_at) <= upto
$$;
create function pairs_forgotten(of_qualified boolean, upto timestamptz, at_most integer,
    piece_bytes integer, out n_pairs bigint, out n_hits bigint, out n_words bigint,
    out n_assessments bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
    runs bigint[];
    part record;
begin
    perform forgettable(upto);
    with due as materialized (
        select * from pairs_due(of_qualified, upto) as p where not p.held
        order by p.last_at, p.crime, p.device_id, p.nominal_id limit at_most
    ), theirs as (
        select hit.id, hit.run from due
        join crime_version as version on version.crime = due.crime
        join hit on hit.crime_version = version.id and hit.device_id = due.device_id
            and hit.nominal_id = due.nominal_id
    )
    select array(select id from theirs order by id),
        array(select distinct run from theirs),
        count(*), min(due.last_at), max(due.last_at)
    into gone, runs, n_pairs, first_at, last_at from due;
    -- Pieces of evidence that other hits share are blanked where these were, and go
    -- when no hit is left in them.
    for part in
        select hit.run, piece.number,
            greatest(hit.evidence_at - piece.number * piece_bytes, 0)::integer as a,
            least(hit.evidence_at + hit.evidence_bytes - piece.number * piece_bytes,
                piece_bytes)::integer as b
        from hit cross join lateral generate_series(hit.evidence_at / piece_bytes,
            (hit.evidence_at + hit.evidence_bytes - 1) / piece_bytes) as piece (number)
        where hit.id = any(gone) and hit.evidence_at is not null
    loop
        update hit_evidence
        set data = overlay(data placing decode(repeat('00', part.b - part.a), 'hex')
            from part.a + 1 for part.b - part.a)
        where run = part.run and piece = part.number;
    end loop;
    delete from assessment where hit = any(gone);
    get diagnostics n_assessments = row_count;
    delete from hit_decision where hit = any(gone);
    get diagnostics n_words = row_count;
    delete from hit where id = any(gone);
    get diagnostics n_hits = row_count;
    delete from hit_evidence as evidence
    where run = any(runs) and not exists (
        select from hit where hit.run = evidence.run and evidence_at is not null
            and evidence.piece between evidence_at / piece_bytes
                and (evidence_at + evidence_bytes - 1) / piece_bytes);
end
$$;

-- Verdicts that were asked for; of a crime with a qualified hit they stay with it, since
-- they say of everybody else why they were not told.
create function verdict_lists_due(upto timestamptz)
returns table (run bigint, answered_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select list.run, run.started_at,
        version.crime in (select held_crimes()) is true
            or list.nominal_ids && array(select held_nominals())
            or list.nominal_id in (select held_nominals()) is true
    from verdict_list as list
    join run on run.id = list.run
    left join crime_version as version on version.id = list.crime_version
    where run.started_at <= upto and not exists (
        select from hit_decision as said
        join crime_version as same on same.id = said.crime_version
        where same.crime = version.crime and said.word <> 'dismissed')
$$;
create function verdict_lists_forgotten(upto timestamptz, at_most integer,
    out n_lists bigint, out n_answers bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.run), count(*), min(due.answered_at), max(due.answered_at)
    into gone, n_lists, first_at, last_at
    from (select * from verdict_lists_due(upto) as l where not l.held
        order by l.run limit at_most) as due;
    select coalesce(sum(cardinality(device_ids)), 0) into n_answers
    from verdict_list where run = any(gone);
    delete from verdict_evidence where run = any(gone);
    delete from verdict_list where run = any(gone);
end
$$;

-- Crimes whose time is over and of which no hit and no verdict is left.
create function crimes_due(upto timestamptz)
returns table (crime bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select crime, max(greatest(window_to, created_at)),
        crime in (select held_crimes())
    from crime_version as version
    where not exists (
            select from hit join crime_version as same on same.id = hit.crime_version
            where same.crime = version.crime)
        and not exists (
            select from verdict_list as list
            join crime_version as same on same.id = list.crime_version
            where same.crime = version.crime)
    group by crime
    having max(greatest(window_to, created_at)) <= upto
$$;
create function crimes_forgotten(upto timestamptz, at_most integer, out n_crimes bigint,
    out n_versions bigint, out n_statements bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone     bigint[];
    versions bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.crime), count(*), min(due.last_at), max(due.last_at)
    into gone, n_crimes, first_at, last_at
    from (select * from crimes_due(upto) as c where not c.held
        order by c.last_at, c.crime limit at_most) as due;
    versions := array(select id from crime_version where crime = any(gone));
    delete from coverage_due where crime_version = any(versions);
    delete from coverage_statement where crime_version = any(versions);
    get diagnostics n_statements = row_count;
    delete from batch_crime where crime_version = any(versions);
    delete from crime_version where id = any(versions);
    get diagnostics n_versions = row_count;
    delete from crime where id = any(gone);
end
$$;

-- Files as they came, of which no crime is left; with the rows of them that were refused
-- and what was wrong with those. Files of persons stay while a nominal is held: in which
-- of them he stands, nobody wrote down. Weights stay with their set.
create function files_due(upto timestamptz)
returns table (sha256 bytea, received_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select file.sha256, file.received_at, file.kind <> 'crimes'
        and exists (select held_nominals())
    from original_file as file
    where file.purged_at is null and file.received_at <= upto
        and not exists (select from weight_set where weight_set.sha256 = file.sha256)
        and not exists (
            select from batch join crime_version as version on version.batch = batch.id
            where batch.sha256 = file.sha256)
        and not exists (
            select from batch join batch_crime on batch_crime.batch = batch.id
            where batch.sha256 = file.sha256)
$$;
create function files_forgotten(upto timestamptz, at_most integer, out n_files bigint,
    out n_bytes bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bytea[];
begin
    perform forgettable(upto);
    select array_agg(due.sha256), count(*), min(due.received_at), max(due.received_at)
    into gone, n_files, first_at, last_at
    from (select * from files_due(upto) as f where not f.held
        order by f.received_at, f.sha256 limit at_most) as due;
    select coalesce(sum(octet_length(compressed)), 0) into n_bytes
    from original_file where sha256 = any(gone);
    update original_file set compressed = '', purged_at = now()
    where sha256 = any(gone);
    update batch set faults = '[]', warnings = '[]', refused = '[]'
    where sha256 = any(gone);
end
$$;

-- Sessions and journeys to the provider that are over, and tries to come in, up to a time.
create function log_ins_forgotten(upto timestamptz, out n_sessions bigint,
    out n_attempts bigint, out n_journeys bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from session where coalesce(ended_at, expires_at) <= upto;
    get diagnostics n_sessions = row_count;
    delete from log_in_attempt where at <= upto;
    get diagnostics n_attempts = row_count;
    delete from oidc_journey where made_at <= upto;
    get diagnostics n_journeys = row_count;
end
$$;
-- How many sessions are over, and since when.
create function log_ins_due(upto timestamptz, out n bigint, out held bigint,
    out from_at timestamptz, out to_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    select count(*), 0, min(coalesce(ended_at, expires_at)),
        max(coalesce(ended_at, expires_at))
    into n, held, from_at, to_at
    from session where coalesce(ended_at, expires_at) <= upto;
end
$$;

-- These are the one way in which things go, and the worker's alone.
do $$
declare
    one text;
begin
    foreach one in array array['trail_day_forgotten(date, interval)',
        'trail_files_forgotten(timestamptz, interval, integer)',
        'pairs_forgotten(boolean, timestamptz, integer, integer)',
        'verdict_lists_forgotten(timestamptz, integer)',
        'crimes_forgotten(timestamptz, integer)',
        'files_forgotten(timestamptz, integer)',
        'log_ins_due(timestamptz)', 'log_ins_forgotten(timestamptz)',
        'audit_forget(bigint, text, text)'] loop
        execute 'revoke execute on function ' || one || ' from public';
        call allow('geocorr_worker', 'execute', 'function ' || one);
    end loop;
end
$$;

-- A right to insert is one to say who did what: not when, and not in which place.
do $$
begin
    if to_regrole('geocorr_worker') is not null then
        revoke insert on audit from geocorr_worker;
    end if;
    if to_regrole('geocorr_web') is not null then
        revoke insert on audit from geocorr_web;
    end if;
end
$$;
call allow('geocorr_worker', 'insert (actor, action, subject, detail, why)', 'audit');
call allow('geocorr_web', 'insert (actor, action, subject, detail, why)', 'audit');
call allow('geocorr_worker', 'select', 'audit_link, audit_anchor, hold_now');
call allow('geocorr_web', 'select',
    'audit_link, audit_anchor, hold, hold_end, hold_now, purge_record');
call allow('geocorr_worker', 'select, insert', 'hold, hold_end, purge_record');
call allow('geocorr_worker', 'update (first_fix_at, last_fix_at)', 'trail_file');
call allow('geocorr_worker', 'update (compressed, purged_at)', 'original_file');

-- ---- Lists of hits (0021_hit_lists.sql) ----

-- What lists of hits are searched, sorted and counted by: a narrow row for each hit that
-- stands, and for each that was sent and no longer does. Derived from `hit`, `assessment`
-- and `hit_decision` by the triggers below, in the transaction that changes those; a test
-- compares it with `hit_filed`, which says the same from scratch. Words are compared by
-- their bytes, which costs a fraction of a language's order.
create table hit_listed (
    hit           bigint primary key,
    crime         bigint not null,
    crime_version bigint not null,
    batch         bigint not null,
    ratio         double precision not null,
    probability   double precision not null,
    rank          smallint not null,
    force         text collate "C" not null,
    crime_type    text collate "C" not null,
    device_id     text collate "C" not null,
    nominal_id    text collate "C" not null,
    order_id      text collate "C" not null,
    verdict       text collate "C" not null,
    state         text collate "C" not null,
    stage         text collate "C" not null
);
create index hit_listed_crime on hit_listed (crime);
create index hit_listed_device on hit_listed (device_id);
create index hit_listed_strength on hit_listed
    (stage, ratio desc, probability desc, rank, hit, force);
create index hit_listed_unreviewed on hit_listed (batch) where stage = 'unreviewed';
create index hit_listed_gone on hit_listed (crime_version) where state <> 'live';
-- What lists are searched by. Row security lets only what cannot tell on other rows go
-- by an index, which comparing can: so references are kept in capitals and compared by
-- how they begin, places by their metres, and windows by the longest that there is.
alter table crime add column reference_key text collate "C" not null
    generated always as (upper(reference)) stored;
create index crime_reference_key on crime (reference_key);
create index crime_version_metres on crime_version (x_m, y_m);
create index crime_version_length on crime_version ((window_to - window_from));

-- Of verdicts the stronger first.
create function verdict_rank(verdict text) returns smallint
language sql immutable parallel safe as $$
    select (case verdict when 'hit' then 1 when 'passed' then 2 else 3 end)::smallint
$$;

-- Every hit there ever was in the columns of `hit_listed`. What is not assessed speaks
-- neither way: a ratio of 1.
create view hit_filed with (security_invoker = true) as
select hit.id as hit, version.crime, hit.crime_version, version.batch,
    coalesce((select likelihood_ratio from assessment
        where assessment.hit = hit.id order by id desc limit 1), 1) as ratio,
    coalesce(hit.probability, 0) as probability, verdict_rank(hit.verdict) as rank,
    hit.force, version.crime_type, hit.device_id, hit.nominal_id, hit.order_id,
    hit.verdict, hit.state,
    (select stage from hit_stage where hit_stage.hit = hit.id) as stage
from hit
join crime_version as version on version.id = hit.crime_version;

-- List these hits as they are now. Whoever changes one of them at the same time is waited
-- for; what they did is seen, since each statement here looks anew.
create function list_anew(hits bigint[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from hit_listed where hit = any(hits) order by hit for update;
    delete from hit_listed where hit = any(hits);
    insert into hit_listed
    select * from hit_filed
    where hit = any(hits) and (state = 'live' or stage = 'recalled')
    on conflict (hit) do nothing;
end
$$;
revoke all on function list_anew(bigint[]) from public;

-- New hits: by far the most rows, and nothing is said of them yet, but for what people
-- said of the same finding of an earlier run. A finding that is made again is no longer
-- recalled. Indexes it is, however few rows there were when this was first planned.
create function hits_came() returns trigger
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    insert into hit_listed
    select came.id, version.crime, came.crime_version, version.batch, 1,
        coalesce(came.probability, 0), verdict_rank(came.verdict), came.force,
        version.crime_type, came.device_id, came.nominal_id, came.order_id,
        came.verdict, came.state, coalesce((
            select word from hit_decision as said
            where said.crime_version = came.crime_version
                and said.device_id = came.device_id
                and said.nominal_id = came.nominal_id
                and said.order_id = came.order_id and said.verdict = came.verdict
            order by said.id desc limit 1), 'unreviewed')
    from came
    join crime_version as version on version.id = came.crime_version
    where came.state = 'live';
    delete from hit_listed as gone
    using came
    where gone.state <> 'live' and came.state = 'live'
        and gone.crime_version = came.crime_version
        and gone.device_id = came.device_id and gone.nominal_id = came.nominal_id
        and gone.order_id = came.order_id and gone.verdict = came.verdict;
    return null;
end
$$;
create trigger hits_came after insert on hit referencing new table as came
for each statement execute function hits_came();

-- Hits that are superseded or retired, in the order of their numbers, as all who change
-- rows of the list do. A word that is being said of one is waited for, and goes to the
-- hit that took its place; or it was sent, and is recalled.
create function hits_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    spoken_of bigint[];
begin
    delete from hit_listed
    using (select id from changed where state <> 'live' order by id) as gone
    where hit = gone.id;
    spoken_of := array(
        select id from changed
        where exists (
            select from hit_decision as said
            where said.crime_version = changed.crime_version
                and said.device_id = changed.device_id)
        union
        select same.id
        from changed
        join hit as same on same.crime_version = changed.crime_version
            and same.state = 'live' and same.device_id = changed.device_id
            and same.nominal_id = changed.nominal_id
            and same.order_id = changed.order_id and same.verdict = changed.verdict
        where exists (
            select from hit_decision as said
            where said.crime_version = changed.crime_version
                and said.device_id = changed.device_id));
    if spoken_of <> '{}' then
        perform list_anew(spoken_of);
    end if;
    return null;
end
$$;
create trigger hits_changed after update on hit referencing new table as changed
for each statement execute function hits_changed();

-- Hits that are no longer kept, and what is then the latest that was sent.
create function hits_went() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from hit_listed where hit in (select id from went);
    perform list_anew(array(
        select same.id
        from went
        join hit as same on same.crime_version = went.crime_version
            and same.state <> 'live' and same.device_id = went.device_id
            and same.nominal_id = went.nominal_id
            and same.order_id = went.order_id and same.verdict = went.verdict));
    return null;
end
$$;
create trigger hits_went after delete on hit referencing old table as went
for each statement execute function hits_went();

-- What people say goes to every hit that is the same finding. A run that replaces one of
-- them meanwhile is waited for.
create function hits_spoken_of() returns trigger
language plpgsql security definer set search_path = public, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    perform from hit_listed where hit in (select hit from spoken)
    order by hit for update;
    perform list_anew(array(
        select same.id
        from spoken
        join hit as same on same.crime_version = spoken.crime_version
            and same.state = 'live' and same.device_id = spoken.device_id
            and same.nominal_id = spoken.nominal_id
            and same.order_id = spoken.order_id and same.verdict = spoken.verdict
        union
        select same.id
        from spoken
        join hit as same on same.crime_version = spoken.crime_version
            and same.state <> 'live' and same.device_id = spoken.device_id
            and same.nominal_id = spoken.nominal_id
            and same.order_id = spoken.order_id and same.verdict = spoken.verdict));
    return null;
end
$$;
create trigger hits_spoken_of after insert on hit_decision
referencing new table as spoken
for each statement execute function hits_spoken_of();
create trigger hits_not_spoken_of after delete on hit_decision
referencing old table as spoken
for each statement execute function hits_spoken_of();

-- How surprising hits are: the last assessment holds, whichever came in last.
create function hits_assessed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform from hit_listed where hit in (select hit from assessed)
    order by hit for update;
    update hit_listed as listed
    set ratio = filed.ratio
    from hit_filed as filed
    where listed.hit in (select hit from assessed) and filed.hit = listed.hit
        and filed.ratio <> listed.ratio;
    return null;
end
$$;
create trigger hits_assessed after insert on assessment
referencing new table as assessed
for each statement execute function hits_assessed();
create trigger hits_not_assessed after delete on assessment
referencing old table as assessed
for each statement execute function hits_assessed();

insert into hit_listed
select * from hit_filed where state = 'live' or stage = 'recalled';

call guard('hit_listed',
    '(select acts_as(''central_team'')) or force = (select investigated_force())
    or nominal_id in (select our_nominals())');
call allow('geocorr_worker', 'select', 'hit_listed, hit_filed');
call allow('geocorr_web', 'select', 'hit_listed, hit_filed');

-- ---- Reasons for seeing more, and who looks (0022_officer.sql) ----

-- Why somebody asked for more than their work shows: a longer trail round a hit, the names
-- behind counts, where a tag was. Written once; what it opens names it.
create table reason (
    id       bigint generated always as identity primary key,
    account  text not null check (account <> ''),
    purpose  text not null check (purpose in ('longer slice', 'names', 'locations')),
    subject  text not null check (subject <> ''),
    from_at  timestamptz,
    to_at    timestamptz,
    reason   text not null check (btrim(reason) <> ''),
    given_at timestamptz not null default now(),
    check (from_at <= to_at)
);

-- Who looked at these hits lately, as the audit says: whose hit is in hand is no secret
-- among those who see the hit, though the audit is.
create function lookers(hits bigint[], since timestamptz)
returns table (hit bigint, account text, at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select asked.hit, entry.actor, max(entry.at)
    from unnest(hits) as asked (hit)
    join hit on hit.id = asked.hit and (not asked_by_web() or acts_as('central_team')
        or hit.force = investigated_force())
    join audit as entry on entry.subject = 'hit ' || asked.hit
    where entry.action = 'read hit' and entry.at >= since
    group by asked.hit, entry.actor
$$;
revoke all on function lookers(bigint[], timestamptz) from public;

call guard('reason', 'account = (select acting(''account''))');
call allow('geocorr_web', 'select, insert', 'reason');
call allow('geocorr_web', 'usage', 'sequence reason_id_seq');
call allow('geocorr_web', 'execute', 'function lookers(bigint[], timestamptz)');

-- ---- Who was fast in an hour (0024_fast_rows.sql) ----

-- Who was fast in some hours, found without reading those rows: a verdict on everyone
-- monitored asks this of the hours round its window. Not by `t_from` first: rows near a
-- crime would then be sought by time, of which there are thousands, as well as by place.
create index trail_fastest on trail (fastest_m_s, t_from);
create index trail_line_gap on trail (line_gap_s);

-- ---- Who sees the chain and the holds (0025_rows_of_keeping.sql) ----

-- The chain of the audit is read where the audit is; for whom things are held, auditors
-- and administrators see.
call guard('audit_link, audit_anchor', '(select acts_as(''auditor''))');
call guard('hold, hold_end', '(select acts_as(''auditor'', ''admin''))');
alter view hold_now set (security_invoker = true);

-- ---- The key of archives (0026_archive_key.sql) ----

-- By what people get their numbers in an archive that leaves: a secret of this database,
-- so that nobody who has a list of names can reckon the numbers out, and the same hit
-- gives the same archive.
create table archive_key (
    only_one boolean primary key default true check (only_one),
    key      bytea not null check (octet_length(key) = 32)
        default sha256(convert_to(gen_random_uuid()::text || gen_random_uuid(), 'UTF8'))
);
insert into archive_key default values;
call allow('geocorr_worker', 'select', 'archive_key');

-- ---- Who sees who wears a tag (0027_wearers.sql) ----

-- The central team sees who wears a tag or wore one, whoever had a hit: it loads the
-- orders, and answers for hits and breaches alike. An investigator sees whose hit the
-- force has; both by one probe of an index for each nominal.
drop index hit_nominal;
create index hit_nominal on hit (nominal_id, force);
do $$
begin
    if to_regrole('geocorr_web') is not null then
        alter policy web on tag_order using ((select sees_all_cases())
            or nominal_id in (select case_nominals())
            or (select acts_as('central_team'))
            or (select investigated_force()) is not null
                and exists (select from hit as of
                    where of.nominal_id = tag_order.nominal_id
                        and of.force = (select investigated_force())));
        alter policy web on nominal using ((select sees_all_cases())
            or nominal_id in (select case_nominals())
            or (select acts_as('central_team')) and exists (select from tag_order as of
                where of.nominal_id = nominal.nominal_id)
            or (select investigated_force()) is not null
                and exists (select from hit as of
                    where of.nominal_id = nominal.nominal_id
                        and of.force = (select investigated_force())));
    end if;
end
$$;

-- ---- Who says what of an owner (0028_words_on_owners.sql) ----

-- Who says what of an owner: an LPU claims and disputes for itself, an Inspector or a
-- Supervisor takes over for the force, and all else intelligence decides.
do $$
begin
    if to_regrole('geocorr_web') is not null then
        alter policy web on ownership with check (
            ((select sees_all_cases()) or nominal_id in (select case_nominals()))
            and ((select acts_as('intelligence'))
                or act in ('claimed', 'disputed')
                    and coalesce(lpu, (select acting('lpu'))) = (select acting('lpu'))
                or act = 'transferred' and force = (select acting('force'))
                    and (select acts_as('om_inspector', 'supervisor'))));
        alter policy web on inbox_answer with check (
            ((select sees_all_cases()) or nominal_id in (select case_nominals()))
            and ((select acts_as('intelligence')) or lpu = (select acting('lpu'))));
    end if;
end
$$;

-- ---- Files as they came (0029_files_as_they_came.sql) ----

-- A file stays as it came until its time is over. The worker may store again, with the
-- same content, what retention emptied; it changes nothing that is still kept.
create function original_file_stays() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    -- Retention's own function has the owner's rights.
    if current_user = 'geocorr_worker' and old.purged_at is null then
        raise insufficient_privilege using
            message = 'a file stays as it came until retention removes it';
    end if;
    return new;
end
$$;
create trigger original_file_stays before update on original_file
    for each row execute function original_file_stays();

-- ---- Evidence as it is (0030_evidence_as_it_is.sql) ----

-- The evidence that a few hits carry themselves is packed: never a byte was gained by
-- trying to compress it once more, at every hit.
alter table hit alter column evidence set storage external;

-- ---- Evidence by reference (0031_evidence_by_reference.sql) ----

-- What a verdict rests on stands in the trails already. A list of everyone's verdicts no
-- longer copies it: it keeps the times of each wearer's fixes, first_us to last_us, and
-- whoever changes or removes rows of those times first puts the fixes aside as they were,
-- in `verdict_slice`.
-- `proofs` is packed (sql/verdicts.py): of each answer where its copied evidence begins
-- and ends (-1: none was copied), the order's time in force, and whether tampering would
-- be known. Older runs have null, and arrays of some of that.
alter table verdict_list
    add column proofs bytea,
    add column rests_from timestamptz,
    add column rests_to timestamptz,
    alter column evidence_ends drop not null,
    drop constraint verdict_list_check1,
    add check (num_nonnulls(evidence, evidence_starts, proofs) = 1),
    add check ((evidence_ends is null) = (proofs is not null)),
    add check ((rests_from is null) = (rests_to is null)),
    add check (rests_from is null or proofs is not null);
create index verdict_list_rests on verdict_list (rests_from, rests_to)
    where rests_from is not null;

-- `place` counts the answers of the list from 1.
create table verdict_slice (
    run    bigint not null references verdict_list on delete cascade,
    place  integer not null,
    packet bytea not null,
    primary key (run, place)
) with (toast_tuple_target = 8160);
alter table verdict_slice alter column packet set storage external;
call allow('geocorr_worker', 'select, insert', 'verdict_slice');

-- Do the trails of these UTC days stand still until the transaction ends? False, and at
-- once, where somebody is changing them. Meanwhile who wants to change them waits.
create function trail_days_stand(first_day date, last_day date) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    part text;
begin
    -- A day that is not there yet must not come, either.
    if not pg_try_advisory_xact_lock_shared(hashtext('trail_partition')) then
        return false;
    end if;
    for day in 0 .. last_day - first_day loop
        part := 'trail_' || to_char(first_day + day, 'YYYYMMDD');
        if to_regclass('public.' || part) is not null then
            execute format('lock table %I in share mode nowait', part);
        end if;
    end loop;
    return true;
exception when lock_not_available then
    return false;
end
$$;

-- Wait until nobody rests on these UTC days' standing still, and have them change.
create function trail_days_change(days date[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    day date;
    part text;
begin
    foreach day in array days loop
        part := 'trail_' || to_char(day, 'YYYYMMDD');
        if to_regclass('public.' || part) is not null then
            execute format('lock table %I in row exclusive mode', part);
        end if;
    end loop;
end
$$;
revoke execute on function trail_days_stand(date, date) from public;
revoke execute on function trail_days_change(date[]) from public;
call allow('geocorr_worker', 'execute', 'function trail_days_stand(date, date)');
call allow('geocorr_worker', 'execute', 'function trail_days_change(date[])');

-- ---- Persons whose time is over (0032_keeping_persons.sql) ----

-- What is kept of persons goes when its time is over: breaches, scores, notices, casework,
-- meetings, orders, zones, and at last the nominals themselves. As all else does (0020):
-- by these functions alone, nothing of the last four weeks, nothing that a hold keeps.

-- Whoever removes a row asks who refers to it.
create index breach_finding_joined on breach_finding (joined_to)
    where joined_to is not null;
create index breach_finding_zone on breach_finding (zone_version);
create index managed_case_referral on managed_case (referral) where referral is not null;
create index referral_ruling_panel on referral_ruling (panel) where panel is not null;
create index cohort_decision_proposal on cohort_decision (proposal)
    where proposal is not null;
create index consultation_address on consultation (address) where address is not null;
create index ownership_supersedes on ownership (supersedes)
    where supersedes is not null;
create index inbox_answer_decision on inbox_answer (decision);

-- When an address came, which its file may not say; null: it came before this did.
alter table nominal_address add column loaded_at timestamptz;
alter table nominal_address alter column loaded_at set default now();

-- When a day of London's is over.
create function day_over(day date) returns timestamptz
language sql stable set search_path = public, pg_temp as $$
    select (day + 1)::timestamp at time zone 'Europe/London'
$$;

-- ---- Breaches ----

-- Breaches whose time is over. Time runs from the last finding or the last word; those
-- that were joined are one whole with what they are part of, and go together.
create function breaches_due(upto timestamptz)
returns table (breach bigint, whole bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with recursive part as (
        select id, id as whole from breach
        where not exists (select from breach_finding as joined
            where joined.breach = breach.id and joined.joined_to is not null)
        union
        select joined.breach, part.whole
        from part join breach_finding as joined on joined.joined_to = part.id
    ), told as (
        select part.id, part.whole, max(greatest(detected_at,
                (select max(found_at) from breach_finding where breach = part.id),
                (select max(decided_at) from breach_outcome where breach = part.id)))
                over one as last_at,
            bool_or(nominal_id in (select held_nominals())) over one as held
        from part join breach on breach.id = part.id
        window one as (partition by part.whole)
    )
    select id, whole, last_at, held from told where last_at <= upto
$$;
create function breaches_forgotten(upto timestamptz, at_most integer,
    out n_breaches bigint, out n_findings bigint, out n_outcomes bigint,
    out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.breach), min(due.last_at), max(due.last_at)
    into gone, first_at, last_at
    from (select b.*, dense_rank() over (order by b.last_at, b.whole) as nth
        from breaches_due(upto) as b where not b.held) as due
    where due.nth <= at_most;
    delete from breach_outcome where breach = any(gone);
    get diagnostics n_outcomes = row_count;
    delete from breach_finding where breach = any(gone);
    get diagnostics n_findings = row_count;
    delete from breach where id = any(gone);
    get diagnostics n_breaches = row_count;
end
$$;

-- ---- Scores ----

-- When lists of a run went, or were cut: what it gave to all is on record no more.
alter table score_run add column purged_at timestamptz;

-- Lists of scores whose time is over. Time runs from the day, or from the run that scored
-- it later. A list is of many: it is cut to those who are held, and stays while it has one.
create function score_lists_due(upto timestamptz)
returns table (list bigint, last_at timestamptz, goes boolean, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with kept as materialized (
        select array(select id from score_nominal
            where nominal_id in (select held_nominals())) as numbers
    )
    select list.id, greatest(day_over(score_run.day), run.started_at),
        list.nominals = '{}' or not list.nominals <@ kept.numbers,
        list.nominals && kept.numbers
    from score_list as list
    join score_run on score_run.run = list.run
    join run on run.id = list.run
    cross join kept
    where greatest(day_over(score_run.day), run.started_at) <= upto
$$;
-- With the lists go the changes of band that a later one replaced: the last says in which
-- band a nominal is. And who moved farthest when a draft of weights was tried.
create function scores_forgotten(upto timestamptz, at_most integer, out n_lists bigint,
    out n_changes bigint, out n_simulations bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
    kept integer[];
begin
    perform forgettable(upto);
    kept := array(select id from score_nominal
        where nominal_id in (select held_nominals()));
    select array_agg(due.list), count(*), min(due.last_at), max(due.last_at)
    into gone, n_lists, first_at, last_at
    from (select * from score_lists_due(upto) as l where l.goes
        order by l.last_at, l.list limit at_most) as due;
    update score_run set purged_at = now()
    where run in (select run from score_list where id = any(gone));
    delete from score_list where id = any(gone) and not nominals && kept;
    update score_list as list
    set nominals = given.nominals, computed = given.computed, unknown = given.unknown,
        manual_nominals = instead.nominals, manual_given = instead.given
    from score_list as whole
    cross join lateral (
        select array_agg(n order by n) as nominals, array_agg(c order by n) as computed,
            array_agg(u order by n) as unknown
        from unnest(whole.nominals, whole.computed, whole.unknown) as one (n, c, u)
        where n = any(kept)
    ) as given
    cross join lateral (
        select coalesce(array_agg(n order by n), '{}') as nominals,
            coalesce(array_agg(g order by n), '{}') as given
        from unnest(whole.manual_nominals, whole.manual_given) as one (n, g)
        where n = any(kept)
    ) as instead
    where list.id = any(gone) and whole.id = list.id;
    delete from score_change as change
    using score_run, run
    where score_run.run = change.run and run.id = change.run
        and greatest(day_over(change.day), run.started_at) <= upto
        and not change.nominal = any(kept)
        and exists (select from score_change as later
            where later.nominal = change.nominal and later.id > change.id);
    get diagnostics n_changes = row_count;
    update weight_simulation as tried
    set result = (tried.result::jsonb || '{"movers": []}')::json
    where simulated_at <= upto and json_array_length(tried.result -> 'movers') > 0
        and not exists (
            select from json_array_elements(tried.result -> 'movers') as mover
            where mover ->> 'nominal_id' in (select held_nominals()));
    get diagnostics n_simulations = row_count;
end
$$;

-- Notices of scores and bands whose time is over.
create function notices_due(upto timestamptz)
returns table (notice bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select id, greatest(created_at, day_over(day)),
        nominal_id in (select held_nominals())
    from outbox where greatest(created_at, day_over(day)) <= upto
$$;
create function notices_forgotten(upto timestamptz, at_most integer,
    out n_notices bigint, out n_steps bigint, out first_at timestamptz,
    out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.notice), count(*), min(due.last_at), max(due.last_at)
    into gone, n_notices, first_at, last_at
    from (select * from notices_due(upto) as o where not o.held
        order by o.last_at, o.notice limit at_most) as due;
    delete from outbox_step where outbox = any(gone);
    get diagnostics n_steps = row_count;
    delete from outbox where id = any(gone);
end
$$;

-- ---- Casework ----

-- What was said of nominals as cases, and when; `is_open` keeps all of a nominal's: a case
-- that is not closed, or a cohort that they are still in. That an area was asked about a
-- bail address stays with the address, or it would be asked again.
create function casework_said()
returns table (nominal_id text, said_at timestamptz, is_open boolean)
language sql stable set search_path = public, pg_temp as $$
    select nominal_id, greatest(made_at, ruling.said_at), false
    from referral left join referral_ruling as ruling on ruling.referral = referral.id
    union all
    select nominal_id, greatest(made_at, (
            select max(greatest(said_at, day_over(held_on))) from case_entry
            where managed_case = managed_case.id)),
        coalesce((
            select step <> 'closed' from case_entry
            where managed_case = managed_case.id
                and step in ('opened', 'reopened', 'closed')
            order by id desc limit 1), true)
    from managed_case
    union all
    select nominal_id, said_at, false from disclosure
    union all
    select asked.nominal_id, greatest(asked_at, said.said_at, address.valid_to), false
    from consultation as asked
    left join consultation_answer as said on said.consultation = asked.id
    left join nominal_address as address on address.id = asked.address
    where asked.address is null or address.valid_to is not null
    union all
    select nominal_id, made_at, false from cohort_proposal
    union all
    select nominal_id, greatest(decided_at, day_over(day)),
        decision <> 'leave' and not exists (
            select from cohort_decision as later
            where later.nominal_id = said.nominal_id and later.cohort = said.cohort
                and later.id > said.id)
    from cohort_decision as said
$$;
-- Nominals all of whose casework is of a time that is over; from the last word of it.
create function casework_due(upto timestamptz)
returns table (nominal_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select nominal_id, max(said_at), nominal_id in (select held_nominals())
    from casework_said()
    group by nominal_id
    having not bool_or(is_open) and max(said_at) <= upto
$$;
create function casework_forgotten(upto timestamptz, at_most integer,
    out n_nominals bigint, out n_cases bigint, out n_referrals bigint,
    out n_disclosures bigint, out n_consultations bigint, out n_decisions bigint,
    out n_proposals bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone text[];
    asked bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.nominal_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_nominals, first_at, last_at
    from (select * from casework_due(upto) as c where not c.held
        order by c.last_at, c.nominal_id limit at_most) as due;
    delete from case_entry using managed_case as of
    where of.id = case_entry.managed_case and of.nominal_id = any(gone);
    delete from managed_case where nominal_id = any(gone);
    get diagnostics n_cases = row_count;
    delete from referral_ruling using referral as of
    where of.id = referral_ruling.referral and of.nominal_id = any(gone);
    delete from referral where nominal_id = any(gone);
    get diagnostics n_referrals = row_count;
    delete from disclosure where nominal_id = any(gone);
    get diagnostics n_disclosures = row_count;
    asked := array(select id from consultation where nominal_id = any(gone)
        and (address is null or exists (select from nominal_address as of
            where of.id = consultation.address and of.valid_to is not null)));
    delete from consultation_answer where consultation = any(asked);
    delete from consultation where id = any(asked);
    get diagnostics n_consultations = row_count;
    delete from cohort_decision where nominal_id = any(gone);
    get diagnostics n_decisions = row_count;
    delete from cohort_proposal where nominal_id = any(gone);
    get diagnostics n_proposals = row_count;
end
$$;

-- Meetings and panels whose time is over: no casework is left of anybody whom they name,
-- and no referral that they ruled on.
create function meetings_due(upto timestamptz)
returns table (panel boolean, id bigint, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select false, id, greatest(recorded_at, day_over(held_on)),
        nominal_ids && array(select held_nominals())
    from meeting
    where greatest(recorded_at, day_over(held_on)) <= upto
        and not nominal_ids && array(select nominal_id from casework_said())
    union all
    select true, id, greatest(said_at, day_over(held_on)), false
    from panel
    where greatest(said_at, day_over(held_on)) <= upto
        and not exists (select from referral_ruling as of where of.panel = panel.id)
$$;
create function meetings_forgotten(upto timestamptz, at_most integer,
    out n_meetings bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    met bigint[];
    sat bigint[];
begin
    perform forgettable(upto);
    select array_agg(due.id) filter (where not due.panel),
        array_agg(due.id) filter (where due.panel),
        count(*), min(due.last_at), max(due.last_at)
    into met, sat, n_meetings, first_at, last_at
    from (select * from meetings_due(upto) as m where not m.held
        order by m.last_at, m.panel, m.id limit at_most) as due;
    delete from meeting where id = any(met);
    delete from panel where id = any(sat);
end
$$;

-- ---- Orders and zones ----

-- Orders whose time is over, on which nothing rests: no hit, no verdict that was asked
-- for, no breach, and no trail that stays (of `trails_upto` or later). Of a time whose
-- trails are all held, who wore the tags is held as well.
create function orders_due(upto timestamptz, trails_upto timestamptz, margin interval)
returns table (order_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with over as materialized (
        select * from tag_order where greatest(upper(during), updated_at) <= upto
            and upper(during) is not null
    ), rests as materialized (
        select order_id from over where order_id in (select order_id from hit)
        union
        select order_id from over where order_id in (
            select unnest(order_ids) from verdict_list)
        union
        select order_id from over where order_id in (select order_id from breach)
        union
        select over.order_id
        from over
        join device on device.device_id = over.device_id
        join trail on trail.device = device.id
            and trail.t_from >= lower(over.during) - interval '1 hour'
            and trail.t_from < upper(over.during)
            and trail.t_from >= date_trunc('day', trails_upto, 'UTC')
    )
    select order_id, greatest(upper(during), updated_at),
        nominal_id in (select held_nominals())
        or exists (select from held_times(margin) as held
            where during && tstzrange(held.from_at, held.to_at, '[]'))
    from over where order_id not in (select order_id from rests)
$$;
-- With orders go what devices reported under them, and old reports under none.
create function orders_forgotten(upto timestamptz, trails_upto timestamptz,
    margin interval, at_most integer, out n_orders bigint, out n_events bigint,
    out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone text[];
begin
    perform forgettable(upto);
    -- As for a file of orders: what goes is judged by what is there.
    perform pg_advisory_xact_lock(hashtext('geocorr.orders'));
    select array_agg(due.order_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_orders, first_at, last_at
    from (select * from orders_due(upto, trails_upto, margin) as o where not o.held
        order by o.last_at, o.order_id limit at_most) as due;
    delete from tag_order where order_id = any(gone);
    delete from device_event as event
    where greatest(at, received_at) <= upto
        and not exists (select from tag_order as of
            where of.device_id = event.device_id and of.during @> event.at)
        and not exists (select from held_times(margin) as held
            where event.at between held.from_at and held.to_at);
    get diagnostics n_events = row_count;
end
$$;

-- Zones in all their versions whose time is over, of which no breach is left and no order
-- of their wearer's in their time. One without an end has none of its own: it ends with
-- the orders.
create function zones_due(upto timestamptz)
returns table (zone_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    select zone_id, greatest(max(created_at), max(upper(during))),
        coalesce(bool_or(nominal_id in (select held_nominals())), false)
    from zone_version as version
    group by zone_id
    having greatest(max(created_at), max(upper(during))) <= upto
        and not exists (select from breach where breach.zone_id = version.zone_id)
        and not exists (
            select from zone_version as same
            join breach_finding as finding on finding.zone_version = same.id
            where same.zone_id = version.zone_id)
        and not exists (
            select from zone_version as same
            join tag_order as worn on worn.during && same.during
                and (worn.nominal_id = same.nominal_id
                    or worn.device_id = same.device_id)
            where same.zone_id = version.zone_id)
$$;
create function zones_forgotten(upto timestamptz, at_most integer, out n_zones bigint,
    out n_versions bigint, out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone text[];
begin
    perform forgettable(upto);
    select array_agg(due.zone_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_zones, first_at, last_at
    from (select * from zones_due(upto) as z where not z.held
        order by z.last_at, z.zone_id limit at_most) as due;
    delete from zone_version where zone_id = any(gone);
    get diagnostics n_versions = row_count;
end
$$;

-- ---- Nominals ----

-- What was said of persons themselves, and when: by files and by people. What the software
-- found of them is no word: it goes along.
create function nominals_said() returns table (nominal_id text, said_at timestamptz)
language sql stable set search_path = public, pg_temp as $$
    select nominal_id, updated_at from nominal
    union all
    select nominal_id, greatest(loaded_at, recorded_at, valid_from, valid_to, (
        select max(placed_at) from address_place as of where of.address = address.id))
    from nominal_address as address
    union all
    select numbered.nominal_id, greatest(said.known_from, day_over(said.last_on))
    from (
        select nominal, max(known_from) as known_from,
            max(greatest(event_on, outcome_on)) as last_on
        from entry_version group by nominal
    ) as said
    join score_nominal as numbered on numbered.id = said.nominal
    union all
    select nominal_id, greatest(recorded_at, day_over(coalesce(until_day, on_day)))
    from case_fact
    union all
    select nominal_id, greatest(given_at, day_over(review_due), (
        select max(greatest(at, day_over(step.review_due))) from manual_score_step as step
        where step.manual_score = given.id))
    from manual_score as given
    union all
    select nominal_id, recorded_at from partner_assessment
    union all
    select nominal_id, decided_at from ownership where decided_by is not null
    union all
    select nominal_id, greatest(made_at, day_over(review_on)) from joint_plan
    union all
    select nominal_id, said_at from inbox_answer
    union all
    select asked.nominal_id, greatest(asked_at, said.said_at)
    from consultation as asked
    left join consultation_answer as said on said.consultation = asked.id
    union all
    select substr(subject, 9), given_at from reason where subject like 'nominal %'
$$;
-- Nominals of whom nothing was said for that long and whom nothing names that stays: no
-- hit, verdict, breach, order, zone, case or meeting. Who shares the versions of an entry
-- or of a fact with somebody who stays, stays: without one version another would hold.
create function nominals_due(upto timestamptz)
returns table (nominal_id text, last_at timestamptz, held boolean)
language sql stable set search_path = public, pg_temp as $$
    with old as materialized (
        select nominal_id, max(said_at) as last_at from nominals_said()
        group by nominal_id having max(said_at) <= upto
    ), named as materialized (
        select nominal_id from hit
        union select nominal_id from verdict_list
        union select unnest(nominal_ids) from verdict_list
        union select nominal_id from breach
        union select nominal_id from tag_order
        union select nominal_id from zone_version
        union select nominal_id from casework_said()
        union select unnest(nominal_ids) from meeting
    ), over as materialized (
        select old.nominal_id, old.last_at,
            old.nominal_id in (select held_nominals()) as held
        from old
        where not exists (select from named where named.nominal_id = old.nominal_id)
    ), apart as (
        select nominal_id from over where not held
    )
    select over.nominal_id, over.last_at, over.held
    from over
    where not exists (
            select from score_nominal as one
            join entry_version as theirs on theirs.nominal = one.id
            join entry_version as same on same.entry_id = theirs.entry_id
                and same.nominal <> theirs.nominal
            join score_nominal as other on other.id = same.nominal
            where one.nominal_id = over.nominal_id
                and other.nominal_id not in (select nominal_id from apart))
        and not exists (
            select from case_fact as theirs
            join case_fact as same on same.fact_id = theirs.fact_id
                and same.nominal_id <> theirs.nominal_id
            where theirs.nominal_id = over.nominal_id
                and same.nominal_id not in (select nominal_id from apart))
$$;
-- All of them goes: addresses, entries, manual scores, facts, who owned them, holds that
-- are over. Stored scores keep a number that is nobody's any more.
create function nominals_forgotten(upto timestamptz, at_most integer,
    out n_nominals bigint, out n_addresses bigint, out n_entries bigint,
    out n_facts bigint, out n_manual_scores bigint, out n_owners bigint,
    out first_at timestamptz, out last_at timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    gone    text[];
    numbers integer[];
    entries text[];
    events  bigint[];
begin
    perform forgettable(upto);
    -- As for a file of entries; and a record that a file is changing is waited for.
    perform pg_advisory_xact_lock(hashtext('geocorr.entries'));
    perform from nominal
    where nominal_id in (select due.nominal_id from nominals_due(upto) as due)
    order by nominal_id for update;
    select array_agg(due.nominal_id), count(*), min(due.last_at), max(due.last_at)
    into gone, n_nominals, first_at, last_at
    from (select * from nominals_due(upto) as n where not n.held
        order by n.last_at, n.nominal_id limit at_most) as due;
    numbers := array(select id from score_nominal where nominal_id = any(gone));
    entries := array(select distinct entry_id from entry_version
        where nominal = any(numbers));
    events := array(select distinct event from entry_version
        where entry_id = any(entries) and event is not null);

    delete from entry_version where entry_id = any(entries);
    get diagnostics n_entries = row_count;
    delete from entry_event where id = any(events)
        and not exists (select from entry_version where event = entry_event.id);
    delete from score_change where nominal = any(numbers);
    delete from score_nominal where id = any(numbers);
    delete from outbox_step using outbox as of
    where of.id = outbox_step.outbox and of.nominal_id = any(gone);
    delete from outbox where nominal_id = any(gone);

    delete from manual_score_step using manual_score as of
    where of.id = manual_score_step.manual_score and of.nominal_id = any(gone);
    delete from manual_score where nominal_id = any(gone);
    get diagnostics n_manual_scores = row_count;
    delete from partner_assessment where nominal_id = any(gone);
    delete from case_fact where fact_id in (
        select fact_id from case_fact where nominal_id = any(gone));
    get diagnostics n_facts = row_count;

    delete from inbox_answer where nominal_id = any(gone);
    delete from inbox_escalation where nominal_id = any(gone);
    delete from proposal where nominal_id = any(gone);
    delete from joint_plan where nominal_id = any(gone);
    delete from ownership where nominal_id = any(gone);
    get diagnostics n_owners = row_count;

    delete from consultation_answer using consultation as of
    where of.id = consultation_answer.consultation and of.nominal_id = any(gone);
    delete from consultation where nominal_id = any(gone);
    delete from address_place using nominal_address as of
    where of.id = address_place.address and of.nominal_id = any(gone);
    delete from nominal_address where nominal_id = any(gone);
    get diagnostics n_addresses = row_count;

    delete from reason where subject in (select 'nominal ' || unnest(gone));
    delete from hold_end using hold as of
    where of.id = hold_end.hold and of.nominal_id = any(gone);
    delete from hold where nominal_id = any(gone);
    delete from nominal where nominal_id = any(gone);
end
$$;

do $$
declare
    one text;
begin
    foreach one in array array['breaches_forgotten(timestamptz, integer)',
        'scores_forgotten(timestamptz, integer)',
        'notices_forgotten(timestamptz, integer)',
        'casework_forgotten(timestamptz, integer)',
        'meetings_forgotten(timestamptz, integer)',
        'orders_forgotten(timestamptz, timestamptz, interval, integer)',
        'zones_forgotten(timestamptz, integer)',
        'nominals_forgotten(timestamptz, integer)'] loop
        execute 'revoke execute on function ' || one || ' from public';
        call allow('geocorr_worker', 'execute', 'function ' || one);
    end loop;
end
$$;
-- Of whom somebody asked for more is told by what they asked about.
call allow('geocorr_worker', 'select', 'reason');

-- Wrong tries lock a name where they come from and nowhere else, so that nobody locks out
-- another from afar; very many at one name from anywhere slow the next ones.
-- A try by a name begins: with the hash to compare with, or until when to wait. No hash
-- is given without a try that counts; `at_most` failures from an address lock the name
-- there for `lock`, `at_most_here` at any names the address, and `at_most_anywhere` at
-- the name within `lock` have the try `slowed`. A name that nobody has is treated alike.
drop function log_in_began(text, text, integer, integer, interval);
create function log_in_began(
    tried_name text, from_address text, at_most integer, at_most_here integer,
    at_most_anywhere integer, lock interval
) returns table (
    attempt bigint, account bigint, password_hash text, locked_until timestamptz,
    slowed boolean
) language plpgsql security definer set search_path = public, pg_temp as $$
declare
    tried bytea := sha256(convert_to(tried_name, 'UTF8'));
    failed timestamptz[];
    failed_here timestamptz[];
begin
    -- One at a time, or many at once would all find few failures.
    perform pg_advisory_xact_lock(hashtextextended('geocorr.log_in', 0));
    -- Who manages accounts forgives from no address, and so for all.
    failed := array(
        select a.at from log_in_attempt as a
        where a.name_sha256 = tried and not a.let_in and a.address = from_address
            and a.at > clock_timestamp() - 2 * lock
            and a.at > coalesce(
                (select max(b.at) from log_in_attempt as b
                 where b.name_sha256 = tried and b.let_in
                    and b.address in (from_address, '')), '-infinity')
        order by a.at desc limit at_most);
    failed_here := array(
        select a.at from log_in_attempt as a
        where a.address = from_address and not a.let_in
        order by a.at desc limit at_most_here);
    if failed[at_most] > failed[1] - lock and failed[1] + lock > clock_timestamp() then
        return query select null::bigint, null::bigint, null::text, failed[1] + lock,
            false;
    elsif failed_here[at_most_here] > clock_timestamp() - lock then
        return query select null::bigint, null::bigint, null::text,
            failed_here[at_most_here] + lock, false;
    else
        slowed := at_most_anywhere <= (
            select count(*) from log_in_attempt as a
            where a.name_sha256 = tried and not a.let_in
                and a.at > clock_timestamp() - lock
                and a.at > coalesce(
                    (select max(b.at) from log_in_attempt as b
                     where b.name_sha256 = tried and b.let_in and b.address = ''),
                    '-infinity'));
        insert into log_in_attempt (name_sha256, address, at)
        values (tried, from_address, clock_timestamp()) returning id into attempt;
        return query select attempt, a.id, a.password_hash, null::timestamptz, slowed
            from (select 1) as always
            left join account as a on a.name = tried_name and a.disabled_at is null;
    end if;
end
$$;
revoke execute on function
    log_in_began(text, text, integer, integer, integer, interval) from public;
call allow('geocorr_web', 'execute',
    'function log_in_began(text, text, integer, integer, integer, interval)');
call allow('geocorr_worker', 'execute',
    'function log_in_began(text, text, integer, integer, integer, interval)');
