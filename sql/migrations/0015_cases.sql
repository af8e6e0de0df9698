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
