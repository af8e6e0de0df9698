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
