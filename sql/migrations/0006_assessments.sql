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
