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
