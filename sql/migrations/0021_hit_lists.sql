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
