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
