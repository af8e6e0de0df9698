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
