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
