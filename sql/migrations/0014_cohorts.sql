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
